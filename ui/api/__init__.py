"""REST v1: one noun per file."""
