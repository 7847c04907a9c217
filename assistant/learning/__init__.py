"""Fitting the team's own numbers to its links, and adopting only what is better."""
