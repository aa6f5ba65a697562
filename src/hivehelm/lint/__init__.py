"""What is wrong with charts: rules by family."""
