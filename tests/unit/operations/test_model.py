from __future__ import annotations

import json
from typing import Any

import pytest

from hivehelm.errors import HivehelmError
from hivehelm.kube.errors import ApiError
from hivehelm.operations.errors import FailedRequestError, InvalidRequestError, StoreError, problem_of
from hivehelm.operations.model import MOST_EVENTS, Operation, Request, utc

REQUEST = Request(
    verb="install",
    name="web",
    chart="nginx",
    values={"password": "s3cret", "n": 1.0},
    options={"wait": "watcher"},
    who={"name": "bob", "impersonate": {"user": "bob"}},
)


def operation(**more: Any) -> Operation:
    return Operation(**{"id": "ab12", "request": REQUEST, "key": "k", **more})


def test_operations_are_json_all_through() -> None:
    made = operation(trace={"revisions": [3]}).told({"stage": "plan"}, "t").replace(version="7")
    data = json.loads(json.dumps(made.to_dict()))
    assert "version" not in data
    assert Operation.from_dict(data, "7") == made
    assert Operation.from_dict({**data, "of the future": 1}, "7") == made


@pytest.mark.parametrize("data", [{}, {"id": "a", "request": {}}, {"id": "a", "request": {"verb": "x"}}])
def test_what_is_no_operation_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(InvalidRequestError):
        Operation.from_dict(data)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"verb": "delete"}, "unknown verb 'delete'"),
        ({"name": ""}, "no release provided"),
        ({"namespace": ""}, "no namespace provided"),
        ({"chart": ""}, "no chart provided"),
    ],
)
def test_requests_are_checked(change: dict[str, str], text: str) -> None:
    with pytest.raises(InvalidRequestError, match=text):
        REQUEST.replace(**change).check()
    REQUEST.check()
    REQUEST.replace(verb="uninstall", chart="").check()


def test_fingerprints_tell_requests_apart_and_nothing_else() -> None:
    assert REQUEST.fingerprint() == Request.from_dict(REQUEST.to_dict()).fingerprint()
    assert REQUEST.fingerprint() != REQUEST.replace(values={}).fingerprint()
    assert "s3cret" not in REQUEST.fingerprint()


def test_events_are_counted_on_and_bounded() -> None:
    made = operation().told({"stage": "plan", "subject": "x" * 5000}, "t0")
    assert made.events == ({"stage": "plan", "subject": "x" * 1000, "index": 1, "time": "t0"},)
    for number in range(3 * MOST_EVENTS):
        made = made.told({"stage": "waiting" if number % 2 else "hook"}, "t")
    assert len(made.events) == MOST_EVENTS
    assert [event["index"] for event in made.events][-2:] == [3 * MOST_EVENTS, 3 * MOST_EVENTS + 1]
    # What only tells of waiting went first, then the oldest.
    assert [event["stage"] for event in made.events[:-1]].count("waiting") == 0


def test_what_is_over_keeps_no_secret() -> None:
    made = operation(trace={"hooks": []}).over(
        "failed", "now", problem={"kind": "X", "message": "y" * 99_999}
    )
    assert made.is_final
    assert (made.request.values, made.trace, made.ended) == ({}, {}, "now")
    assert made.problem is not None
    assert len(made.problem["message"]) == 20_000
    assert "impersonate" not in json.dumps(made.public())
    assert made.release == ("default", "web")


def test_the_public_side_has_neither_values_nor_options() -> None:
    public = operation().public()
    assert "s3cret" not in json.dumps(public)
    assert (public["user"], public["verb"], public["chart"], public["state"]) == (
        "bob",
        "install",
        "nginx",
        "queued",
    )


def test_instants_are_utc_to_the_microsecond() -> None:
    assert utc(1_700_000_000_123_456_789) == "2023-11-14T22:13:20.123456Z"


def test_problems_tell_of_their_causes() -> None:
    error = StoreError("store", ApiError(403, "Forbidden", "no, you may not"))
    assert problem_of(error) == {
        "kind": "StoreError",
        "kinds": ["StoreError", "OperationError", "HivehelmError"],
        "message": "failed to store: no, you may not",
        "cause": {
            "kind": "ApiError",
            "kinds": ["ApiError", "KubeError", "HivehelmError"],
            "message": "no, you may not",
            "status": 403,
        },
    }
    raised = HivehelmError("outer")
    raised.__cause__ = HivehelmError("inner")
    assert problem_of(raised)["cause"]["message"] == "inner"
    assert str(FailedRequestError({"message": "why"})) == "why"
