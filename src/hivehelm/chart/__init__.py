"""Charts: their model, and how they are read."""
