"""The team's figures: what is measured, how sure it is, with and without the assistant, and what it is made of."""
