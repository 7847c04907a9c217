"""What helps to write a good article: comparison, checks, and a look at where it would be found."""
