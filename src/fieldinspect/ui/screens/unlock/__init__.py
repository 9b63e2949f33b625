"""Unlock: one vault, one passphrase."""
