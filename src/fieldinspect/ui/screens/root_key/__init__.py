"""Making a root key."""
