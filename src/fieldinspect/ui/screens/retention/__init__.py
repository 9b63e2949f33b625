"""The review of what is due: keep it longer, or ask that it be destroyed."""
