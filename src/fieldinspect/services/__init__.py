"""Use cases as functions, and the ports they need."""
