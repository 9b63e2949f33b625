"""Today: the visits, what waits to be sent, and what needs settling."""
