"""The encrypted vault: journal, projections, drafts, search and blobs in SQLCipher through SQLAlchemy."""
