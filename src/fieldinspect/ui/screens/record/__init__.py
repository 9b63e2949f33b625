"""A focus group, an interview with a victim or a case-file review: its form, on a screen of its own."""
