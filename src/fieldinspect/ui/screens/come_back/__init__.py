"""In place of a lost laptop: ask, join, and get one's visits back."""
