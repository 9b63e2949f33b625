"""The one door to the background: the store lane, the pool, and timers."""
