"""`version`: the build of Helm that this behaves as."""

from __future__ import annotations

from hivehelm.cli.command import Command, no_arguments
from hivehelm.cli.flags import boolean, string

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call

_LONG = """Show which build of Helm this behaves as.

A template for --template sees .Version, .GitCommit, .GitTreeState, .GoVersion and .KubeClientVersion.
"""


def run(call: Call) -> None:
    """Print the version."""
    from hivehelm.render.capabilities import HELM

    template = call.flags.string("template")
    if template:
        from hivehelm.gotemplate.functions.table import BUILTINS
        from hivehelm.gotemplate.template import TemplateSet

        templates = TemplateSet(BUILTINS)
        templates.add("_", template)
        call.out.write(templates.execute("_", HELM))
    elif call.flags.boolean("short"):
        call.out.write(f"{HELM.version}\n")
    else:
        call.out.write(
            f'version.BuildInfo{{Version:"{HELM.version}", GitCommit:"{HELM.git_commit}", '
            f'GitTreeState:"{HELM.git_tree_state}", GoVersion:"{HELM.go_version}", '
            f'KubeClientVersion:"{HELM.kube_client_version}"}}\n'
        )


command = Command(
    "version",
    long=_LONG,
    flags=(
        boolean("short", "only the version number"),
        string("template", "a Go template for the output"),
    ),
    arguments=no_arguments,
    run=run,
)
