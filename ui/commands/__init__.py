"""One module per command, each with its click command in `command`; what is slow to load is loaded inside them."""
