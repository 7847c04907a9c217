"""What agents share while they work: queues, presence, what was flagged, pinned, passed on."""
