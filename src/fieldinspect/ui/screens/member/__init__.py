"""One person of the team list: roles, forces they may not inspect, dates, laptops."""
