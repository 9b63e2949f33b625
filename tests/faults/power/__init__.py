"""Power cuts: record what a process asked of the disk, and look at every disk that a cut could have left."""
