"""Bundles and depots: how signed, encrypted work travels between vaults."""
