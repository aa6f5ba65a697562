"""Binaries built from the Go module proxy, once per user and version."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from collections import deque
from pathlib import Path

from hivehelm.cluster import toolchain
from hivehelm.cluster.errors import BuildError
from hivehelm.cluster.places import cache_directory, data_directory, platform
from hivehelm.cluster.progress import Progress, silent
from hivehelm.cluster.recipes import PARTS, RECIPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hivehelm.cluster.progress import Report
    from hivehelm.cluster.recipes import Recipe

_MODULES = Path(__file__).parent / "modules"
_LAST_LINES = 12


def binary(name: str, report: Report = silent) -> Path:
    """Return the path of a binary, which is built first where it is not there yet.

    A binary of the control plane is taken from `KUBEBUILDER_ASSETS` (the convention of controller-runtime's
    envtest) where that directory has it. Two that build at the same time wait for each other.

    Args:
        name: a key of `recipes.RECIPES`.
        report: told what is done.

    Raises:
        ToolchainError: there is no Go that could build it.
        BuildError: the build failed; the error ends with its last lines.
    """
    recipe = RECIPES[name]
    found = present(recipe)
    if found is not None:
        return found
    target = path(recipe)
    target.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with _locked(target.parent / ".lock", name, report):
        if not target.exists():
            _build(recipe, target, report, started)
    return target


def path(recipe: Recipe) -> Path:
    """Return where the binary of `recipe` is kept: one file for each version and platform."""
    return data_directory() / "binaries" / "-".join((recipe.name, recipe.version, *platform()))


def present(recipe: Recipe) -> Path | None:
    """Return the binary of `recipe` if nothing has to be built for it."""
    assets = os.environ.get("KUBEBUILDER_ASSETS")
    if assets and recipe.asset:
        given = Path(assets) / recipe.name
        if os.access(given, os.X_OK) and given.is_file():
            return given
    kept = path(recipe)
    return kept if kept.exists() else None


def missing(names: Iterable[str]) -> list[str]:
    """Return those of `names` that would have to be built."""
    return [name for name in names if present(RECIPES[name]) is None]


def _build(recipe: Recipe, target: Path, report: Report, started: float) -> None:
    go = toolchain.find(recipe)
    environment = toolchain.environment(go)
    with tempfile.TemporaryDirectory(prefix=".building-", dir=target.parent) as scratch:
        # Go wants its go.mod writable in places, and an installed package need not be.
        module = Path(scratch) / "module"
        shutil.copytree(_MODULES / recipe.module, module)
        output = Path(scratch) / recipe.name

        def told(phase: str, done: int = 0, total: int = 0, *, final: bool = False) -> None:
            elapsed = time.monotonic() - started
            report(
                Progress(
                    subject=f"{recipe.name} {recipe.version}",
                    phase=phase,
                    done=done,
                    total=total,
                    elapsed=elapsed,
                    final=final,
                )
            )

        told("fetching its modules")
        fetched = 0
        packages = 0
        listing = [go.go, "list", "-mod=readonly", "-deps", recipe.package]
        for text in _run(recipe, "fetching its modules", listing, module, environment):
            if text.startswith("go: downloading"):
                fetched += 1
                told("fetching its modules", fetched)
            else:
                packages += 1
        flags = " ".join(("-s -w", *(f"-X {variable}" for variable in recipe.variables)))
        compiling = [go.go, "build", "-mod=readonly", "-trimpath", "-buildvcs=false", "-v"]
        compiling += ["-ldflags", flags, "-o", str(output), recipe.package]
        told("compiling", 0, packages)
        for done, text in enumerate(_run(recipe, "compiling", compiling, module, environment), 1):
            # -v names a package as it is compiled; the main package is last, then it is the linker's turn.
            if text == recipe.package:
                told("linking")
            else:
                told("compiling", min(done, packages), packages)
        output.replace(target)
        _drop_caches(recipe)
        told("built", final=True)


def _drop_caches(recipe: Recipe) -> None:
    """Remove what Go has kept, gigabytes of it, once nothing is left to build that shares it.

    Caches whose place the user chose are the user's. The caller holds the lock: no other build runs.
    """
    if os.environ.get("GOCACHE") or os.environ.get("GOMODCACHE"):
        return
    if not missing(PARTS if recipe.name in PARTS else ()):
        shutil.rmtree(cache_directory() / "go", ignore_errors=True)


def _run(
    recipe: Recipe, phase: str, command: list[str], directory: Path, environment: dict[str, str]
) -> Iterator[str]:
    """Yield what `command` prints, line by line; raise BuildError with its last lines if it fails."""
    last: deque[str] = deque(maxlen=_LAST_LINES)
    process = subprocess.Popen(  # noqa: S603
        command,
        cwd=directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    with process:
        try:
            for text in process.stdout or ():
                last.append(text.rstrip())
                yield last[-1]
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise BuildError(recipe.name, f"{phase} ended with code {process.returncode}", tuple(last))


@contextlib.contextmanager
def _locked(lock: Path, name: str, report: Report) -> Iterator[None]:
    """Hold `lock`, an advisory lock that the system drops when its holder dies."""
    with lock.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report(Progress(subject=name, phase="waiting for another build"))
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
