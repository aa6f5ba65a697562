"""One file per verb: what the faces call."""
