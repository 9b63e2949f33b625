"""The journal: entries, chains, clocks, folding and conflicts, without I/O."""
