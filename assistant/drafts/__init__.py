"""From a question and its sources to a reply of quoted sentences."""
