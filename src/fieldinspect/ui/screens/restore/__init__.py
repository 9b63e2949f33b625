"""Making a vault from a backup, before any vault is open."""
