"""The small parts that screens are made of, each named for screen readers and roomy enough to hit."""
