"""Keeping a base of articles true: duplicates and contradictions across it, and the queue of what to look at first."""
