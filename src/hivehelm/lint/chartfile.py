"""Rules for Chart.yaml (Helm's `rules/chartfile.go`)."""

from __future__ import annotations

import os

from hivehelm.chart import decode
from hivehelm.chart.errors import ChartError
from hivehelm.chart.model import API_V1, API_V2
from hivehelm.lint.addresses import is_email, is_request_url, is_url
from hivehelm.lint.report import ERROR, INFO, WARNING
from hivehelm.lint.subject import read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.chart.model import Metadata
    from hivehelm.lint.report import Report
    from hivehelm.lint.subject import Subject

FILE = "Chart.yaml"


def check(report: Report, subject: Subject) -> None:
    """Look at Chart.yaml, beyond its syntax only where that is sound."""
    path = subject.path(FILE)
    if os.path.isdir(path):
        report.note(ERROR, FILE, "should be a file, not a directory")
    try:
        data = read(path)
        metadata = decode.metadata(data)
    except ChartError as error:
        report.note(ERROR, FILE, f"unable to parse YAML\n\t{error}")
        return
    report.note(WARNING, FILE, strict_problem(data))
    plain = _plain(data)
    for severity, problem in (
        (ERROR, name_problem(metadata)),
        (ERROR, api_version_problem(metadata)),
        (ERROR, type_problem(plain, "version")),
        (ERROR, version_problem(metadata)),
        (ERROR, type_problem(plain, "appVersion")),
        (ERROR, maintainers_problem(metadata)),
        (ERROR, sources_problem(metadata)),
        (INFO, "" if metadata.icon else "icon is recommended"),
        (ERROR, icon_problem(metadata)),
        (ERROR, chart_type_problem(metadata)),
        (ERROR, dependencies_problem(metadata)),
        (WARNING, strict_version_problem(metadata)),
    ):
        report.note(severity, FILE, problem)


def strict_problem(data: bytes) -> str:
    """Tell of keys that are given twice or mean nothing."""
    try:
        decode.metadata(data, strict=True)
    except ChartError as error:
        return f"failed to strictly parse chart metadata file\n\t{error}"
    return ""


def _plain(data: bytes) -> dict[str, Any]:
    from hivehelm.golang.yaml import load

    plain = load(data)
    return plain if isinstance(plain, dict) else {}


def type_problem(plain: dict[str, Any], key: str) -> str:
    """Tell of a version that is no string, such as 1.10 without quotes."""
    value = plain.get(key, "")
    if isinstance(value, str):
        return ""
    from hivehelm.golang.kinds import type_name

    return f"{key} should be of type string but it's of type {type_name(value)}"


def name_problem(metadata: Metadata) -> str:
    """Tell of a missing name, or one that is a path."""
    name = metadata.name
    if not name:
        return "name is required"
    if "/" in name and name != "/":
        from hivehelm.golang.fmt import quote

        return f"chart name {quote(name)} is invalid"
    return ""


def api_version_problem(metadata: Metadata) -> str:
    """Tell of an apiVersion that is missing or unknown."""
    allowed = 'The value must be either "v1" or "v2"'
    if not metadata.api_version:
        return f"apiVersion is required. {allowed}"
    if metadata.api_version not in (API_V1, API_V2):
        return f"apiVersion '{metadata.api_version}' is not valid. {allowed}"
    return ""


def version_problem(metadata: Metadata) -> str:
    """Tell of a version that is missing, none, or the lowest there is."""
    from hivehelm.golang.semver import VersionError, parse

    if not metadata.version:
        return "version is required"
    try:
        version = parse(metadata.version)
    except VersionError:
        return f"version '{metadata.version}' is not a valid SemVer"
    lowest = "0.0.0-0"
    if version <= parse(lowest):
        return f'version "{version}" is less than or equal to "{lowest}"'
    return ""


def strict_version_problem(metadata: Metadata) -> str:
    """Tell of a version that is not spelt in full."""
    from hivehelm.golang.semver import VersionError, parse_strict

    try:
        parse_strict(metadata.version)
    except VersionError:
        return f"version '{metadata.version}' is not a valid SemVerV2"
    return ""


def maintainers_problem(metadata: Metadata) -> str:
    """Tell of the first maintainer without a name, or with an address that is none."""
    for maintainer in metadata.maintainers or ():
        if maintainer is None:
            return "a maintainer entry is empty"
        name, email, url = maintainer.name, maintainer.email, maintainer.url
        if not name:
            return "each maintainer requires a name"
        if email and not is_email(email):
            return f"invalid email '{email}' for maintainer '{name}'"
        if url and not is_url(url):
            return f"invalid url '{url}' for maintainer '{name}'"
    return ""


def sources_problem(metadata: Metadata) -> str:
    """Tell of the first source that is no URL."""
    for source in metadata.sources or ():
        if not is_request_url(source):
            return f"invalid source URL '{source}'"
    return ""


def icon_problem(metadata: Metadata) -> str:
    """Tell of an icon that is no URL."""
    if metadata.icon and not is_request_url(metadata.icon):
        return f"invalid icon URL '{metadata.icon}'"
    return ""


def chart_type_problem(metadata: Metadata) -> str:
    """Tell of a type where the apiVersion has none."""
    if not metadata.type or metadata.api_version == API_V2:
        return ""
    version = metadata.api_version
    return f"chart type is not valid in apiVersion '{version}'. It is valid in apiVersion '{API_V2}'"


def dependencies_problem(metadata: Metadata) -> str:
    """Tell of dependencies in Chart.yaml where the apiVersion has them elsewhere."""
    if not metadata.dependencies or metadata.api_version == API_V2:
        return ""
    return (
        f"dependencies are not valid in the Chart file with apiVersion '{metadata.api_version}'. "
        f"They are valid in apiVersion '{API_V2}'"
    )
