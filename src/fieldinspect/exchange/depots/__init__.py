"""Depots: where bundles lie on their way."""
