"""From what is known to what can be found: passages, vectors and full text, kept up to date."""
