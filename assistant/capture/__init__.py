"""From closed tickets to what the knowledge base should say next: candidates with a draft article each."""
