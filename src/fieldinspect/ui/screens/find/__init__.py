"""Find words anywhere in the vault."""
