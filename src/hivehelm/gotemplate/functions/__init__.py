"""The template functions, by family."""
