"""Tags as versions: which there are, and which one a constraint means (Helm's `registry/tag.go`)."""

from __future__ import annotations

from functools import cmp_to_key

from hivehelm.golang import semver
from hivehelm.sources.oci.errors import RegistryError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def sorted_versions(tags: Iterable[str]) -> list[str]:
    """Return the tags that are versions, the newest first, with `+` for the `_` that tags have instead."""
    found = []
    for tag in tags:
        try:
            found.append(semver.parse_strict(tag.replace("_", "+")))
        except semver.VersionError:
            continue
    return [str(version) for version in sorted(found, key=cmp_to_key(semver.compare), reverse=True)]


def matching(tags: Iterable[str], wanted: str) -> str:
    """Return the tag that `wanted` names, or the first one that a constraint allows; "" allows any release.

    Raises:
        VersionError: `wanted` is no constraint.
        RegistryError: no tag is allowed.
    """
    known = list(tags)
    if wanted and wanted in known:
        return wanted
    constraint = semver.Constraint(wanted or "*")
    for tag in known:
        try:
            version = semver.parse(tag)
        except semver.VersionError:
            continue
        if constraint.check(version):
            return tag
    raise RegistryError(f"could not locate a version matching provided version string {wanted}")
