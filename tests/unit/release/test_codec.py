from __future__ import annotations

import base64
import gzip
import json
import tracemalloc
from typing import Any

import pytest

from hivehelm.release import codec
from hivehelm.release.errors import ReleaseDecodeError
from hivehelm.release.model import Hook, HookExecution, Info, Release

FULL = Release(
    name="web",
    info=Info(
        first_deployed="2026-01-01T00:00:00.5Z",
        last_deployed="2026-01-02T00:00:00+02:00",
        description='Release "web" failed: <&>',
        status="deployed",
        rollback_revision=2,
        notes="hello\n",
    ),
    chart_document={
        "metadata": {"name": "c", "apiVersion": "v2"},
        "lock": None,
        "values": {"b": 1.0, "a": 1.5},
    },
    config={"b": {"y": 1.0, "x": None}, "a": [True, "é"]},
    manifest="---\na: 1\n",
    hooks=(
        Hook(
            name="h",
            kind="Job",
            path="c/templates/h.yaml",
            manifest="kind: Job",
            events=("pre-install", "test"),
            last_run=HookExecution(started_at="2026-01-01T00:00:00Z", phase="Running"),
            weight=-5,
            delete_policies=("hook-failed",),
            output_log_policies=("hook-succeeded",),
        ),
        Hook(name="bare"),
    ),
    version=3,
    namespace="prod",
    apply_method="ssa",
)


def record(document: Any) -> bytes:
    return base64.b64encode(gzip.compress(json.dumps(document).encode()))


def test_a_release_survives_the_round_trip() -> None:
    assert codec.decode(codec.encode(FULL)) == FULL


def test_members_stand_in_gos_order_and_text_in_gos_escapes() -> None:
    assert codec.to_json(FULL) == (
        r'{"name":"web","info":{"first_deployed":"2026-01-01T00:00:00.5Z",'
        r'"last_deployed":"2026-01-02T00:00:00+02:00",'
        r'"description":"Release \"web\" failed: \u003c\u0026\u003e","status":"deployed",'
        r'"rollback_revision":2,"notes":"hello\n"},'
        r'"chart":{"metadata":{"name":"c","apiVersion":"v2"},"lock":null,"values":{"a":1.5,"b":1}},'
        r'"config":{"a":[true,"é"],"b":{"x":null,"y":1}},"manifest":"---\na: 1\n",'
        r'"hooks":[{"name":"h","kind":"Job","path":"c/templates/h.yaml","manifest":"kind: Job",'
        r'"events":["pre-install","test"],"last_run":{"started_at":"2026-01-01T00:00:00Z","phase":"Running"},'
        r'"weight":-5,"delete_policies":["hook-failed"],"output_log_policies":["hook-succeeded"]},'
        r'{"name":"bare","last_run":{"phase":""}}],"version":3,"namespace":"prod","apply_method":"ssa"}'
    )


def test_what_is_empty_is_left_out() -> None:
    assert codec.to_json(Release(config={})) == '{"info":{}}'


def test_labels_are_not_in_the_record() -> None:
    assert "team" not in codec.to_json(FULL.replace(labels={"team": "a"}))


def test_numbers_of_values_are_floats_and_counts_are_not() -> None:
    release = codec.decode(record({"config": {"a": 1}, "version": 2, "hooks": [{"weight": 3}]}))
    assert isinstance((release.config or {})["a"], float)
    assert type(release.version) is int
    assert type(release.hooks[0].weight) is int


def test_unknown_members_come_back_as_they_were() -> None:
    document = {
        "name": "a",
        "info": {"status": "deployed", "later": [1]},
        "chart": {"metadata": {"name": "c", "fresh": True}, "extra": {"z": 1, "a": 2}},
        "hooks": [{"name": "h", "last_run": {"phase": ""}, "odd": "x"}],
        "future": {"k": "v"},
    }
    assert json.loads(codec.to_json(codec.decode(record(document)))) == document


def test_helm_3s_charts_get_the_instant_that_helm_4_always_writes() -> None:
    chart: dict[str, Any] = {"metadata": {}, "schema": None, "files": None}
    written = json.loads(codec.to_json(codec.decode(record({"chart": chart}))))["chart"]
    assert list(written.items()) == [
        ("metadata", {}),
        ("schema", None),
        ("schemamodtime", "0001-01-01T00:00:00Z"),
        ("files", None),
    ]
    assert codec.decode(record({"chart": chart})).chart_document == chart


@pytest.mark.parametrize("empty", ["", "0001-01-01T00:00:00Z", None])
def test_helm_3s_empty_instants_are_no_instants(empty: str | None) -> None:
    release = codec.decode(
        record({"info": {"deleted": empty}, "hooks": [{"last_run": {"started_at": empty}}]})
    )
    assert release.info.deleted == ""
    assert release.hooks[0].last_run.started_at == ""
    assert "deleted" not in codec.to_json(release)


def test_nulls_are_go_zeros() -> None:
    nulls = dict.fromkeys(("name", "info", "chart", "config", "manifest", "hooks", "version", "namespace"))
    assert codec.decode(record(nulls)) == Release()
    assert codec.decode(record({"hooks": [None, {"events": None}]})).hooks == (Hook(),)


def test_records_from_before_compression_are_read() -> None:
    assert codec.decode(base64.b64encode(b'{"name":"old"}')).name == "old"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"####", "illegal base64 data at input byte 0"),
        (b"abc", "illegal base64 data at input byte 3"),
        (b"", "unexpected end of JSON input"),
        (base64.b64encode(gzip.compress(b"{}", mtime=0)[:-9]), "unexpected EOF"),
        (base64.b64encode(b"\x1f\x8b\x08" + b"x" * 30), "gzip: invalid data"),
        (base64.b64encode(b"[]"), "json: cannot unmarshal array into Go value of type Release"),
        (base64.b64encode(b"1"), "json: cannot unmarshal number into Go value of type Release"),
        (base64.b64encode(b"[" * 100_000), "exceeded max depth"),
    ],
)
def test_a_damaged_record_is_refused(data: bytes, text: str) -> None:
    with pytest.raises(ReleaseDecodeError) as caught:
        codec.decode(data)
    assert str(caught.value) == text


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_what_only_python_takes_for_json_is_refused(constant: str) -> None:
    with pytest.raises(ReleaseDecodeError):
        codec.from_json(f'{{"config":{{"a":{constant}}}}}'.encode())


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ({"name": 1}, "json: cannot unmarshal number into Go struct field Release.name of type string"),
        ({"version": "x"}, "json: cannot unmarshal string into Go struct field Release.version of type int"),
        ({"version": True}, "json: cannot unmarshal bool into Go struct field Release.version of type int"),
        (
            {"version": 1.5},
            "json: cannot unmarshal number 1.5 into Go struct field Release.version of type int",
        ),
        ({"info": []}, "json: cannot unmarshal array into Go value of type Info"),
        (
            {"hooks": [{"events": [1]}]},
            "json: cannot unmarshal number into Go struct field Hook.events of type string",
        ),
        ({"info": {"deleted": "soon"}}, "not an RFC 3339 instant: 'soon'"),
    ],
)
def test_a_member_of_the_wrong_type_is_refused(document: object, text: str) -> None:
    with pytest.raises(ReleaseDecodeError) as caught:
        codec.decode(record(document))
    assert str(caught.value) == text


def test_a_record_that_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codec, "MAX_DECODED", 1 << 20)
    bomb = base64.b64encode(gzip.compress(b" " * (64 << 20)))
    tracemalloc.start()
    try:
        with pytest.raises(ReleaseDecodeError, match="unpacks to more than 1 MiB"):
            codec.decode(bomb)
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_text_that_is_not_utf_8_becomes_replacement_characters() -> None:
    assert codec.from_json(b'{"manifest":"a\xff"}').manifest == "a\ufffd"
    assert json.loads(codec.to_json(Release(manifest="a\udcff")))["manifest"] == "a\ufffd"
    assert codec.decode(codec.encode(Release(manifest="a\udcff"))).manifest == "a\ufffd"
