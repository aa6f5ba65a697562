"""`history`: the revisions of a release (Helm's `pkg/cmd/history.go`)."""

from __future__ import annotations

from hivehelm.cli.command import Command, exactly
from hivehelm.cli.flags import boolean, integer
from hivehelm.cli.output import Members, output_flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.cli.command import Call
    from hivehelm.release.model import Release


def run(call: Call) -> None:
    """Print a line for each revision, the newest last."""
    from hivehelm.actions.history import history
    from hivehelm.cli.hivehelm.seencache import seen
    from hivehelm.cli.hivehelm.session import connect
    from hivehelm.cli.hivehelm.wording import ANSI_C, moment
    from hivehelm.cli.output import encode, table
    from hivehelm.release.times import ZERO

    flags = call.flags
    context = connect(call)
    known = seen(call, context.namespace)
    releases = history(context, call.arguments[0], seen=known)
    if known is not None:
        known.save()
    most = flags.integer("max")
    releases = releases[-most:] if most > 0 else []
    elements = [_element(release) for release in releases]
    format = flags.string("output")  # noqa: A001
    if format != "table":
        # Of no revisions Go makes an empty slice, so never null.
        call.out.write(encode(format, [Members(element) for element in elements]))
        return
    rollback = ("ROLLBACK",) if flags.boolean("show-rollback-revision") else ()
    rows: list[tuple[Any, ...]] = [
        ("REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION", *rollback, "DESCRIPTION")
    ]
    rows += [
        (
            element["revision"],
            moment(element.get("updated") or ZERO, ANSI_C),
            element["status"],
            element["chart"],
            element["app_version"],
            *((element.get("rollback_revision", ""),) if rollback else ()),
            element["description"],
        )
        for element in elements
    ]
    call.out.write(table(rows))


def _element(release: Release) -> dict[str, Any]:
    from hivehelm.cli.hivehelm.wording import app_version, chart_name

    info = release.info
    element: dict[str, Any] = {"revision": release.version}
    if info.last_deployed:
        element["updated"] = info.last_deployed
    element["status"] = info.status
    element["chart"] = chart_name(release)
    element["app_version"] = app_version(release)
    if info.rollback_revision:
        element["rollback_revision"] = info.rollback_revision
    element["description"] = info.description
    return element


command = Command(
    "history RELEASE_NAME",
    long="List the revisions of a release that are on record.",
    flags=(
        integer("max", "list so many at most, the newest", default=256),
        boolean("show-rollback-revision", "show in a table which revision was rolled back to"),
        output_flag(),
    ),
    arguments=exactly(1),
    run=run,
)
