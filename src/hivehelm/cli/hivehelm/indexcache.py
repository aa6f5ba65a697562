"""Where the parsed indexes of repositories are kept between calls."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call


def index_cache(call: Call) -> str | None:
    """Return the directory that `sources.index.load` may keep what it has parsed in; None without a home."""
    from hivehelm.cli.hivehelm.session import settings_of
    from hivehelm.settings import index_cache_path

    path = index_cache_path(settings_of(call).environ)
    return path if path.startswith("/") else None
