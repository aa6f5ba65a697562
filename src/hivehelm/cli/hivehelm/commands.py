"""The commands of `hivehelm`: Helm 4.3.1's."""

from __future__ import annotations

from hivehelm.cli.command import Command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.flags import FlagSet

_HERE = "hivehelm.cli.hivehelm"

_LONG = """Hivehelm: Helm for Kubernetes, native in Python

Renders charts and runs releases without a helm binary. To begin with:

- helm show values CHART       what can be set
- helm template NAME CHART     what a chart comes to
- helm install NAME CHART      bring it to the cluster
- helm list                    what is there

Variables:

| Name                               | What it sets                                                       |
|------------------------------------|--------------------------------------------------------------------|
| $HELM_BURST_LIMIT                  | how many requests to the API server may burst                      |
| $HELM_CACHE_HOME                   | where files are cached                                             |
| $HELM_CONFIG_HOME                  | where configuration is kept                                        |
| $HELM_CONTENT_CACHE                | the directory of cached charts                                     |
| $HELM_DATA_HOME                    | where data is kept                                                 |
| $HELM_DEBUG                        | say more about what is done                                        |
| $HELM_DRIVER                       | where releases are recorded: secret, configmap, memory or sql      |
| $HELM_DRIVER_SQL_CONNECTION_STRING | how the database is reached                                        |
| $HELM_MAX_HISTORY                  | how many revisions of a release are kept                           |
| $HELM_NAMESPACE                    | the namespace                                                      |
| $HELM_NO_PLUGINS                   | 1 leaves out plugins                                               |
| $HELM_PLUGINS                      | the directories of plugins                                         |
| $HELM_QPS                          | queries a second to the API server, bursts apart                   |
| $HELM_REGISTRY_CONFIG              | the file with credentials of registries                            |
| $HELM_REPOSITORY_CACHE             | the directory of cached repository indexes                         |
| $HELM_REPOSITORY_CONFIG            | the file that lists repositories                                   |
| $KUBECONFIG                        | the files that say how clusters are reached                        |
| $HELM_KUBECONTEXT                  | the context of the kubeconfig                                      |
| $HELM_KUBEAPISERVER                | the API server's address                                           |
| $HELM_KUBECAFILE                   | the authority that signed the API server's certificate             |
| $HELM_KUBEASUSER                   | the user to act as                                                 |
| $HELM_KUBEASGROUPS                 | the groups to act as a member of, commas between                   |
| $HELM_KUBETOKEN                    | a bearer token                                                     |
| $HELM_KUBEINSECURE_SKIP_TLS_VERIFY | accept any certificate of the API server                           |
| $HELM_KUBETLS_SERVER_NAME          | the name to expect in the API server's certificate                 |
| $HELM_COLOR                        | color the output: never, auto or always                            |
| $NO_COLOR                          | never color the output                                             |
| $SOURCE_DATE_EPOCH                 | the time of files in archives, in seconds since 1970               |

The HELM_*_HOME variables come before XDG_*_HOME; without either, files are under ~/.cache/helm,
~/.config/helm and ~/.local/share/helm, on Macs under ~/Library/Caches/helm, ~/Library/Preferences/helm and
~/Library/helm.
"""


def root(flags: FlagSet) -> Command:
    """Return the root command; `flags` are those that every command takes."""
    # In Helm's order: suggestions come in it.
    return Command(
        "helm",
        long=_LONG,
        persistent=flags,
        commands=(
            Command("create", "make a new chart", module=f"{_HERE}.create"),
            Command(
                "dependency",
                "look after the charts that a chart asks for",
                aliases=("dep", "dependencies"),
                module=f"{_HERE}.dependency",
            ),
            Command("pull", "fetch charts", aliases=("fetch",), module=f"{_HERE}.pull"),
            Command("show", "look into a chart", aliases=("inspect",), module=f"{_HERE}.show"),
            Command("lint", "look for what is wrong with charts", module=f"{_HERE}.lint"),
            Command("package", "make archives of charts", module=f"{_HERE}.package"),
            Command("repo", "look after chart repositories", module=f"{_HERE}.repo"),
            Command("search", "look for charts", module=f"{_HERE}.search"),
            Command("verify", "check who signed a chart's archive", module=f"{_HERE}.verify"),
            Command("get", "look into a release", module=f"{_HERE}.get"),
            Command("history", "list a release's revisions", aliases=("hist",), module=f"{_HERE}.history"),
            Command("install", "bring a chart to the cluster", module=f"{_HERE}.install"),
            Command("list", "list releases", aliases=("ls",), module=f"{_HERE}.list"),
            Command("test", "run a release's tests", module=f"{_HERE}.test"),
            Command("rollback", "return to an earlier revision", module=f"{_HERE}.rollback"),
            Command("status", "show how a release is", module=f"{_HERE}.status"),
            Command("template", "render a chart", module=f"{_HERE}.template"),
            Command(
                "uninstall",
                "take releases off the cluster",
                aliases=("del", "delete", "un"),
                suggest_for=("remove", "rm"),
                module=f"{_HERE}.uninstall",
            ),
            Command("upgrade", "bring a new version or new values to a release", module=f"{_HERE}.upgrade"),
            Command("completion", "write completion scripts for shells", module=f"{_HERE}.completion"),
            Command("env", "show the settings in use", module=f"{_HERE}.env"),
            Command("plugin", "look after plugins", module=f"{_HERE}.plugin"),
            Command("version", "show the version", module=f"{_HERE}.version"),
            Command("docs", "write the reference of all commands", hidden=True, module=f"{_HERE}.docs"),
            Command("registry", "log in to registries and out of them", module=f"{_HERE}.registry"),
            Command("push", "bring a chart to a registry", module=f"{_HERE}.push"),
            Command("__complete", hidden=True, raw_flags=True, module=f"{_HERE}.complete"),
            Command("__completeNoDesc", hidden=True, raw_flags=True, module=f"{_HERE}.completebare"),
            Command("help", "say how commands are used", module=f"{_HERE}.help"),
        ),
    )
