"""A proposal for the next team list: what it changes, signing it, publishing it."""
