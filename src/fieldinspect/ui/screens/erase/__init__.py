"""Asking that a record be erased, with everything that hangs beneath it."""
