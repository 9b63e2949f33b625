"""Visits that may be one, side by side; linked, and taken apart again."""
