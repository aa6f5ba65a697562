"""`--post-renderer` and `--post-renderer-args` (`bindPostRenderFlag`)."""

from __future__ import annotations

from hivehelm.cli.flags import Flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.cli.command import Call
    from hivehelm.plugins.load import Plugin


def post_renderer_flags() -> tuple[Flag, ...]:
    """Return the two flags."""
    return (
        Flag(
            "post-renderer",
            "name of the plugin that what the chart renders to goes through",
            type="postRendererString",
            setter=_set_name,
        ),
        Flag(
            "post-renderer-args",
            "argument for the post-renderer; may be repeated",
            type="postRendererArgsSlice",
            default=[],
            setter=lambda current, given, text: [*current, text] if given else [text],
        ),
    )


def post_renderer(call: Call) -> Callable[[str], str] | None:
    """Return what manifests go through, as a call's flags say; None where they go through nothing."""
    name = call.flags.string("post-renderer")
    if not name:
        return None
    from hivehelm.cli.hivehelm.session import log_of
    from hivehelm.plugins.run import post_render

    plugin, log = _find(name), log_of(call)
    arguments = call.flags.strings("post-renderer-args")
    return lambda manifests: post_render(plugin, arguments, manifests, log=log)


def _set_name(current: str, _given: bool, text: str) -> str:
    """Take the name of a plugin that is there, once."""
    if not text:
        return current
    if current:
        raise ValueError("cannot specify --post-renderer flag more than once")
    from hivehelm.errors import HivehelmError

    try:
        _find(text)
    except HivehelmError as error:
        raise ValueError(str(error)) from error
    return text


def _find(name: str) -> Plugin:
    """Return the post-renderer of a name: a plugin of Helm's, else one of a Python package."""
    from hivehelm.plugins.errors import PluginNotFoundError
    from hivehelm.plugins.load import find_one, split
    from hivehelm.plugins.python import find as find_python
    from hivehelm.settings import Settings

    kind = "postrenderer/v1"
    try:
        return find_one(split(Settings.from_environ().plugins), name=name, kind=kind)
    except PluginNotFoundError:
        for plugin in find_python(kind, name):
            return plugin
        raise
