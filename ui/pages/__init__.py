"""The pages: sign-in, and the shells that the workspace's scripts live in."""
