"""The visit workspace: the timeline of what was noted, the composer, and the forms beside them."""
