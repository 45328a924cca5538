"""The composition root: settings, addresses, servers, accounts. Imported by nobody."""
