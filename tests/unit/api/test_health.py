"""Whether a server is ready: not before it knows which releases there are."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.api.serving import Serving

from hivehelm.release.mirror import Mirror

CHECKS = {"cluster": "ok", "volume": "ok"}


def test_a_server_is_ready_when_records_have_been_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serving = Serving(tmp_path, follow=True)
    ready = {"status": "ok", "checks": CHECKS | {"releases": "ok"}}
    try:
        answer = serving.client.get("/readyz")
        assert (answer.status_code, answer.json()) == (200, ready)
        with monkeypatch.context() as patched:
            patched.setattr(Mirror, "age", lambda mirror: None)  # as before the first listing
            answer = serving.client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json() == {
            "status": "failed",
            "checks": CHECKS | {"releases": "waiting"},
            "detail": "the records of releases are being listed for the first time",
        }
        assert serving.client.get("/readyz").json() == ready
        assert serving.client.get("/healthz").json() == {"status": "ok"}
    finally:
        serving.reader.close()


def test_a_server_that_may_not_list_asks_each_time_and_is_ready(tmp_path: Path) -> None:
    serving = Serving(tmp_path)
    assert serving.client.get("/readyz").status_code == 200
