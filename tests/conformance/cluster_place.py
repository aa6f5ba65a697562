"""Command lines of the real Helm and of ours, on one control plane."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

from hivehelm.cli.hivehelm import main

Result = tuple[int, str, str]
Run = Callable[[str], Result]


def write(top: Path, files: dict[str, str]) -> None:
    """Write files by their paths under `top`."""
    for name, text in files.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def environment(place: Path, kubeconfig: Path, namespace: str, **more: str) -> dict[str, str]:
    """Return all that either program finds in its environment."""
    return {
        "HOME": str(place),
        "PATH": os.environ["PATH"],
        "KUBECONFIG": str(kubeconfig),
        "HELM_NAMESPACE": namespace,
        **more,
    }


def real(helm: Path, place: Path, environ: dict[str, str]) -> Run:
    """Return a function that runs command lines with the real Helm."""

    def run(line: str) -> Result:
        done = subprocess.run(
            [helm, *shlex.split(line)], capture_output=True, cwd=place, env=environ, timeout=240
        )
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    return run


def own(place: Path, environ: dict[str, str]) -> Run:
    """Return a function that runs command lines with ours, in this process: it starts faster."""

    def run(line: str) -> Result:
        with mock.patch.dict(os.environ, environ, clear=True), contextlib.chdir(place), _captured() as texts:
            code = main(shlex.split(line))
        return code, *texts()

    return run


@contextlib.contextmanager
def _captured() -> Iterator[Callable[[], tuple[str, str]]]:
    streams = io.TextIOWrapper(io.BytesIO()), io.TextIOWrapper(io.BytesIO())
    with mock.patch.object(sys, "stdout", streams[0]), mock.patch.object(sys, "stderr", streams[1]):
        yield lambda: (_text(streams[0]), _text(streams[1]))


def _text(stream: io.TextIOWrapper) -> str:
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode()


def masked(result: Result, **names: str) -> Result:
    """Return a result without what is never twice the same; `names` say what stands for a text."""
    return result[0], _mask(result[1], names), _mask(result[2], names)


def _mask(text: str, names: dict[str, str]) -> str:
    for shown, name in names.items():
        text = text.replace(name, shown)
    text = re.sub(r"[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d [\d:]{8} \d{4}", "THEN", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:]{8}(\.\d+)?Z", "THEN", text)
    text = re.sub(r"\d{4}-\d\d-\d\d [\d:]{8}(\.\d+)? \+0000 UTC", "THEN", text)
    text = re.sub(r"\b[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\b", "UID", text)
    # A watch that is given up says so or not.
    text = re.sub(r"^I\d{4} .* reflector\.go:.*\n", "", text, flags=re.M)
    text = re.sub(r"^I\d{4} [\d:]{8}\.\d{6} +\d+ ", "I", text, flags=re.M)
    text = re.sub(r'("?(?:resourceVersion|modifiedAt)"?: ?)"\d+"', r"\1N", text)
    # Ages, in tables whose columns they widen.
    return re.sub(r" +(\d+[smh])+(?=$| )", " AGE", text, flags=re.M)
