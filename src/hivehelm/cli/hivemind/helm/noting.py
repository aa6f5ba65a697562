"""Notes of commands that failed, for `debug`: what comes to nothing early leaves no record in the cluster."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hivehelm.cli.command import Call, Command
    from hivehelm.errors import HivehelmError

    Run = Callable[[Call], int | None]

_NOTED = ("install", "upgrade", "rollback")


def add_notes(root: Command, arguments: Sequence[str]) -> None:
    """Have the commands that change releases leave notes, as far as a command line may be one of them."""
    for command in root.commands:
        if command.name in _NOTED and command.name in arguments:
            loaded = command.load()
            if loaded.run is not None:
                loaded.run = _noting(command.name, loaded.run)


def _noting(verb: str, run: Run) -> Run:
    def noted(call: Call) -> int | None:
        from hivehelm.errors import HivehelmError

        # What is done to the arguments on the way is not what was typed.
        typed = list(call.arguments)
        try:
            code = run(call)
        except HivehelmError as error:
            _note(call, verb, typed, error)
            raise
        _note(call, verb, typed, None)
        return code

    return noted


def _note(call: Call, verb: str, typed: Sequence[str], error: HivehelmError | None) -> None:
    from hivehelm.cli.hivehelm.session import settings_of
    from hivehelm.platform.debug.noted import failure_of, forget, note
    from hivehelm.settings import hivemind_home

    name, chart = _said(call, "name", typed, 0), _said(call, "chart", typed, 1)
    settings = settings_of(call)
    base, namespace = hivemind_home(settings.environ), settings.resolve_namespace()
    if error is None:
        if not _has(call, "dry-run"):
            forget(base, namespace, name)
        return
    if _has(call, "repo"):
        chart = f"{call.flags.string('repo').rstrip('/')}/{chart}"
    version = call.flags.string("version") if _has(call, "version") else ""
    failure = failure_of(error, verb=verb, chart=chart, version=version, source="command line")
    note(base, namespace, name, failure)


def _has(call: Call, flag: str) -> bool:
    return call.flags.find(flag) is not None and call.flags.given(flag)


def _said(call: Call, flag: str, typed: Sequence[str], place: int) -> str:
    """Return what a flag says, else the argument at a place."""
    if _has(call, flag):
        return call.flags.string(flag)
    # Arguments move up where flags take their places.
    place -= sum(_has(call, before) for before in ("name", "chart")[:place])
    return typed[place] if 0 <= place < len(typed) else ""
