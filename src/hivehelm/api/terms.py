"""How a client wants a change to be made and answered."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from hivehelm.api.parameters import Hold, Key, Wait
from hivehelm.record import Record


class Terms(Record):
    """`key` is the client's idempotency key, "" for none.

    With `hold` the answer is held for so many seconds at most, until the change is made.
    """

    key: str = ""
    hold: float | None = None


async def _terms(wait: Wait = False, timeout: Hold = 300.0, key: Key = "") -> Terms:
    return Terms(key=key, hold=timeout if wait else None)


GivenTerms = Annotated[Terms, Depends(_terms)]
