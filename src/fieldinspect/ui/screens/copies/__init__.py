"""Working copies of visits on this laptop: which may go, and which went."""
