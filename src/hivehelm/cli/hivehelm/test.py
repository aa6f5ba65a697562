"""`test`: run a release's tests (Helm's `pkg/cmd/release_testing.go`)."""

from __future__ import annotations

from hivehelm.cli.command import Command, exactly
from hivehelm.cli.flags import boolean, duration, strings
from hivehelm.cli.hivehelm.lockflag import wait_lock, wait_lock_flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from hivehelm.actions.context import Context
    from hivehelm.actions.test import TestOptions
    from hivehelm.cli.command import Call
    from hivehelm.release.model import Release


def run(call: Call) -> None:
    """Run the tests, print how the release is, and with `--logs` what the tests said."""
    from hivehelm.actions.test import TestOptions, test
    from hivehelm.cli.hivehelm.session import connect, settings_of
    from hivehelm.cli.hivehelm.statusprinter import describe
    from hivehelm.cli.output import Colors

    context = connect(call)
    include, exclude = _names(call.flags.strings("filter"))
    settings = settings_of(call)

    def report(release: Release) -> None:
        colors = Colors(settings, call.out)
        call.out.write(describe(release, colors, debug=settings.debug, hide_notes=True))
        if call.flags.boolean("logs"):
            _write_logs(call, context, release, options)

    options = TestOptions(
        include=include,
        exclude=exclude,
        timeout=call.flags.integer("timeout") / 1e9,
        wait_lock=wait_lock(call.flags),
        report=report,
    )
    test(context, call.arguments[0], options)


def _names(filters: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of tests to run and of those not to; what is neither is ignored, as in Helm."""
    include: list[str] = []
    exclude: list[str] = []
    for text in filters:
        if text.startswith("name="):
            include.append(text.removeprefix("name="))
        elif text.startswith("!name="):
            exclude.append(text.removeprefix("!name="))
        elif text[:1] == "!" and text[1:2] in set("\t\n\f\r ") and text[2:].startswith("name="):
            exclude.append(text[2:].removeprefix("name="))
    return tuple(include), tuple(exclude)


def _write_logs(call: Call, context: Context, release: Release, options: TestOptions) -> None:
    from hivehelm.actions.test import test_logs

    heading = ""

    def show(pod: str, container: str, text: bytes | None) -> None:
        nonlocal heading
        title = f"POD LOGS: {pod} ({container})\n"
        if heading != title:
            heading = title
            call.out.write(title)
        if text is None:
            heading = ""
            call.out.write("\n")
        else:
            call.out.write(text.decode("utf-8", "surrogateescape"))

    call.out.write("\n")
    test_logs(context, release, show, options)


command = Command(
    "test [RELEASE]",
    long="""Run the tests of a release: the objects of its chart that are hooks of the kind test.

--filter chooses among them by name; it may be repeated:

    $ helm test web --filter name=smoke,name=login
    $ helm test web --filter '!name=slow'
""",
    flags=(
        duration("timeout", "how long any one operation may take", default=300_000_000_000),
        wait_lock_flag(),
        boolean("logs", "print the logs of the pods that are tests, before anything is cleaned up"),
        strings(
            "filter",
            "run the tests that are called so (name=NAME), or all others (!name=NAME); may be repeated",
        ),
    ),
    arguments=exactly(1),
    run=run,
)
