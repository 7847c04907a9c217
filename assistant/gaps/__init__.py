"""What customers ask that the knowledge base does not answer: how much, why, and whether it got better."""
