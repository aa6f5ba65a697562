"""API versions that Kubernetes gives up (Helm's `rules/deprecations.go`, apiserver's `deprecation`)."""

from __future__ import annotations

from hivehelm.lint.deprecated_apis import TABLE
from hivehelm.render.capabilities import default

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.render.capabilities import KubeVersion


def problem(api_version: str, kind: str, kube_version: KubeVersion | None = None) -> str:
    """Tell since when a kind is deprecated under that apiVersion, "" where it is not in `kube_version`.

    Without a version it is Helm's own.
    """
    if (api := _find(api_version, kind)) is None:
        return ""
    deprecated, removed, instead = api
    current = default().kube_version if kube_version is None else kube_version
    now = int(current.major), int(current.minor)
    # A version of 0.0 stands for none that is known.
    if now != (0, 0) and now < _numbers(deprecated):
        return ""
    text = f"{api_version.removeprefix('/')} {kind} is deprecated in v{deprecated}+"
    if removed:
        text += f", unavailable in v{removed}+"
    return f"{text}; use {instead}" if instead else text


def _find(api_version: str, kind: str) -> tuple[str, str, str] | None:
    """Return when a kind was deprecated and removed, and what to use instead, if anything."""
    for version, deprecated, removed, use, kinds in TABLE:
        # An empty group may have its slash.
        if version != api_version.removeprefix("/"):
            continue
        for entry in kinds.split():
            name, _, other = entry.partition("=")
            if name.endswith("+"):
                name = name[:-1]
                if kind not in (name, f"{name}List"):
                    continue
            elif kind != name:
                continue
            return deprecated, removed, f"{use} {other or kind}" if use else ""
    return None


def _numbers(version: str) -> tuple[int, int]:
    major, _, minor = version.partition(".")
    return int(major), int(minor)
