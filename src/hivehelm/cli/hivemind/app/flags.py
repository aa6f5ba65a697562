"""What all commands of `hivemind app` take, and the cluster that they work with."""

from __future__ import annotations

from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.actions.context import Context
    from hivehelm.actions.events import Event
    from hivehelm.cli.command import Call
    from hivehelm.cli.flags import Flag
    from hivehelm.platform.site import Site


class MissingFlagError(HivehelmError):
    """A command cannot do without flag `name`."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f'required flag "--{self.name}" not set'


def shared_flags() -> tuple[Flag, ...]:
    """Return the flags that say which cluster and which namespace are meant."""
    from hivehelm.cli.hivehelm.globals import global_flags
    from hivehelm.settings import Settings

    return tuple(global_flags(Settings.from_environ()))


def needed(call: Call, name: str) -> str:
    """Return the text of a flag that has to be given.

    Raises:
        MissingFlagError: it is not, or it is empty.
    """
    value = call.flags.string(name).strip()
    if not value:
        raise MissingFlagError(name)
    return value


def site_of(call: Call) -> Site:
    """Return where the platform is at home, as a call's flags say."""
    from hivehelm.cli.hivehelm.session import settings_of
    from hivehelm.platform.site import Site

    return Site.from_settings(settings_of(call))


def reach(
    call: Call, *, all_namespaces: bool = False, on_event: Callable[[Event], None] | None = None
) -> Context:
    """Return the cluster, and the namespace that is meant there.

    Raises:
        UnreachableError: the kubeconfig does not say how to reach a cluster.
    """
    from hivehelm.cli.hivehelm.session import log_of, settings_of

    namespace = "" if all_namespaces else settings_of(call).resolve_namespace()
    return site_of(call).connect(namespace, log=log_of(call), on_event=on_event)
