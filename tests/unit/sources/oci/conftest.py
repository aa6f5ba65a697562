"""A fake registry, and a client of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hivehelm.sources.oci.registry import Registry
from hivehelm.testing import FakeRegistry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


class Clients:
    """Makes clients that speak plain HTTP, and keeps what they say."""

    def __init__(self, path: Path) -> None:
        self.config = path / "config.json"
        self.environ = {"HOME": str(path), "PATH": "/bin:/usr/bin"}
        self.said: list[str] = []
        self.logged: list[tuple[object, ...]] = []

    def __call__(self, **options: Any) -> Registry:
        given = {"plain_http": True, "out": self.said.append, "environ": self.environ, **options}
        return Registry(
            str(self.config), log=lambda *args, **more: self.logged.append((*args, more)), **given
        )


@pytest.fixture
def clients(tmp_path: Path) -> Clients:
    return Clients(tmp_path)


@pytest.fixture
def fake() -> Iterator[FakeRegistry]:
    with FakeRegistry() as registry:
        yield registry
