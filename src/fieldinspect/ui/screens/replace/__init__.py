"""Replace a laptop: a lost one is revoked, its owner gets their visits on another."""
