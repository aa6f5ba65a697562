"""A chart and its values become documents."""
