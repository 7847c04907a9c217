"""Reading articles, tickets and canned replies from files: JSON Lines, Markdown folders, CSV and XLSX."""
