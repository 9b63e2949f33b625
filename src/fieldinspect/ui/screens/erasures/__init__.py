"""Requests to erase, and what became of them."""
