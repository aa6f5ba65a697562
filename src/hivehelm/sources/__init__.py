"""Where a chart argument points."""
