"""Open a vault without its passphrase."""
