"""`lint`: look for what is wrong with charts, in directories and archives (Helm's `pkg/action/lint.go`)."""

from __future__ import annotations

import os

from hivehelm.chart.errors import PathError
from hivehelm.errors import HivehelmError
from hivehelm.golang import filepath
from hivehelm.limits import Limits
from hivehelm.lint.report import INFO, WARNING
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from hivehelm.gotemplate.cache import TemplateCache
    from hivehelm.lint.report import Message, Report
    from hivehelm.render.capabilities import KubeVersion

_ARCHIVES = (".tgz", ".tar.gz")


class LintError(HivehelmError):
    """There is no chart at a path, or its archive cannot be unpacked."""


class LintOptions(Record):
    """How charts are linted.

    `strict` counts warnings as failures. `namespace` and `kube_version` are what templates see;
    deprecations are those of that version. `schema_loader(url)` gives the text of a schema that a chart's
    schema refers to. `log(level, message, **attributes)` takes what Helm logs; `cache` keeps compiled
    templates; `limits` hold a chart to what it may cost, as those of `PlanOptions`.
    """

    strict: bool = False
    namespace: str = "default"
    kube_version: KubeVersion | None = None
    skip_schema_validation: bool = False
    schema_loader: Callable[[str], bytes] | None = None
    log: Callable[..., None] | None = None
    cache: TemplateCache | None = None
    limits: Limits = Limits()


class LintResult(Record):
    """What was found: `messages` of the `linted` charts; `errors` are what makes it a failure."""

    linted: int
    messages: list[Message]
    errors: list[str]

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing but information."""
        return not self.errors and all(message.severity <= INFO for message in self.messages)


def lint(
    paths: Iterable[str], values: dict[str, Any] | None = None, options: LintOptions | None = None
) -> LintResult:
    """Return what is wrong with the charts at `paths` under the user's `values`.

    Tables of `values` take in the defaults of the charts one after the other, as in Helm.
    """
    options = options or LintOptions()
    values = {} if values is None else values
    tolerated = INFO if options.strict else WARNING
    messages: list[Message] = []
    errors: list[str] = []
    linted = 0
    for path in paths:
        try:
            with options.limits.watched():
                report = _lint(path, values, options)
        except LintError as error:
            errors.append(str(error))
            continue
        linted += 1
        messages += report.messages
        errors += [message.text for message in report.messages if message.severity > tolerated]
    return LintResult(linted=linted, messages=messages, errors=errors)


def subcharts(path: str) -> Iterator[str]:
    """Yield the charts and archives anywhere below a chart's `charts/`, in the order of their paths."""
    yield from _walk(filepath.join(path, "charts"))


def _walk(path: str) -> Iterator[str]:
    """Go's `filepath.Walk`, which follows no links."""
    if os.path.basename(path) == "Chart.yaml":
        if os.path.lexists(path):
            yield os.path.dirname(path)
    elif path.endswith(_ARCHIVES) and os.path.lexists(path):
        yield path
    if os.path.isdir(path) and not os.path.islink(path):
        try:
            names = sorted(os.listdir(path), key=os.fsencode)
        except OSError:
            return
        for name in names:
            yield from _walk(os.path.join(path, name))


def _lint(path: str, values: dict[str, Any], options: LintOptions) -> Report:
    if not path.endswith(_ARCHIVES):
        return _lint_directory(path, values, options)
    from tempfile import TemporaryDirectory

    parent = os.environ.get("TMPDIR") or "/tmp"  # noqa: S108
    try:
        place = TemporaryDirectory(prefix="helm-lint", dir=parent)
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        problem = PathError("stat", parent, error) if missing else PathError("mkdir", error.filename, error)
        raise LintError(f"unable to create temp dir to extract tarball: {problem}") from None
    with place as top:
        return _lint_directory(_unpacked(path, top), values, options)


def _unpacked(path: str, directory: str) -> str:
    from hivehelm.chart.expand import expand

    try:
        with open(path, "rb") as stream:
            return expand(directory, stream)
    except IsADirectoryError as error:
        raise LintError(f"unable to extract tarball: {PathError('read', path, error)}") from None
    except OSError as error:
        raise LintError(f"unable to open tarball: {PathError('open', path, error)}") from None
    except HivehelmError as error:
        raise LintError(f"unable to extract tarball: {error}") from error


def _lint_directory(path: str, values: dict[str, Any], options: LintOptions) -> Report:
    from hivehelm.actions.plan import PlanOptions, validator
    from hivehelm.lint.run import run
    from hivehelm.lint.subject import Subject, stat_problem

    if problem := stat_problem(filepath.join(path, "Chart.yaml")):
        raise LintError(f"unable to check Chart.yaml file in chart: {problem}")
    log, loader = options.log, options.schema_loader

    def check_schema(merged: dict[str, Any], schema: bytes) -> str:
        from hivehelm.values.schema import check

        return check(merged, schema, loader, log)

    validated = not options.skip_schema_validation
    subject = Subject(
        path,
        values,
        namespace=options.namespace,
        kube_version=options.kube_version,
        validate=validator(PlanOptions(schema_loader=loader, log=log)) if validated else None,
        check_schema=check_schema if validated else None,
        log=log,
        cache=options.cache,
        limits=options.limits,
    )
    return run(subject)
