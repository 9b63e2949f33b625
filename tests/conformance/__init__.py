"""Form-runtime cases that others wrote: `python -m tests.conformance FOLDER` plays every file of a folder."""
