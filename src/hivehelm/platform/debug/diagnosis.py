"""What a rule makes of the facts."""

from __future__ import annotations

from hivehelm.record import Record


class Diagnosis(Record):
    """What a rule found: the `cause` in a sentence, what it goes by, and what to do `next`.

    `topic` is the case of the guide's troubleshooting section. A `note` is worth knowing, and no cause.
    """

    rule: str
    topic: str
    cause: str
    evidence: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    note: bool = False
