"""What a store says of a record before anybody reads it."""

from __future__ import annotations

from hivehelm.record import Record


class Entry(Record):
    """A record's place in its store: `key` in `namespace`; and which revision of which release it is.

    The latter is what the store noted beside the record. Whoever reads the record checks it (`tells`): people
    can edit such notes, and Helm goes by the records.
    """

    key: str
    namespace: str
    name: str
    version: int
