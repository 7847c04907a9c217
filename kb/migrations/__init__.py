"""One file per migration; kb/schema.py has their order."""
