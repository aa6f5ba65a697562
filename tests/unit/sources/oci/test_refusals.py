# ruff: noqa: E501
from __future__ import annotations

import pytest

from hivehelm.http.client import Client
from hivehelm.sources.oci.exchange import Exchange
from hivehelm.sources.oci.refusals import refusal
from hivehelm.testing import FakeRegistry, Reply


@pytest.mark.parametrize(
    ("status", "body", "text"),
    [
        (404, b'{"errors": [{"code": "NAME_UNKNOWN", "message": "what", "detail": {"name": "x"}}]}', "name unknown: what: map[name:x]"),
        (400, b'{"errors": [{"code": "A"}, {"code": "B", "message": "b"}, {}]}', "a; b: b; "),
        (400, b'{"errors": []}', "Bad Request"),
        (400, b'{"errors": [1]}', "Bad Request"),
        (400, b'{"errors": null}', "Bad Request"),
        (413, b"[]", "Request Entity Too Large"),
        (422, b"", "Unprocessable Entity"),
        (499, b"{", ""),
    ],
)  # fmt: skip
def test_what_registries_say(fake: FakeRegistry, status: int, body: bytes, text: str) -> None:
    fake.replies["/x"] = Reply(status=status, body=body, reason="r")
    url = f"http://{fake.address}/x"
    error = refusal(Exchange(Client(environ={})).send("GET", url, {}))
    assert str(error) == f'GET "{url}": response status code {status}: {text}'
    assert error.status == status
    assert all(isinstance(code, str) for code in error.codes)


def test_a_flood_of_errors_is_cut_off(fake: FakeRegistry) -> None:
    fake.replies["/x"] = Reply(status=400, body=b'{"errors": [' + b'{"code": "A"},' * 10_000)
    error = refusal(Exchange(Client(environ={})).send("GET", f"http://{fake.address}/x", {}))
    assert error.text == "Bad Request"
