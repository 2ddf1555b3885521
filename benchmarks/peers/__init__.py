"""What the product is measured beside: each a process of its own on the same database, which gives the same data."""
