"""What became of objects that were written."""

from __future__ import annotations

from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from hivehelm.kube.resources import Resource


class Result(Record):
    """Which objects were created, updated and deleted; those at which it failed are among them."""

    created: Sequence[Resource] = ()
    updated: Sequence[Resource] = ()
    deleted: Sequence[Resource] = ()
