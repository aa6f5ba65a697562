"""The embedded chart repository: archives in a directory, in a registry, or of a repository elsewhere."""
