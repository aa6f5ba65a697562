"""Changes to a chart's values that switch things on, fill what is empty, or are wrong; always the same."""

from __future__ import annotations

import json
from random import Random

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    Path = tuple[str, ...]

_TEMPLATES = (
    "{{ .Release.Name }}-x",
    '{{ include "nothing" . }}',
    "{{ .Values.nothing.here }}",
    "{{ .Chart.Name | upper",
    '{{ printf "%s-%d" .Release.Namespace 3 }}',
    "plain",
    "0x10",
    "yes",
    "1e3",
    "a: b",
    "- x\n- y",
    "# not a comment",
    "ä€\U0001f600\u2028",
    " padded ",
)
_LISTS: dict[str, list[Any]] = {
    "env": [
        {"name": "A", "value": "{{ .Release.Name }}"},
        {"name": "B", "valueFrom": {"fieldRef": {"f": 1}}},
    ],
    "toleration": [{"key": "k", "operator": "Exists", "effect": "NoSchedule", "tolerationSeconds": 300}],
    "volume": [{"name": "v", "emptyDir": {}}, {"name": "w", "mountPath": "/w", "readOnly": True}],
    "secret": ["one", {"name": "{{ .Release.Name }}"}],
    "host": [{"host": "h.example", "name": "h.example", "path": "/", "paths": ["/", {"path": "/b"}]}],
    "tls": [{"secretName": "t", "hosts": ["{{ .Release.Name }}.example"]}],
    "container": [{"name": "side", "image": "busybox:1", "args": ["-c", "{{ .Values.x }}"]}],
    "port": [{"name": "p", "port": 80, "containerPort": 80, "targetPort": "http", "protocol": "TCP"}, 8080],
    "rule": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}, {"alert": "A", "expr": "x > 1"}],
}
_PLAIN_LISTS: tuple[list[Any], ...] = (
    ["a", "{{ .Release.Name }}"],
    [{"name": "a", "key": "b", "value": "c"}],
    [1, 1.5, True, None, "x"],
    [["nested"], {}],
)
_TABLES: tuple[dict[str, Any], ...] = (
    {"key": "value", "templated": "{{ .Release.Name }}", "number": 12345678, "truth": True},
    {"a.b/c": "x", "empty": "", "nothing": None},
    {"nested": {"list": [1, 2], "table": {"x": 0.1}}},
    {"cpu": "100m", "memory": 1e9},
)
_WRONG: tuple[Any, ...] = ("text", 7, 1.5e30, True, [], ["x"], {"x": "y"}, {})


def leaves(values: dict[str, Any], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Walk a table, each key before what is under it."""
    for key, value in values.items():
        yield (*path, key), value
        if isinstance(value, dict):
            yield from leaves(value, (*path, key))


def changes(values: dict[str, Any], seed: str, count: int) -> list[list[str]]:
    """Return `count` lists of arguments that change `values`."""
    random = Random(seed)  # noqa: S311 - a sample, the same at each run
    found = list(leaves(values)) or [(("new",), None)]
    kinds = (_one_switch, _switches, _fill, _fill, _mix, _mix, _strings, _nulls, _wrong, _numbers)
    return [kinds[number % len(kinds)](random, found) for number in range(count)]


def _one_switch(random: Random, found: list[tuple[Path, Any]]) -> list[str]:
    return _take(
        random, found, 1, lambda path, value: isinstance(value, bool), lambda _path, value: not value
    )


def _switches(random: Random, found: list[tuple[Path, Any]]) -> list[str]:
    return _take(
        random, found, 6, lambda _path, value: isinstance(value, bool), lambda _path, value: not value
    )


def _fill(random: Random, found: list[tuple[Path, Any]]) -> list[str]:
    return _take(
        random,
        found,
        8,
        lambda _path, value: value in ([], {}, "", None),
        lambda path, value: _filled(random, path, value),
    )


def _mix(random: Random, found: list[tuple[Path, Any]]) -> list[str]:
    return [*_switches(random, found), *_fill(random, found), *_numbers(random, found)]


def _strings(random: Random, found: list[tuple[Path, Any]]) -> list[str]:
    return _take(
        random,
        found,
        5,
        lambda _path, value: isinstance(value, str),
        lambda _path, _value: random.choice(_TEMPLATES),
    )


def _nulls(random: Random, found: list[tuple[Path, Any]]) -> list[str]:
    return _take(random, found, 2, lambda _path, value: value is not None, lambda _path, _value: None)


def _wrong(random: Random, found: list[tuple[Path, Any]]) -> list[str]:
    return _take(random, found, 1, lambda _path, _value: True, lambda _path, _value: random.choice(_WRONG))


def _numbers(random: Random, found: list[tuple[Path, Any]]) -> list[str]:
    return _take(
        random,
        found,
        2,
        lambda _path, value: isinstance(value, (int, float)) and not isinstance(value, bool),
        lambda path, _value: _number(random, path),
    )


def _number(random: Random, path: Path) -> float:
    number = random.choice((0, 1, 3, 1000000, 123456789, 2.5, -1, 1e21))
    # Some charts have a Service for each replica: a million of them take Helm minutes.
    return 3 if number > 3 and "replica" in path[-1].lower() else number


def _filled(random: Random, path: Path, value: Any) -> Any:
    name = path[-1].lower()
    if isinstance(value, list):
        return next((made for word, made in _LISTS.items() if word in name), random.choice(_PLAIN_LISTS))
    if isinstance(value, dict):
        return random.choice(_TABLES)
    return random.choice(_TEMPLATES)


def _take(
    random: Random,
    found: list[tuple[Path, Any]],
    most: int,
    wanted: Callable[[Path, Any], bool],
    changed: Callable[[Path, Any], Any],
) -> list[str]:
    fitting = [(path, value) for path, value in found if wanted(path, value)] or [random.choice(found)]
    chosen = random.sample(fitting, min(len(fitting), random.randint(1, most)))
    arguments = []
    for path, value in sorted(chosen, key=lambda entry: entry[0]):
        new = changed(path, value)
        key = ".".join(part.replace("\\", "\\\\").replace(".", "\\.") for part in path)
        if isinstance(new, (bool, int)) and random.random() < 0.5:
            arguments += ["--set", f"{key}={json.dumps(new)}"]
        else:
            arguments += ["--set-json", f"{key}={json.dumps(new)}"]
    return arguments
