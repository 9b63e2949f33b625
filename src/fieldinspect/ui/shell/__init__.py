"""The window around the screens: marking, navigation, status, commands, lock."""
