"""Choosing a passphrase and keeping a recovery code: what several screens ask alike."""
