"""From `hivemind helm …` to hivehelm's commands, with the platform's among them.

A command line without any of the platform's flags is hivehelm's, to the letter. `install --name …` and its
like are commands of their own under the same names.
"""

from __future__ import annotations

from hivehelm.cli.command import Command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_HERE = "hivehelm.cli.hivemind.helm"
#: What only the platform's spelling has; help tells of both.
_SPELT = frozenset({"--name", "--chart", "--revision", "--url", "--oci", "--help", "-h", "help"})
_REPOSITORIES = ("list", "remove", "update", "add")
_TWICE = ("install", "upgrade", "uninstall", "history", "rollback")

_MORE = """
Of the platform:

- hivemind helm create-chart --name NAME                     a chart to begin with
- hivemind helm install --name NAME --chart CHART            a release, installed or upgraded
- hivemind helm get-release --name NAME                      what there is to know of it
- hivemind helm create-hivemind-charts                       the charts of Hivemind's own parts

CHART is looked for in the working directory, in the platform's own ($HIVEMIND_HOME), then in repositories.
"""


def dispatch(arguments: Sequence[str], *, own: bool = False) -> int:
    """Run a command line, without `hivemind helm` in front; return the exit code.

    With `own`, the process is there for this alone: it gets room for deep input, and ends here.
    """
    from hivehelm.cli.hivehelm.entry import main
    from hivehelm.cli.hivehelm.start import end

    if own:
        from hivehelm.cli.room import make_room

        make_room()
    code = main(arguments, extend)
    if own:
        end(code)
    return code


def extend(root: Command, arguments: Sequence[str]) -> None:
    """Put the platform's commands among hivehelm's, as far as a command line may ask for them."""
    root.extend(_commands())
    root.long += _MORE
    asking = arguments[:1] in (["__complete"], ["__completeNoDesc"])
    if asking:
        root.replace(arguments[0], f"{_HERE}.complete")
    # Of a word that is being typed, nobody knows yet what it will be.
    spelt = _spelt(arguments) or (asking and arguments[-1].startswith("-"))
    if "repo" in arguments:
        repo = next(one for one in root.commands if one.name == "repo").load()
        for name in _REPOSITORIES if spelt else _REPOSITORIES[:-1]:
            repo.replace(name, f"{_HERE}.repo{name}")
    if spelt:
        for name in _TWICE:
            root.replace(name, f"{_HERE}.{name}")
    from hivehelm.cli.hivemind.helm.noting import add_notes

    add_notes(root, arguments)


def _spelt(arguments: Sequence[str]) -> bool:
    return any(one.partition("=")[0] in _SPELT or one.startswith("oci://") for one in arguments)


def _commands() -> tuple[Command, ...]:
    return (
        Command("create-chart", "make a new chart, with probes and a schema", module=f"{_HERE}.createchart"),
        Command("package-chart", "make an archive of a chart", module=f"{_HERE}.packagechart"),
        Command("update-dependencies", "put what a chart asks for into it", module=f"{_HERE}.dependencies"),
        Command("get-release", "show a release", module=f"{_HERE}.getrelease"),
        Command("debug", "say why a release fails", module=f"{_HERE}.debug"),
        Command("list-releases", "list the releases of all namespaces", module=f"{_HERE}.listreleases"),
        Command(
            "create-hivemind-charts", "write the charts of Hivemind's own parts", module=f"{_HERE}.owncharts"
        ),
    )
