"""Start a visit: where, and nothing else yet."""
