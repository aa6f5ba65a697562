"""`repo index`: write the index of a directory of archives (Helm's `pkg/cmd/repo_index.go`)."""

from __future__ import annotations

from hivehelm.cli.command import Command, exactly
from hivehelm.cli.flags import boolean, string

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call


def run(call: Call) -> None:
    """Write the index.

    Raises:
        PathError, RenameError: something cannot be read or written.
        SourceError: the index to merge is broken.
    """
    from hivehelm.cli.hivehelm.session import log_of
    from hivehelm.golang.filepath import absolute
    from hivehelm.sources.index.directory import write

    flags = call.flags
    write(
        absolute(call.arguments[0]),
        flags.string("url"),
        flags.string("merge"),
        json=flags.boolean("json"),
        log=log_of(call),
    )


command = Command(
    "index [DIR]",
    long="""Write index.yaml into a directory of archives, which makes it a repository once it is served.

--url is where that will be. With --merge the versions of another index are kept, too; where both have one,
the directory's counts.
""",
    flags=(
        string("url", "where the directory is served"),
        string("merge", "an index whose versions are kept"),
        boolean("json", "write JSON"),
    ),
    arguments=exactly(1),
    run=run,
)
