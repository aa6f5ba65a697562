"""Searching a hub on loopback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hivehelm.sources.hub import HubError, search_hub
from hivehelm.testing.chart_repository import ChartRepository, Reply

PATH = "/api/chartsvc/v1/charts/search"


def version(**data: object) -> dict[str, object]:
    return {"latestChartVersion": {"data": data}}


def ask(tmp_path: Path, answer: object, endpoint: str = "", status: int = 200) -> list[tuple[str, ...]]:
    with ChartRepository(tmp_path) as hub:
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        hub.replies[PATH] = Reply(status=status, body=body)
        charts = search_hub("a b&c", hub.url + endpoint)
        assert [one.path for one in hub.requests] == [f"{PATH}?q=a+b%26c"]
        assert hub.requests[0].headers["user-agent"] == "Helm/4.3.1"
        return [
            (
                one.url.removeprefix(hub.url),
                one.version,
                one.app_version,
                one.description,
                one.repository_url,
                one.repository_name,
            )
            for one in charts
        ]


def test_what_a_hub_finds(tmp_path: Path) -> None:
    repository = {"name": "r", "url": "https://r"}
    item = {
        "id": "r/a",
        "attributes": {"description": "d", "repo": repository},
        "relationships": version(version="1.0.0", app_version="1", created="2020-01-31T00:00:00Z"),
    }
    page = {"id": "r/b", "artifactHub": {"packageUrl": "https://page"}}
    assert ask(tmp_path, {"data": [item, page, "x", None]}) == [
        ("/charts/r/a", "1.0.0", "1", "d", "https://r", "r"),
        ("https://page", "", "", "", "", ""),
        ("/charts/", "", "", "", "", ""),
        ("/charts/", "", "", "", "", ""),
    ]
    assert ask(tmp_path, {"data": []}, "/?x=y") == []


@pytest.mark.parametrize("answer", [b"", b"<html>", b"[]", b"null", b'{"data": 1}', b'{"data": [{}'])
def test_answers_that_are_none(tmp_path: Path, answer: bytes) -> None:
    assert ask(tmp_path, answer) == []


@pytest.mark.parametrize("created", ["yesterday", 1])
def test_a_time_that_is_none_ends_the_list(tmp_path: Path, created: object) -> None:
    items = [
        {"id": "a", "relationships": version(created=None, version="1")},
        {"id": "b", "relationships": {"latestChartVersion": 1}},
        {"id": "c", "relationships": version(version="2", created=created, app_version="no")},
        {"id": "d"},
    ]
    found = ask(tmp_path, {"data": items})
    assert [one[:3] for one in found] == [
        ("/charts/a", "1", ""),
        ("/charts/b", "", ""),
        ("/charts/c", "2", ""),
    ]


@pytest.mark.parametrize(
    ("endpoint", "problem"),
    [("nohost", "no hostname provided"), (":", 'parse ":": missing protocol scheme')],
)
def test_no_address(endpoint: str, problem: str) -> None:
    with pytest.raises(HubError) as caught:
        search_hub("x", endpoint)
    assert str(caught.value) == f'unable to create connection to "{endpoint}": {problem}'
    assert not caught.value.asked


def test_no_answer(tmp_path: Path) -> None:
    with pytest.raises(
        HubError, match=r'^unable to perform search against "http://127.0.0.1:\d+"$'
    ) as caught:
        ask(tmp_path, b"", status=500)
    assert caught.value.asked
    assert caught.value.cause.endswith(" : 500 Internal Server Error")
    with pytest.raises(HubError) as caught:
        search_hub("x", "ftp://127.0.0.1")
    assert caught.value.cause.endswith('unsupported protocol scheme "ftp"')
