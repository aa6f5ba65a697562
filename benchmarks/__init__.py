"""Speed, as a ratio to the real Helm in the same run."""
