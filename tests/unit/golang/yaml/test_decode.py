"""Reading YAML: the cases hold what sigs.k8s.io/yaml v1.6.0 made of each document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hivehelm.golang import yaml
from hivehelm.golang.yaml import decode, events, libyaml, tree
from hivehelm.golang.yaml.syntax.parser import Parser

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[3] / "cases/yaml/load.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: ascii(case["yaml"][:40]))
def test_documents_become_what_go_makes_of_them(case: dict[str, Any]) -> None:
    if "error" in case:
        with pytest.raises(yaml.YAMLError) as caught:
            yaml.load(case["yaml"])
        assert str(caught.value) == case["error"]
    else:
        value = yaml.load(case["yaml"])
        assert value == case["value"]
        assert repr(value) == repr(case["value"]) or isinstance(value, dict | list)


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\nb: [x, {c: 2.5}, null, true]\n",
        "- 1\n- - 2\n  - k: v\n",
        "0x10",
        "{}",
        "a: []\n'1': no\n",
        "a: ^\\/x\nb: '\\/'\nc: |\n  \\/\nd: \"no\"\n",
    ],
)
def test_both_ways_through_a_document_agree(text: str) -> None:
    assert yaml.load(text) == tree.load(text.encode())


_TAGGED = """\
a: &x !!map
  b: !!str 1
  c: !!int 2
  d: !!float 3
  e: !!null
  f: &y ^\\/
!!str 5: !!seq
- !!bool yes
- !!binary aGk=
- !!timestamp 2020-01-01
g:
  !!merge <<: *x
  h: !<tag:yaml.org,2002:str> 7
  i: *y
"""


def vars_of(event: events.Event) -> tuple[Any, ...]:
    return event.kind, event.line, event.value, event.anchor, event.tag, event.implicit


@pytest.mark.parametrize("text", [_TAGGED, _TAGGED.replace("\n", "\r\n")], ids=["lf", "crlf"])
def test_tags_of_yaml_itself_are_read_by_libyaml(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    by_libyaml = list(events.read(text.encode()))
    assert [vars_of(event) for event in by_libyaml] == [
        vars_of(event) for event in Parser(text.encode()).events()
    ]
    monkeypatch.setattr(Parser, "events", None)
    assert tree.values(text.encode())["g"] == {
        "b": "1",
        "c": 2,
        "d": 3.0,
        "e": None,
        "f": "^\\/",
        "h": "7",
        "i": "^\\/",
    }


@pytest.mark.parametrize(
    "text",
    [
        "!x a",
        "! a",
        "[!!str a]",
        "{!!str a: b}",
        "%TAG !! x:\n---\n!!str a",
        'a: &x "\\/"',
        "[&x a?b]",
    ],
    ids=range(7),
)
def test_what_libyaml_may_read_otherwise(text: str) -> None:
    with pytest.raises(events.Unlike):
        list(events.read(text.encode()))


def test_what_stands_behind_a_document_is_looked_at() -> None:
    text = b'&x {}\n"\\/"'
    with pytest.raises(libyaml.LibraryError):
        list(events.read(text))
    with pytest.raises(yaml.YAMLError, match="line 2: found unknown escape character"):
        yaml.load(text)


@pytest.mark.parametrize("text", ['a: "\\/"', 'a: "/"\nb: ^\\/', '|\n"\\/"'])
def test_escaped_slashes_are_left_to_the_long_way(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "load", lambda raw, **_: raw)
    assert yaml.load(text) == text.encode()


@pytest.mark.parametrize(
    "text",
    [
        "a: &x 1\nb: *x\nc: [*x, *x]\n",
        "a: &x {b: [1, y, ~], c: {d: 2}}\ne: *x\nf: {<<: *x, b: z}\n",
        "a: &x {b: 1}\nc: &y [*x]\nd: {b: 2, <<: [{b: 3, e: 4}, *x], '<<': 5}\nf: *y\n",
        'a: &x {b: 1}\nc:\n  !!merge <<: *x\n  "<<": 2\n  <<: {b: 3}\n',
        "- &x a\n- *x\n",
    ],
    ids=range(5),
)
def test_short_anchors_need_no_nodes(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for whole in (True, False):
        expected = tree.load(text.encode(), whole=whole)
        with monkeypatch.context() as patch:
            patch.setattr(tree, "load", None)
            found = yaml.load(text, whole=whole)
        assert repr(found) == repr(expected)


def test_aliases_stand_for_values_of_their_own() -> None:
    found = yaml.load("a: &x {b: [1]}\nc: *x\n")
    found["a"]["b"].append(2)
    assert found["c"] == {"b": [1]}


@pytest.mark.parametrize(
    "text",
    [
        "*x",
        "*x : 1",
        "a: *x",
        "a: &x [*x]",
        "a: &x 1\nb: &x 2",
        "a: &x [&x 1]",
        "&x a: 1",
        "&x <<: {a: 1}",
        "<<: 1",
        "a: &x 1\n<<: *x",
        "a: &x [{b: 1}]\n<<: *x",
        "a: &x [{b: 1}]\n<<: [*x]",
        "<<: [1]",
        "!!merge a: 1",
        "a: !!merge <<",
        f"a: &x [{'1, ' * 9}]\nb: [{'*x, ' * 40}]",
        f"a: [{'1, ' * 100}]\nb: &x {'[' * 200}{']' * 200}\nc: *x",
        f"a: &x {'[' * 1000}{']' * 1000}\nb: *x",
        f"a: &x 1\nb: {'[' * 1001}*x{']' * 1001}",
        f"a: &x {'a' * 2**20}\nb: [*x, *x]",
        f"a: [{'1, ' * 5000}]\nb: &x [{'1, ' * 99}]\nc: [{'*x, ' * 1001}]",
    ],
    ids=range(21),
)
def test_other_anchors_are_left_to_the_long_way(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "load", lambda raw, **_: raw)
    assert yaml.load(text) == text.encode()


def test_every_number_is_a_float() -> None:
    assert repr(yaml.load("[1, 2.5, 0x10, -0, 99999999999999999999]")) == "[1.0, 2.5, 16.0, 0.0, 1e+20]"


def test_integers_can_stay_whole() -> None:
    assert repr(yaml.load("a: [1, 1.0, 1e3]", whole=True)) == "{'a': [1, 1.0, 1000.0]}"
    assert repr(yaml.load("a: &x [1, 1.0, 1e3]", whole=True)) == "{'a': [1, 1.0, 1000.0]}"


@pytest.mark.parametrize("text", ["a: 1", "a: &x 1"])
def test_what_prepares_sees_the_document_before_json(text: str) -> None:
    def prepare(value: dict[str, Any]) -> None:
        value["a"] = f"<{value['a']}>"

    assert yaml.load(text, whole=True, prepare=prepare) == {"a": "<1>"}


def test_prepared_infinities_never_reach_json() -> None:
    assert yaml.load("a: .inf", prepare=lambda value: value.update(a="+Inf")) == {"a": "+Inf"}


def test_utf_16_is_read() -> None:
    assert yaml.load(b"\xff\xfe" + "a: é".encode("utf-16-le")) == {"a": "é"}
    with pytest.raises(yaml.YAMLError, match="line 2: found unexpected end of stream"):
        yaml.load(b"\xfe\xff" + 'a: "\n'.encode("utf-16-be"))


@pytest.mark.parametrize(
    ("depth", "error"),
    [(9_000, ""), (10_001, "error converting YAML to JSON: yaml: exceeded max depth of 10000")],
)
def test_depth_is_bounded(depth: int, error: str) -> None:
    text = "[" * depth + "]" * depth
    if error:
        with pytest.raises(yaml.YAMLError, match=error):
            yaml.load(text)
    else:
        value = yaml.load(text)
        while value:
            (value,) = value


def test_utf_16_can_have_a_version() -> None:
    assert yaml.load("%YAML 1.1\n---\na: 1".encode("utf-16")) == {"a": 1}
    with pytest.raises(yaml.YAMLError, match=r"yaml: found incompatible YAML document$"):
        yaml.load("%YAML 1.2\n---\na: 1".encode("utf-16"))


def test_nothing_but_a_comment() -> None:
    assert tree.load(b"# none", strict=True) is None


@pytest.mark.parametrize(
    ("value", "text"), [(True, "true"), (False, "false"), (1.5, "1.5"), (7, "7"), ("a", "a"), (None, None)]
)
def test_what_stands_in_a_field_of_text(value: object, text: object) -> None:
    assert decode.scalar_text(value) == text


@pytest.mark.parametrize(
    ("count", "ratio"), [(1, 0.99), (400_000, 0.99), (2_200_000, 0.545), (4_000_000, 0.10), (9_000_000, 0.10)]
)
def test_large_documents_may_have_fewer_aliases(count: int, ratio: float) -> None:
    assert tree.allowed_alias_ratio(count) == pytest.approx(ratio)


def test_what_json_has_not_is_named_in_its_order() -> None:
    with pytest.raises(yaml.YAMLError, match=r"json: unsupported value: \+Inf$"):
        yaml.load("b: .nan\na: [1, x, .inf, -.inf]\n")
    with pytest.raises(yaml.YAMLError, match=r"invalid character '\{' exceeded max depth$"):
        tree.jsonable(_nested(10_000), float)


def _nested(depth: int) -> object:
    value: object = {"b": [], "a": {}}
    for _ in range(depth):
        value = [1, value]
    return value


def test_strict_reading_refuses_keys_that_are_given_twice() -> None:
    with pytest.raises(yaml.YAMLError) as caught:
        tree.load(b"a: 1\na: 2\nb:\n  c: 1\n  c: 2\n", strict=True)
    assert str(caught.value) == (
        "error converting YAML to JSON: yaml: unmarshal errors:\n"
        '  line 2: key "a" already set in map\n'
        '  line 5: key "c" already set in map'
    )
    assert tree.load(b'1: a\n"1": b\n', strict=True) == {"1": "b"}


def test_the_line_is_a_field_of_the_error() -> None:
    with pytest.raises(yaml.YAMLError) as caught:
        yaml.load("a: 1\nb: [\n")
    assert caught.value.line == 2


@pytest.mark.parametrize("padding", [10, 507, 508, 509, 510, 511, 512, 600, 20_000])
def test_a_broken_byte_is_noticed_with_its_piece(padding: int) -> None:
    """go-yaml reads 512 bytes at a time: an error of syntax in an earlier piece comes first."""
    text = b"a: ]\n# " + "é".encode() * (padding // 2) + b"\n\x01"
    with pytest.raises(yaml.YAMLError) as caught:
        yaml.load(text)
    early = len(text) <= 512
    assert ("control characters" in str(caught.value)) is early


def test_an_alias_bomb_is_refused_in_time() -> None:
    lines = ["a0: &a0 [" + ",".join("x" * 9) + "]"]
    lines += [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    with pytest.raises(yaml.YAMLError, match="document contains excessive aliasing"):
        yaml.load("\n".join(lines))


def test_merging_counts_what_was_merged() -> None:
    """However little is left of it: nine of each for the next."""
    lines = [f"x{i}: &x{i}\n  <<: [{','.join([f'*x{i - 1}'] * 9)}]\n" for i in range(1, 8)]
    with pytest.raises(yaml.YAMLError, match="document contains excessive aliasing"):
        yaml.load("x0: &x0 {k: v}\n" + "".join(lines))


def test_colons_before_brackets_belong_to_plain_scalars() -> None:
    assert yaml.load("[" + "a:, " * 5000 + "]") == ["a:"] * 5000
