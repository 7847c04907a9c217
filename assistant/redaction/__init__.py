"""Taking other customers' details out of a text."""
