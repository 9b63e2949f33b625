"""Faults: what a vault keeps when the process is killed or the disk is full. `python -m tests.faults [--sample]`."""
