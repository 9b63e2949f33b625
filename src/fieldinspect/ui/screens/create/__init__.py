"""Make a vault: one question a page."""
