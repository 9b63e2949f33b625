"""The team: who takes part, and admitting the laptop of somebody new."""
