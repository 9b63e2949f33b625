"""Starting an inspection whose root keys are kept off every laptop."""
