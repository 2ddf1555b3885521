"""Taking of what there is only so much of."""
