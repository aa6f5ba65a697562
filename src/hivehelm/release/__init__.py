"""Release records and where they are kept."""
