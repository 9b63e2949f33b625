"""Care of the vault: its backups, its check, and what it lost."""
