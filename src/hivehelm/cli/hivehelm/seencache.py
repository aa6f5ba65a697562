"""Where commands keep what lists and histories show of records that were read before."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call
    from hivehelm.release.seen import Seen


def seen(call: Call, namespace: str) -> Seen | None:
    """Return what is remembered of a namespace's releases, "" for all; None where nothing can be kept.

    Each cluster has a file of its own, as far as flags and variables tell them apart.
    """
    from hivehelm.cli.hivehelm.session import settings_of
    from hivehelm.settings import seen_path

    settings = settings_of(call)
    directory = seen_path(settings.environ)
    if not directory.startswith("/") or settings.environ.get("HELM_DRIVER", "") == "memory":
        return None
    from zlib import crc32

    from hivehelm.release.seen import Seen

    kubeconfig = settings.kubeconfig or settings.environ.get("KUBECONFIG", "")
    place = f"{kubeconfig}\0{settings.kube_context}\0{settings.kube_apiserver}\0{namespace}"
    return Seen(f"{directory}/{crc32(place.encode('utf-8', 'surrogateescape')):08x}.json")
