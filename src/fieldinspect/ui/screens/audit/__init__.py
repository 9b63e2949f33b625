"""Who did what: the audit log on screen."""
