"""Migrations of the vault's database; each leans on nothing of ours that may change."""
