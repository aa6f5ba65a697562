from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from hivehelm.actions.push import PushError, push
from hivehelm.chart.errors import ChartError
from hivehelm.chart.load import load
from hivehelm.chart.save import save
from hivehelm.sources.oci.registry import Registry
from hivehelm.testing import FakeRegistry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def fake() -> Iterator[FakeRegistry]:
    with FakeRegistry() as registry:
        yield registry


@pytest.fixture
def client(tmp_path: Path) -> Registry:
    return Registry(str(tmp_path / "config.json"), plain_http=True, environ={"HOME": str(tmp_path)})


@pytest.fixture
def archive(tmp_path: Path) -> str:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "Chart.yaml").write_text("apiVersion: v2\nname: demo\nversion: 1.0.0+b\n")
    return save(load(tmp_path / "demo"), str(tmp_path))


def created(fake: FakeRegistry) -> str:
    (_, data) = fake.manifests["charts/demo"]["1.0.0_b"]
    return str(json.loads(data)["annotations"]["org.opencontainers.image.created"])


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("UTC", "2020-09-13T12:26:40Z"),
        ("Asia/Kolkata", "2020-09-13T17:56:40+05:30"),
        ("America/St_Johns", "2020-09-13T09:56:40-02:30"),
    ],
)
def test_the_archives_age_is_told_in_local_time(
    fake: FakeRegistry,
    client: Registry,
    archive: str,
    monkeypatch: pytest.MonkeyPatch,
    zone: str,
    text: str,
) -> None:
    os.utime(archive, (0, 1_600_000_000))
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        push(client, archive, f"oci://{fake.address}/x/../charts/")
    finally:
        monkeypatch.undo()
        time.tzset()
    assert created(fake) == text


def test_provenance_goes_along(fake: FakeRegistry, client: Registry, archive: str) -> None:
    Path(f"{archive}.prov").write_text("signed")
    made = push(client, archive, f"oci://{fake.address}/charts")
    assert sorted(fake.blobs[one.digest] for one, _ in made.blobs if "provenance" in one.media_type) == [
        b"signed"
    ]
    Path(f"{archive}.prov").unlink()
    Path(f"{archive}.prov").mkdir()
    with pytest.raises(PushError, match=r"read .*\.prov: is a directory"):
        push(client, archive, f"oci://{fake.address}/charts")


@pytest.mark.parametrize(
    ("remote", "problem"),
    [
        (":", "invalid chart URL format: :"),
        ("h/charts", r'scheme prefix missing from remote \(e\.g\. "oci://"\)'),
        ("https://h/charts", 'scheme "https" not supported'),
    ],
)
def test_addresses_that_take_no_charts(client: Registry, archive: str, remote: str, problem: str) -> None:
    with pytest.raises(PushError, match=problem):
        push(client, archive, remote)


def test_what_is_no_archive(client: Registry, archive: str, tmp_path: Path) -> None:
    for path, problem in (
        ("nosuch", "nosuch: no such file"),
        (str(tmp_path), r"cannot push directory, must provide chart archive \(\.tgz\)"),
        (f"{archive}/x", "stat .*/x: not a directory"),
    ):
        with pytest.raises(PushError, match=problem):
            push(client, path, "oci://h/x")
    (tmp_path / "text").write_text("text")
    with pytest.raises(ChartError, match="does not appear to be a gzipped archive"):
        push(client, str(tmp_path / "text"), "oci://h/x")


def test_what_is_behind_an_archive_counts(
    client: Registry, archive: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chart may be followed by anything; what is pushed is the whole file, or nothing."""
    monkeypatch.setattr("hivehelm.sources.oci.pull.MAX_BLOB", 10_000)
    with open(archive, "ab") as file:
        file.write(bytes(10_000))
    with pytest.raises(PushError, match="more than 10000 bytes, which is no chart"):
        push(client, archive, "oci://127.0.0.1:1/x")
