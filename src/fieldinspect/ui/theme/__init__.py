"""How the program looks: colours as data, one style, one focus ring, one font."""
