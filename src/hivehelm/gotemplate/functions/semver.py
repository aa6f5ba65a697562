"""Sprig's versions: github.com/Masterminds/semver v3."""

from __future__ import annotations

from hivehelm.golang.semver import Version, VersionError, parse
from hivehelm.gotemplate.functions.signature import FunctionError, go


@go("string")
def semver(text: str) -> Version:
    """`semver`: a version, with its parts and comparisons."""
    try:
        return parse(text)
    except VersionError as error:
        raise FunctionError(str(error)) from None


@go("string, string")
def semver_compare(constraint: str, version: str) -> bool:
    """`semverCompare`: whether a version satisfies a constraint."""
    from hivehelm.golang.constraint import read

    try:
        return read(constraint).check(parse(version))
    except VersionError as error:
        raise FunctionError(str(error)) from None
