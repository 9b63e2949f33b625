"""The form runtime: a compiled XLSForm to questions, relevance, constraints and calculations."""
