"""What the agent is shown: retrieval, evidence, ranking, confidence, drafts and measures."""
