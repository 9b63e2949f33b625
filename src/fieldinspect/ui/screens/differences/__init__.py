"""Two readings of one case file, question by question where they differ."""
