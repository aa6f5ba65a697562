"""The namespace of a release, made for it (`--create-namespace`)."""

from __future__ import annotations

from hivehelm.actions.crds import already_there
from hivehelm.kube import apply
from hivehelm.kube.errors import ApiError, KubeError
from hivehelm.kube.resources import build

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.actions.context import Context


def is_missing(context: Context) -> bool:
    """Tell whether the context's namespace is not there. Who may not look is not told so.

    Making it asks for more than using it does: a user of the one namespace may not apply it.
    """
    if context.client.imaginary:
        return False
    try:
        context.client.get("v1", "Namespace", context.namespace)
    except ApiError as error:
        return error.not_found
    except KubeError:
        return False
    return False


def make_namespace(context: Context, *, server_side: bool) -> None:
    """Make the context's namespace, labelled as Helm does it, unless it is there.

    Raises:
        KubeError: the server refuses.
    """
    name = context.namespace
    # With all that Go writes of a Namespace: it says who manages which fields.
    manifest = (
        f'apiVersion: v1\nkind: Namespace\nmetadata: {{name: "{name}", labels: {{name: "{name}"}}}}\n'
        "spec: {}\nstatus: {}\n"
    )
    resources = build(context.client, manifest)
    try:
        apply.create(context.client, resources, server_side=server_side, log=context.log)
    except KubeError as error:
        if not already_there(error):
            raise
