"""`status`: how a release is (Helm's `pkg/cmd/status.go`)."""

from __future__ import annotations

from hivehelm.cli.command import Command, exactly
from hivehelm.cli.flags import integer
from hivehelm.cli.output import output_flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call
    from hivehelm.cli.output import Colors
    from hivehelm.release.model import Release


def run(call: Call) -> None:
    """Print a release's state and its objects in the cluster."""
    from hivehelm.actions.status import status
    from hivehelm.cli.hivehelm.servertable import resources_text
    from hivehelm.cli.hivehelm.session import connect, settings_of
    from hivehelm.cli.output import Colors

    format = call.flags.string("output")  # noqa: A001
    release = status(
        connect(call), call.arguments[0], call.flags.integer("revision"), table=format == "table"
    )
    release = release.replace(chart_document=None)
    colors = Colors(settings_of(call), call.out)
    resources = resources_text(release.info.resources) if format == "table" else ""
    call.out.write(written(release, format, colors, resources=resources))


def show(call: Call, release: Release) -> None:
    """Print what an install or an upgrade made, as the call's flags say."""
    from hivehelm.cli.hivehelm.session import settings_of
    from hivehelm.cli.output import Colors

    flags, settings = call.flags, settings_of(call)
    call.out.write(
        written(
            release,
            flags.string("output"),
            Colors(settings, call.out),
            debug=settings.debug,
            hide_notes=flags.boolean("hide-notes"),
        )
    )


def written(
    release: Release,
    format: str,  # noqa: A002
    colors: Colors,
    *,
    debug: bool = False,
    hide_notes: bool = False,
    resources: str = "",
) -> str:
    """Return a release in words, or as Helm's JSON or YAML of it."""
    if format == "table":
        from hivehelm.cli.hivehelm.statusprinter import describe

        return describe(release, colors, debug=debug, hide_notes=hide_notes, resources=resources)
    if format == "json":
        from hivehelm.release.codec import to_json

        return to_json(release) + "\n"
    from hivehelm.golang.yaml import dump
    from hivehelm.release.codec import to_document

    return dump(to_document(release))


command = Command(
    "status RELEASE_NAME",
    long="""Show how a release is: its state, when it was deployed, its objects, its tests and notes.

The state is one of unknown, deployed, uninstalled, superseded, failed, uninstalling, pending-install,
pending-upgrade and pending-rollback.
""",
    flags=(integer("revision", "this revision rather than the newest"), output_flag()),
    arguments=exactly(1),
    run=run,
)
