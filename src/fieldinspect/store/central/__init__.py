"""The centre's replica of the journal, on PostgreSQL."""
