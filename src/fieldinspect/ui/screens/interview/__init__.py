"""An officer interview: its form, on a screen of its own."""
