"""What a vault lost: the plain account, which is shown until somebody has read it."""
