"""Fakes for unit tests, ours and our users'."""
