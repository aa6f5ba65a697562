"""`get-release`: show a release."""

from __future__ import annotations

from hivehelm.cli.command import Command
from hivehelm.cli.flags import integer
from hivehelm.cli.hivemind.helm.named import gather, name_flag
from hivehelm.cli.output import output_flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call
    from hivehelm.platform.model import HelmRelease
    from hivehelm.release.model import Info

_USAGE = "hivemind helm get-release --name NAME [--namespace NAMESPACE] [--revision REVISION]"


def run(call: Call) -> None:
    """Print what is on record of a release."""
    from hivehelm.actions.get import get
    from hivehelm.cli.hivehelm.session import connect
    from hivehelm.cli.output import Members, encode
    from hivehelm.platform.errors import UnknownReleaseError
    from hivehelm.platform.model import HelmRelease
    from hivehelm.release.errors import ReleaseNotFoundError

    name = gather(call, ["name"], _USAGE)[0]
    context, revision = connect(call), call.flags.integer("revision")
    try:
        record = get(context, name, revision)
    except ReleaseNotFoundError as error:
        raise UnknownReleaseError(name, context.namespace, revision) from error
    release = HelmRelease.of(record)
    format = call.flags.string("output")  # noqa: A001
    if format != "table":
        call.out.write(encode(format, Members(release.to_dict())))
        return
    call.out.write(_text(release, record.info))


def _text(release: HelmRelease, info: Info) -> str:
    from hivehelm.golang.yaml import dump

    lines = [
        f"NAME: {release.name}",
        f"NAMESPACE: {release.namespace}",
        f"CHART: {release.chart}",
        f"VERSION: {release.version}",
        f"STATUS: {release.status.value}",
        f"REVISION: {release.revision}",
        f"UPDATED: {release.updated:%Y-%m-%d %H:%M:%S} UTC",
    ]
    if info.description:
        lines.append(f"DESCRIPTION: {info.description}")
    lines.append("VALUES:" if release.values else "VALUES: none of the user's")
    text = "\n".join(lines) + "\n"
    if release.values:
        text += "".join(f"  {line}\n" for line in dump(release.values).splitlines())
    if notes := info.notes.strip():
        text += f"NOTES:\n{notes}\n"
    return text


command = Command(
    "get-release",
    long="Show a release: its chart, its state, the values its user gave, and its notes.",
    flags=(name_flag(), integer("revision", "show this revision; 0 is the newest"), output_flag()),
    run=run,
)
