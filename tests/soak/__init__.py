"""Soak: a long day's work on two laptops, watched for what grows. `python -m tests.soak [ROUNDS]`."""
