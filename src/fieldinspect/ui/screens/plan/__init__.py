"""The schedule: the planned visits, what clashes, a table to import, packs for those assigned."""
