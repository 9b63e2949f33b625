"""Putting other root keys in place."""
