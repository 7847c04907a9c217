"""Watches what a Python process connects to."""
