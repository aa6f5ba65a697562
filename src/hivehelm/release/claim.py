"""Who is at work on a revision: kept beside its record, so that neither Helm nor a chart sees it.

Secrets and ConfigMaps carry a claim as annotations, PostgreSQL as rows that Helm never asks for.
"""

from __future__ import annotations

from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

HOLDER = "hivehelm.dev/holder"
TOKEN = "hivehelm.dev/lock"  # noqa: S105 - a name, not a secret
HEARTBEAT = "hivehelm.dev/heartbeat"
NAMES = (HOLDER, TOKEN, HEARTBEAT)


class Claim(Record):
    """A claim as it is stored.

    `holder` says for people who it is; `token` tells claims apart (see `actions.lock`); `heartbeat` changes
    for as long as the holder lives. `age` are the seconds since it last changed by the store's own clock,
    None where the store has none: only then must a reader watch for himself whether it changes.
    """

    holder: str
    token: str
    heartbeat: str
    age: float | None = None

    def notes(self) -> dict[str, str]:
        """Return the claim as annotations."""
        return {HOLDER: self.holder, TOKEN: self.token, HEARTBEAT: self.heartbeat}

    def is_of(self, other: Claim | None) -> bool:
        """Tell whether `other`, which is stored, is this claim; with a heartbeat, at that very beat."""
        return other is not None and self.token == other.token and self.heartbeat in ("", other.heartbeat)


def read(notes: Mapping[str, str] | None, age: float | None = None) -> Claim | None:
    """Return the claim among an object's annotations, None where there is none."""
    if not notes or not (token := notes.get(TOKEN)):
        return None
    return Claim(
        holder=notes.get(HOLDER) or "an unknown process",
        token=token,
        heartbeat=notes.get(HEARTBEAT) or "",
        age=age,
    )
