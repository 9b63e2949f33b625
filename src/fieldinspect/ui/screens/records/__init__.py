"""The records of the streams beside the visit: list, begin, read a file a second time."""
