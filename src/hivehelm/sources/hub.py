"""Searching Artifact Hub, or another hub with Monocular's API (`internal/monocular`)."""

from __future__ import annotations

from hivehelm.record import Record
from hivehelm.sources.errors import SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.golang.jsonstruct import Shape

ENDPOINT = "https://hub.helm.sh"
_PATH = "api/chartsvc/v1/charts/search"
_LIMIT = 64 << 20


class HubError(SourceError):
    """A hub cannot be searched; `cause` says why, `asked` whether it was asked, or its address is none."""

    def __init__(self, endpoint: str, cause: str, *, asked: bool) -> None:
        super().__init__(endpoint, cause)
        self.endpoint = endpoint
        self.cause = cause
        self.asked = asked

    def __str__(self) -> str:
        from hivehelm.golang.fmt import quote

        if self.asked:
            return f"unable to perform search against {quote(self.endpoint)}"
        return f"unable to create connection to {quote(self.endpoint)}: {self.cause}"


class HubChart(Record):
    """A chart that a hub knows: the address of its page, its newest version, and its repository."""

    url: str
    version: str
    app_version: str
    description: str
    repository_url: str
    repository_name: str


def search_hub(term: str, endpoint: str = ENDPOINT) -> list[HubChart]:
    """Return the charts that a hub finds for `term`, in its order.

    Raises:
        HubError: the endpoint is no address, cannot be reached, or refuses.
    """
    from hivehelm.golang.url import URLError, parse

    try:
        url = parse(endpoint)
    except URLError as error:
        raise HubError(endpoint, str(error), asked=False) from error
    if not url.hostname():
        raise HubError(endpoint, "no hostname provided", asked=False)
    from hivehelm.errors import HivehelmError

    try:
        return [_chart(item or {}, endpoint) for item in _items(_fetch(term, endpoint))]
    except HivehelmError as error:
        raise HubError(endpoint, str(error), asked=True) from error


def _fetch(term: str, endpoint: str) -> bytes:
    from urllib.parse import quote_plus

    from hivehelm.golang.filepath import join
    from hivehelm.golang.url import parse
    from hivehelm.http.client import Client

    url = parse(endpoint)
    url.path = join(url.path, _PATH)
    url.query = f"q={quote_plus(term.encode('utf-8', 'surrogateescape'), safe='')}"
    with Client() as client:
        answer = client.request("GET", str(url), limit=_LIMIT, compressed=True)
    if answer.status != 200:
        raise SourceError(f"failed to fetch {url} : {answer.line}")
    return answer.data


def _shape() -> Shape:
    from hivehelm.golang.jsonstruct import STRING, Slice, Struct

    data = Struct("ChartVersion", "", {"version": STRING, "app_version": STRING})
    latest = Struct("LatestChartVersion", "", {"data": data})
    repository = Struct("Repo", "", {"name": STRING, "url": STRING})
    result = {
        "id": STRING,
        "artifactHub": Struct("ArtifactHub", "", {"packageUrl": STRING}),
        "attributes": Struct("Chart", "", {"repo": repository, "description": STRING}),
        "relationships": Struct("Relationships", "", {"latestChartVersion": latest}),
    }
    return Struct("searchResponse", "", {"data": Slice(Struct("SearchResult", "", result))})


def _items(data: bytes) -> list[dict[str, Any] | None]:
    """Return what can be read of an answer; Helm does not look at what is wrong with the rest."""
    from hivehelm.golang.json import JSONError
    from hivehelm.golang.jsonread import first
    from hivehelm.golang.jsonstruct import fitting

    try:
        value, _ = first(data.decode("utf-8", "surrogateescape"))
    except (EOFError, JSONError):
        return []
    if isinstance(value, dict) and isinstance(items := value.get("data"), list):
        value["data"] = _before_bad_time(items)
    found: list[dict[str, Any] | None] = (fitting(value, _shape()) or {}).get("data") or []
    return found


def _before_bad_time(items: list[Any]) -> list[Any]:
    """Return what comes before a time that is none, where Go stops."""
    for place, item in enumerate(items):
        cut = _cut(item, ("relationships", "latestChartVersion", "data", "created"))
        if cut is not item:
            return [*items[:place], cut]
    return items


def _cut(value: Any, path: tuple[str, ...]) -> Any:
    """Return a value up to the time at a path in it; the value itself where there is none, or a good one."""
    if not path:
        return value if value is None or _is_time(value) else None
    name, *below = path
    if not isinstance(value, dict) or name not in value:
        return value
    inner = _cut(value[name], tuple(below))
    if inner is value[name]:
        return value
    names = list(value)
    return {before: value[before] for before in names[: names.index(name)]} | {name: inner}


def _is_time(value: object) -> bool:
    from hivehelm.golang.timeparse import TimeError, parse

    try:
        return isinstance(value, str) and bool(parse("2006-01-02T15:04:05Z07:00", value))
    except TimeError:
        return False


def _chart(item: dict[str, Any], endpoint: str) -> HubChart:
    attributes = item.get("attributes") or {}
    repository = attributes.get("repo") or {}
    latest = ((item.get("relationships") or {}).get("latestChartVersion") or {}).get("data") or {}
    page = (item.get("artifactHub") or {}).get("packageUrl")
    return HubChart(
        url=page or f"{endpoint}/charts/{item.get('id') or ''}",
        version=latest.get("version") or "",
        app_version=latest.get("app_version") or "",
        description=attributes.get("description") or "",
        repository_url=repository.get("url") or "",
        repository_name=repository.get("name") or "",
    )
