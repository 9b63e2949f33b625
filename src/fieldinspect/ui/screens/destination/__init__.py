"""A new destination: what kind it is, where, and what it asks for."""
