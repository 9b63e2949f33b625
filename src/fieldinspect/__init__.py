"""Field Inspect: record, carry, merge and report inspections of police forces, offline and encrypted."""
