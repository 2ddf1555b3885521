"""How fast it is, beside something to measure it by: see README.md. Not part of the product."""
