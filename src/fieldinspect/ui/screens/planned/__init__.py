"""A visit that is planned for this person: the briefing, and its beginning at the door."""
