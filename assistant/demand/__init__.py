"""What customers ask for: their tickets, grouped by question and by what answered it."""
