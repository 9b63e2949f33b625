"""Send: for whom, what is inside, and where the file goes."""
