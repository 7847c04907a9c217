"""What is looked at before a reply goes to a customer, and what is written down about it."""
