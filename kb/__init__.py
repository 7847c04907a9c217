"""What is known: articles, tickets, canned replies, links, people and events, in one SQLite database."""
