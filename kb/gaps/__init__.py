"""Gaps of the knowledge base as they are stored: what was asked in a window, what each run found, what was decided."""
