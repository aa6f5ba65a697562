"""`lint`: look for what is wrong with charts (Helm's `pkg/cmd/lint.go`)."""

from __future__ import annotations

from hivehelm.cli.command import Command, at_least
from hivehelm.cli.flags import boolean, string
from hivehelm.cli.hivehelm.chartflags import value_flags
from hivehelm.cli.hivehelm.limitflags import limit_flags, limits_of
from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.actions.lint import LintResult
    from hivehelm.cli.command import Call


class FailedChartsError(HivehelmError):
    """Of the `linted` charts, `failed` have errors."""

    def __init__(self, linted: int, failed: int) -> None:
        super().__init__(linted, failed)
        self.linted = linted
        self.failed = failed

    def __str__(self) -> str:
        return summary(self.linted, self.failed)


def summary(linted: int, failed: int) -> str:
    """Return the last line of what `lint` says."""
    return f"{linted} chart(s) linted, {failed} chart(s) failed"


def run(call: Call) -> None:
    """Print what is wrong with each chart; fail where something is worse than a warning."""
    with limits_of(call.flags).watched():
        _run(call)


def _run(call: Call) -> None:
    from hivehelm.actions.lint import LintOptions, lint, subcharts
    from hivehelm.cli.hivehelm.chartflags import user_values
    from hivehelm.cli.hivehelm.kubeversion import kube_version
    from hivehelm.cli.hivehelm.session import log_of, settings_of, template_cache
    from hivehelm.sources.schema import load_schema

    flags = call.flags
    version = kube_version(flags.string("kube-version"))
    paths = list(call.arguments)
    if flags.boolean("with-subcharts"):
        paths += [below for path in call.arguments for below in subcharts(path)]
    options = LintOptions(
        strict=flags.boolean("strict"),
        namespace=settings_of(call).resolve_namespace(),
        kube_version=version,
        skip_schema_validation=flags.boolean("skip-schema-validation"),
        schema_loader=load_schema,
        log=log_of(call),
        cache=template_cache(call),
        limits=limits_of(flags),
    )
    values = user_values(call)
    quiet = flags.boolean("quiet")
    written: list[str] = []
    failed = 0
    unclean = 0
    for path in paths:
        result = lint([path], values, options)
        failed += bool(result.errors)
        unclean += not result.is_clean
        if not (quiet and result.is_clean):
            written.append(_described(path, result, quiet=quiet))
    call.out.write("".join(written))
    if failed:
        raise FailedChartsError(len(paths), failed)
    if not quiet or unclean:
        call.out.write(summary(len(paths), failed) + "\n")


def _described(path: str, result: LintResult, *, quiet: bool) -> str:
    from hivehelm.lint.report import INFO

    lines = [f"==> Linting {path}"]
    if not result.messages:
        lines += [f"Error {error}" for error in result.errors]
    lines += [str(message) for message in result.messages if not quiet or message.severity > INFO]
    return "".join(f"{line}\n" for line in (*lines, ""))


command = Command(
    "lint PATH",
    long="""Look for what is wrong with charts: directories or archives.

What would keep a chart from being installed is an [ERROR], what goes against custom or advice a [WARNING].
""",
    flags=(
        boolean("strict", "fail on warnings, too"),
        boolean("with-subcharts", "lint the charts in charts/, too"),
        boolean("quiet", "print warnings and errors only"),
        boolean("skip-schema-validation", "do not check values against the chart's schemas"),
        string(
            "kube-version", "the Kubernetes version that templates see and that deprecations are those of"
        ),
        *value_flags(),
        *limit_flags(),
    ),
    arguments=at_least(1),
    run=run,
)
