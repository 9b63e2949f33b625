"""Quarantine: entries that do not count and bundles that were refused, why, and what to do next."""
