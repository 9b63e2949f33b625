"""Fuzz: broken input at every reader. `python -m tests.fuzz [SECONDS]` for each, then every bit of three bundles."""
