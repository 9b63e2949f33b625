"""How long each class of records is kept."""
