"""Revoking a laptop that was lost."""
