"""What people meet: the workspace in the browser, REST, and the command line."""
