"""What the REST API works with: who knows releases, who changes them, and where charts come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hivehelm.api.threads import Threads
from hivehelm.record import Record

if TYPE_CHECKING:
    from hivehelm.api.guard import Guard
    from hivehelm.api.live import View
    from hivehelm.operations.runner import Runner
    from hivehelm.platform.marked import Marked
    from hivehelm.platform.reading import Reader
    from hivehelm.platform.repository.repository import ChartRepository
    from hivehelm.platform.site import Site


class Services(Record):
    """All that the routes need; made once by `server`, never changed.

    `guard` is who lets requests in. `repository` is the embedded chart repository, None where there is none.
    `version` is what the OpenAPI document calls ours. `chart_urls` allows references to charts by URL;
    whether to this machine and its neighbourhood, too, is the site's to say (`Stores.outward`). What blocks
    is done in `threads`. `views` keeps what the status of a release is looked up by, None looks it up each
    time.
    """

    site: Site
    reader: Reader
    runner: Runner
    guard: Guard
    repository: ChartRepository | None = None
    version: str = "0.1.0"
    chart_urls: bool = True
    threads: Threads = Threads()
    views: Marked[View] | None = None
