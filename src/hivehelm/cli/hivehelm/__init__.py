"""The `hivehelm` command."""

from __future__ import annotations

from hivehelm.cli.hivehelm.start import process

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from hivehelm.cli.hivehelm.entry import Extend

__all__ = ["main", "process"]


def main(argv: Sequence[str] | None = None, extend: Extend | None = None) -> int:
    """Run one command line and return its exit code; see `entry.main`."""
    from hivehelm.cli.hivehelm import entry

    return entry.main(argv, extend)
