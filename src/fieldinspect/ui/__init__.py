"""Everything Qt: the window, its screens, and the jobs that keep them responsive."""
