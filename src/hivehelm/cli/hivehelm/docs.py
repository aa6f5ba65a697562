"""`docs`: write the reference of all commands to files (Helm's `pkg/cmd/docs.go`); hidden, as Helm's."""

from __future__ import annotations

from hivehelm.cli.command import Command, no_arguments
from hivehelm.cli.flags import boolean, string
from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call


class DocumentTypeError(HivehelmError):
    """Documents are not made of type `kind`."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind

    def __str__(self) -> str:
        from hivehelm.golang.fmt import quote

        return f"unknown doc type {quote(self.kind)}. Try 'markdown' or 'man'"


def run(call: Call) -> None:
    """Write the files; those that are there are overwritten."""
    from hivehelm.cli import pages

    kind, directory = call.flags.string("type"), call.flags.string("dir")
    root = call.command
    while root.parent is not None:
        root = root.parent
    if kind in ("markdown", "mdown", "md"):
        header = call.flags.boolean("generate-headers")
        for command in pages.documented(root):
            _write(directory, pages.markdown_name(command), pages.markdown(command, header=header))
    elif kind == "man":
        for command in pages.documented(root):
            _write(directory, pages.man_name(command), pages.man(command))
    elif kind == "bash":
        import sys

        from hivehelm.cli.hivehelm.completion import script

        _write(directory, "completions.bash", script("bash", sys.argv[0]))
    else:
        raise DocumentTypeError(kind)


def _write(directory: str, name: str, text: str) -> None:
    from hivehelm.golang.filepath import join

    with open(join(directory, name), "w", encoding="utf-8", newline="\n") as file:
        file.write(text)


command = Command(
    "docs",
    long="""Write the reference of all commands, a file for each: Markdown, or man pages.

With --type bash, write the script that completes command lines in bash.
""",
    flags=(
        string("dir", "directory to write to", default="./"),
        string("type", "what to write: markdown, man or bash", default="markdown"),
        boolean("generate-headers", "begin Markdown files with front matter that has their title"),
    ),
    arguments=no_arguments,
    hidden=True,
    run=run,
)
