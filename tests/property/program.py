"""The oracle: a Go program of Helm's libraries (`oracle/main.go`) that tells what they make of a case."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from base64 import b64decode, b64encode
from pathlib import Path

from hivehelm.cluster import build, toolchain
from hivehelm.cluster.errors import BuildError
from hivehelm.cluster.places import data_directory, platform
from hivehelm.cluster.recipes import RECIPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_ORACLE = "oracle"
# The module that Helm is built in: the same versions of everything.
_MODULE = Path(build.__file__).parent / "modules" / "helm"


def source(name: str = _ORACLE) -> Path:
    """Return a program's source."""
    return Path(__file__).parent / name / "main.go"


def path(name: str = _ORACLE) -> Path:
    """Return where a program is kept: one file for each state of its source, and platform."""
    digest = hashlib.sha256(source(name).read_bytes() + (_MODULE / "go.sum").read_bytes()).hexdigest()[:12]
    return data_directory() / "binaries" / "-".join((name, digest, *platform()))


def built(name: str = _ORACLE) -> Path:
    """Return the program, which is built where it is not there yet: a minute.

    Raises:
        BuildError: there is no Go, or its modules cannot be had.
    """
    target = path(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    with (target.parent / f".{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.exists():
            _build(name, target)
    return target


def _build(name: str, target: Path) -> None:
    go = toolchain.find(RECIPES["helm"])
    with tempfile.TemporaryDirectory(prefix=".building-", dir=target.parent) as scratch:
        module = Path(scratch) / "module"
        shutil.copytree(_MODULE, module)
        shutil.copy(source(name), module)
        output = Path(scratch) / "oracle"
        # In caches of its own, which go when it is done, but where the user has some.
        caches = {"GOCACHE": f"{scratch}/build", "GOMODCACHE": f"{scratch}/modules", **os.environ}
        done = subprocess.run(
            [go.go, "build", "-mod=readonly", "-trimpath", "-buildvcs=false", "-o", str(output), "."],
            cwd=module,
            env=toolchain.environment(go, caches),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise BuildError(name, "go build failed", tuple(done.stderr.splitlines()[-12:]))
        output.replace(target)


class Oracle:
    """The running program."""

    def __init__(self, program: Path) -> None:
        self._process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def close(self) -> None:
        """End it."""
        self._process.communicate()

    def render(self, template: str, data: object) -> tuple[str | None, str | None]:
        """Return output and error of a template of the name `t`, with Helm's `toYaml` and `toJson`."""
        told = self._ask("render", template, data)
        error = _text(told["error"])
        return (None, error) if error else (_text(told["output"]) or "", None)

    def yaml(self, document: bytes) -> tuple[object, str | None]:
        """Return what a document is, spelled as `spell` does, and what is wrong with it."""
        told = self._ask("yaml", document)
        return told["value"], _text(told["error"])

    def put(self, flag: str, text: str, values: object) -> tuple[object, str | None]:
        """Return what a flag such as `set` makes of values, spelled, and what is wrong with its text."""
        told = self._ask(flag, text, values)
        return told["value"], _text(told["error"])

    def print(self, form: str, values: Sequence[object]) -> str:
        """Return `fmt.Sprintf(form, values...)`; the values are any of those in `golang.kinds`."""
        told = self._ask("print", form, [typed(value) for value in values])
        return _text(told["value"]) or _text(told["error"]) or ""

    def write(self, value: object) -> list[str]:
        """Return a value in YAML, pretty YAML, JSON, indented JSON, TOML, quotes twice, quotes; printed."""
        told = self._ask("write", "", typed(value))
        return [_text(text) or "" for text in told["value"]]

    def _ask(self, what: str, text: str | bytes, data: object = None) -> dict[str, Any]:
        raw = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
        asked = {"Do": what, "Text": _base64(raw), "Data": _base64(json.dumps(data).encode())}
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps(asked).encode() + b"\n")
        stdin.flush()
        told: dict[str, Any] = json.loads(stdout.readline())
        return told


def spell(value: Any) -> list[Any]:
    """Return a value of ours as the oracle spells its own: with the names of its Go types."""
    from hivehelm.golang.floats import general
    from hivehelm.golang.kinds import Int64

    if value is None:
        return ["nil"]
    if isinstance(value, bool):
        return ["bool", value]
    if isinstance(value, str):
        return ["string", _base64(value.encode("utf-8", "surrogateescape"))]
    if isinstance(value, Int64):
        return ["int64", str(int(value))]
    if isinstance(value, float):
        return ["float64", general(value)]
    if isinstance(value, list):
        return ["list", [spell(item) for item in value]]
    assert isinstance(value, dict), type(value)
    items = sorted((key.encode("utf-8", "surrogateescape"), item) for key, item in value.items())
    return ["map", [[_base64(key), spell(item)] for key, item in items]]


_KINDS = {
    "time.Duration": "duration",
    "[]string": "strings",
    "[]int": "ints",
    "map[string]string": "string map",
    "map[string]interface {}": "map",
    "[]interface {}": "list",
    "[]uint8": "bytes",
}


def typed(value: Any) -> list[Any]:
    """Return a value of ours spelled for the oracle with its Go type, any of those that templates hold."""
    from hivehelm.golang import kinds

    if value is None:
        return ["nil"]
    if isinstance(value, (kinds.NilMap, kinds.NilSlice, kinds.NilStringSlice)):
        names = {kinds.NilMap: "nil map", kinds.NilSlice: "nil list", kinds.NilStringSlice: "nil strings"}
        return [names[type(value)]]
    name = kinds.type_name(value)
    kind = _KINDS.get(name, name)
    if isinstance(value, bool):
        return [kind, value]
    if isinstance(value, complex):
        return [kind, repr(value.real), repr(value.imag)]
    if isinstance(value, float):
        return [kind, repr(float(value))]
    if isinstance(value, int):
        return [kind, str(int(value))]
    if isinstance(value, (str, bytes)):
        raw = value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
        return [kind, _base64(raw)]
    if isinstance(value, dict):
        return [kind, [[typed(key), typed(item)] for key, item in value.items()]]
    return [kind, [typed(item) for item in value]]


def _base64(data: bytes) -> str:
    return b64encode(data).decode()


def _text(data: str | None) -> str | None:
    return b64decode(data).decode("utf-8", "surrogateescape") if data else None
