"""A form on screen: sections, questions, answers that save themselves."""
