"""Patches as clients make them: of what was asked for last, what is asked for now, and what is there."""
