"""Pure arithmetic of evidence: coverage, triangulation, disclosure control, quantifiers."""
