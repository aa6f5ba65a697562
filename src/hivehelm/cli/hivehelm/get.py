"""`get`: what is on record of a release (Helm's `pkg/cmd/get_*.go`)."""

from __future__ import annotations

from hivehelm.cli.command import Command, exactly, no_arguments
from hivehelm.cli.flags import boolean, integer, string
from hivehelm.cli.output import Members, output_flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from hivehelm.cli.command import Call
    from hivehelm.cli.flags import Flag
    from hivehelm.release.model import Release

_DEPENDENCY = ("name", "version", "repository", "condition", "tags", "enabled", "import-values", "alias")


def _release(call: Call) -> Release:
    from hivehelm.actions.get import get
    from hivehelm.cli.hivehelm.session import connect

    return get(connect(call), call.arguments[0], call.flags.integer("revision"))


def _all(call: Call) -> None:
    from hivehelm.cli.hivehelm.session import settings_of
    from hivehelm.cli.hivehelm.statusprinter import describe
    from hivehelm.cli.output import Colors

    release = _release(call)
    template = call.flags.string("template")
    if template:
        _fill(call, template, release)
        return
    colors = Colors(settings_of(call), call.out)
    call.out.write(describe(release, colors, debug=True, metadata=True))


def _fill(call: Call, template: str, release: Release) -> None:
    """Print what a template makes of a release; what it printed before it failed stays, as in Go."""
    from hivehelm.cli.hivehelm.releaseview import render
    from hivehelm.gotemplate.errors import TemplateError

    try:
        call.out.write(render(template, release))
    except TemplateError as error:
        call.out.write(error.written)
        raise


def _values(call: Call) -> None:
    from hivehelm.actions.get import get_values
    from hivehelm.cli.hivehelm.session import connect
    from hivehelm.cli.output import encode

    every = call.flags.boolean("all")
    values = get_values(connect(call), call.arguments[0], call.flags.integer("revision"), all=every)
    format = call.flags.string("output")  # noqa: A001
    if format == "table":
        call.out.write("COMPUTED VALUES:\n" if every else "USER-SUPPLIED VALUES:\n")
    call.out.write(encode(format, values))


def _manifest(call: Call) -> None:
    call.out.write(_release(call).manifest + "\n")


def _hooks(call: Call) -> None:
    hooks = _release(call).hooks
    call.out.write("".join(f"---\n# Source: {hook.path}\n{hook.manifest}\n" for hook in hooks))


def _notes(call: Call) -> None:
    notes = _release(call).info.notes
    if notes:
        call.out.write(f"NOTES:\n{notes}\n")


def _metadata(call: Call) -> None:
    from hivehelm.actions.get import get_metadata
    from hivehelm.cli.hivehelm.session import connect
    from hivehelm.cli.output import encode

    found = get_metadata(connect(call), call.arguments[0], call.flags.integer("revision"))
    format = call.flags.string("output")  # noqa: A001
    if format != "table":
        document = found.to_document()
        if "dependencies" in document:
            document["dependencies"] = [Members(_ordered(one)) for one in found.dependencies]
        call.out.write(encode(format, Members(document)))
        return
    methods = {"": "client-side apply (defaulted)", "csa": "client-side apply", "ssa": "server-side apply"}
    lines = {
        "NAME": found.name,
        "CHART": found.chart,
        "VERSION": found.version,
        "APP_VERSION": found.app_version,
        "ANNOTATIONS": _pairs(found.annotations),
        "LABELS": _pairs(found.labels),
        "DEPENDENCIES": found.dependency_names,
        "NAMESPACE": found.namespace,
        "REVISION": found.revision,
        "STATUS": found.status,
        "DEPLOYED_AT": found.deployed_at,
        "APPLY_METHOD": methods.get(found.apply_method) or f'unknown ("{found.apply_method}")',
    }
    call.out.write("".join(f"{name}: {value}\n" for name, value in lines.items()))


def _ordered(dependency: dict[str, Any]) -> dict[str, Any]:
    """Return a dependency with its members in the order of Go's struct."""
    return {name: dependency[name] for name in _DEPENDENCY if name in dependency}


def _pairs(labels: dict[str, str]) -> str:
    return ",".join(f"{name}={labels[name]}" for name in sorted(labels))


def _command(name: str, short: str, run: Callable[[Call], None], *more: Flag) -> Command:
    flags: Sequence[Flag] = (integer("revision", "this revision rather than the newest"), *more)
    return Command(
        f"{name} RELEASE_NAME",
        short,
        long=f"{short[0].upper()}{short[1:]}.",
        flags=flags,
        arguments=exactly(1),
        run=run,
    )


command = Command(
    "get",
    long="Look into what is on record of a release.",
    arguments=no_arguments,
    commands=(
        _command(
            "all",
            "show all that is on record",
            _all,
            string("template", "print what this Go template makes of the release, such as {{.Release.Name}}"),
        ),
        _command(
            "values",
            "show the values a release was given",
            _values,
            boolean("all", "the chart's defaults too", short="a"),
            output_flag(),
        ),
        _command("manifest", "show the objects of a release", _manifest),
        _command("hooks", "show the hooks of a release", _hooks),
        _command("notes", "show the notes of a release", _notes),
        _command("metadata", "show what a release is made of", _metadata, output_flag()),
    ),
)
