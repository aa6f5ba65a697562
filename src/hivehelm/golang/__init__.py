"""Go's semantics in Python: nothing here knows Helm."""
