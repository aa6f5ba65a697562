"""The form in which a parsed index is kept, as far as its writer and its reader share it."""

from __future__ import annotations

VERSION = 1
"""Counts up with every change of the form, or of what is made of an index."""

FORMAT = 2
"""Of `marshal`, the same in all versions of Python; without references, which cost more than they save."""

FOOT = 32
CHECK = 4
"""Bytes of the foot, and of the checksum before each version and table."""
