"""Give a vault a new master key."""
