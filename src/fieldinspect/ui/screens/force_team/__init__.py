"""One team: which forces it inspects, and who is on it."""
