"""What a store says of a record before anybody reads it."""

from __future__ import annotations

from hivehelm.record import Record


class Entry(Record):
    """A record's place in its store: `key` in `namespace`; and which revision of which release it is.

    The latter is what the store noted beside the record. Whoever reads the record checks it (`tells`): people
    can edit such notes, and Helm goes by the records. `stamp` changes whenever the record does, "" where the
    store has none; `labels` are the store's and the user's.
    """

    key: str
    namespace: str
    name: str
    version: int
    stamp: str = ""
    labels: dict[str, str] = {}
