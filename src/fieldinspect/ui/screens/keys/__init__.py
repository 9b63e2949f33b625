"""The keys of the open vault."""
