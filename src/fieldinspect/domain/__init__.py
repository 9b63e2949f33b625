"""The words of an inspection as frozen values; standard library only."""
