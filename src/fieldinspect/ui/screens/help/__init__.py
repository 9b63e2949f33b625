"""Every command and its keys."""
