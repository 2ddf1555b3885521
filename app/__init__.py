"""Member Center: the GraphQL backend behind a shop's member page."""
