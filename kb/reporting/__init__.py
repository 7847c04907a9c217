"""What figures are made of: facts per ticket, work teams, audited links, and notices that leave the server."""
