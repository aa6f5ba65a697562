"""Where the platform is at home: its base directory, Helm's files, and the cluster it works with."""

from __future__ import annotations

import os
import threading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from hivehelm.actions.context import Context
    from hivehelm.actions.events import Event
    from hivehelm.gotemplate.cache import TemplateCache
    from hivehelm.kube.client import Client
    from hivehelm.kube.kubeconfig import Overrides
    from hivehelm.platform.repositories import Repositories
    from hivehelm.platform.vault import Vault
    from hivehelm.release.drivers.memory import Memory
    from hivehelm.settings import Settings
    from hivehelm.sources.stores import Access, Stores

#: The variable that keeps what others name from being fetched from this machine or its link.
_OUTWARD = "HIVEMIND_OUTWARD"
#: How many identities keep their connections.
_MAX_CLIENTS = 64


class Site:
    """What every part of the platform works with; safe to use from several threads.

    `base` is the directory of the platform's own files, `charts` its charts; `stores` are Helm's files, which
    `helm repo` and `helm registry` of the same user share. `namespace` is where the platform keeps its own
    objects in the cluster. `templates` are compiled templates, for all that render. `max_history` is how many
    revisions releases keep.

    Nothing goes by the process's working directory.
    """

    def __init__(
        self,
        base: str,
        stores: Stores,
        access: Access | None = None,
        *,
        environ: Mapping[str, str] | None = None,
        kubeconfig: str = "",
        overrides: Overrides | None = None,
        namespace: str = "hivemind-system",
        driver: str = "",
        max_history: int = 10,
        template_cache: str | None = None,
    ) -> None:
        """Say where everything is; nothing is read, written or reached yet."""
        from hivehelm.gotemplate.cache import TemplateCache
        from hivehelm.kube.kubeconfig import Overrides

        self.base = os.path.abspath(base)
        self.stores = stores.replace(
            password=lambda one: self.repositories.password(one),
            registry=lambda name: self.repositories.registry_of(name),
        )
        self.access = access
        self.environ: Mapping[str, str] = dict(os.environ) if environ is None else dict(environ)
        self.kubeconfig = kubeconfig
        self.overrides = overrides or Overrides()
        self.namespace = namespace
        self.driver = driver
        self.max_history = max_history
        self.templates: TemplateCache = TemplateCache(template_cache)
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, tuple[str, ...]], tuple[object, Client]] = {}
        self._memory: Memory | None = None
        self._vault: Vault | None = None

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] | None = None, *, base: str = "") -> Site:
        """Return the site that HIVEMIND_*, HELM_* and KUBECONFIG choose; `base` is before HIVEMIND_HOME."""
        from hivehelm.settings import Settings

        return cls.from_settings(Settings.from_environ(environ), base=base)

    @classmethod
    def from_settings(cls, settings: Settings, *, base: str = "") -> Site:
        """Return the site that the settings of a command choose."""
        from hivehelm.settings import (
            hivemind_home,
            hivemind_namespace,
            index_cache_path,
            template_cache_path,
        )
        from hivehelm.sources.stores import Stores

        environ = settings.environ
        stores = Stores(
            repository_config=settings.repository_config,
            repository_cache=settings.repository_cache,
            registry_config=settings.registry_config,
            content_cache=settings.content_cache,
            plugins=settings.plugins,
            parsed_indexes=_absolute(index_cache_path(environ)),
            environ=environ,
            variables=lambda: settings.variables("hivemind"),
            outward=bool(environ.get(_OUTWARD)),
        )
        return cls(
            base or hivemind_home(environ),
            stores,
            environ=environ,
            kubeconfig=settings.kubeconfig,
            overrides=settings.overrides(),
            namespace=hivemind_namespace(environ),
            driver=environ.get("HELM_DRIVER", ""),
            max_history=settings.max_history,
            template_cache=_absolute(template_cache_path(environ)),
        )

    @property
    def charts(self) -> str:
        """The directory of the platform's own charts: directories and archives."""
        return os.path.join(self.base, "charts")

    def variables(self) -> dict[str, str]:
        """Return an environment with which `from_environ` gives this site in another process."""
        found = dict(self.environ)
        found["HIVEMIND_HOME"] = self.base
        found["HIVEMIND_NAMESPACE"] = self.namespace
        if self.kubeconfig:
            found["KUBECONFIG"] = self.kubeconfig
        stores, over = self.stores, self.overrides
        found[_OUTWARD] = "1" if stores.outward else ""
        given = {
            "HELM_REPOSITORY_CONFIG": stores.repository_config,
            "HELM_REPOSITORY_CACHE": stores.repository_cache,
            "HELM_REGISTRY_CONFIG": stores.registry_config,
            "HELM_CONTENT_CACHE": stores.content_cache,
            "HELM_PLUGINS": stores.plugins,
            "HELM_DRIVER": self.driver,
            "HELM_MAX_HISTORY": str(self.max_history),
            "HELM_KUBECONTEXT": over.context,
            "HELM_KUBETOKEN": over.token,
            "HELM_KUBEAPISERVER": over.apiserver,
            "HELM_KUBECAFILE": over.ca_file,
            "HELM_KUBEASUSER": over.as_user,
            "HELM_KUBEASGROUPS": ",".join(over.as_groups),
            "HELM_KUBETLS_SERVER_NAME": over.tls_server_name,
            "HELM_KUBEINSECURE_SKIP_TLS_VERIFY": "true" if over.insecure_skip_tls_verify else "",
        }
        found.update({name: value for name, value in given.items() if value})
        return found

    def outward(self) -> Site:
        """Return this site for a server: what others name is not fetched from this machine or its link."""
        from copy import copy

        if self.driver == "memory":
            self._records()  # both have the same
        site = copy(self)
        site.stores = self.stores.replace(outward=True)
        return site

    @property
    def vault(self) -> Vault:
        """What encrypts what is secret in the platform's files."""
        from hivehelm.platform.vault import Vault

        with self._lock:
            if self._vault is None:
                self._vault = Vault(self.base, self.environ)
            return self._vault

    @property
    def repositories(self) -> Repositories:
        """The repositories that are known here."""
        from hivehelm.platform.repositories import Repositories

        return Repositories(self)

    def client(self, as_user: str | None = None, as_groups: Sequence[str] = ()) -> Client:
        """Return a client of the cluster, the same one for all threads; with `as_user`, as that user.

        Kubeconfig files that have changed are read again.

        Raises:
            UnreachableError: the files do not say how to reach a cluster.
        """
        from hivehelm.kube.client import Client
        from hivehelm.kube.errors import ConfigError, UnreachableError
        from hivehelm.kube.kubeconfig import Config

        key = (as_user or "", tuple(as_groups))
        overrides = self.overrides
        if as_user:
            overrides = overrides.replace(as_user=as_user, as_groups=list(as_groups))
        mark = self._kubeconfig_mark()
        with self._lock:
            known = self._clients.pop(key, None)
            if known is None or known[0] != mark:
                try:
                    connection = Config.load(self.kubeconfig, overrides, environ=self.environ)
                    known = (mark, Client(connection))
                except ConfigError as error:
                    raise UnreachableError(error) from error
            self._clients[key] = known  # the one used last is at the end
            while len(self._clients) > _MAX_CLIENTS:
                # Its requests under way go on; connections close as they are let go of.
                del self._clients[next(iter(self._clients))]
            return known[1]

    def _kubeconfig_mark(self) -> object:
        """Return what changes whenever a kubeconfig file does."""
        listed = self.kubeconfig or self.environ.get("KUBECONFIG") or ""
        paths = [self.kubeconfig] if self.kubeconfig else listed.split(os.pathsep)
        home = self.environ.get("HOME") or os.path.expanduser("~")
        marks: list[tuple[int, int, int] | None] = []
        for path in [one for one in paths if one] or [os.path.join(home, ".kube", "config")]:
            try:
                status = os.stat(path)
            except OSError:
                marks.append(None)
            else:
                marks.append((status.st_mtime_ns, status.st_size, status.st_ino))
        return marks

    def connect(
        self,
        namespace: str = "default",
        as_user: str | None = None,
        as_groups: Sequence[str] = (),
        *,
        on_event: Callable[[Event], None] | None = None,
        log: Callable[..., None] | None = None,
        hook_output: Callable[[str, str, str, bytes], None] | None = None,
    ) -> Context:
        """Return what actions work with in a namespace, "" for all of them; with `as_user`, as that user.

        Raises:
            UnreachableError: the kubeconfig does not say how to reach a cluster.
            UnknownDriverError, SQLError: records cannot be kept as HELM_DRIVER says.
        """
        from hivehelm.actions.connect import connect

        memory = self._records() if self.driver == "memory" else None
        return connect(
            namespace=namespace,
            driver=self.driver,
            environ=self.environ,
            log=log,
            on_event=on_event,
            hook_output=hook_output,
            memory=memory,
            client=None if memory is not None else self.client(as_user, as_groups),
        )

    def _records(self) -> Memory:
        from hivehelm.release.drivers.memory import Memory

        with self._lock:
            if self._memory is None:
                self._memory = Memory()
            return self._memory

    def find(
        self,
        chart: str,
        *,
        version: str = "",
        repository: str = "",
        directory: str | None = None,
        access: Access | None = None,
        keyring: str | None = None,
        log: Callable[..., None] | None = None,
    ) -> str:
        """Return the absolute path of the chart that a reference means, fetched into the caches if need be.

        What exists below `directory`, the working directory of who asks, comes first, then the base directory
        and its charts, then what `sources.locate` takes: REPOSITORY/CHART and URLs. Without a `directory` a
        path is refused: who asks is not on this machine. `repository` is the URL of the repository that the
        chart is in. `access` and `keyring` are as in `sources.locate`.

        Raises:
            UnknownChartError, UnknownRepositoryError, ChartPathError: it means nothing.
            UnknownChartVersionError: the platform's own chart is of other versions.
            HivehelmError: it cannot be found, fetched or verified.
        """
        from hivehelm.platform.errors import UnknownRepositoryError
        from hivehelm.sources.errors import RepositoryNotFoundError
        from hivehelm.sources.locate import fetched, locate

        chart, version = chart.strip(), version.strip()
        if repository:
            return fetched(
                chart,
                self.stores,
                access or self.access,
                version=version,
                repository=repository,
                keyring=keyring,
                log=log,
            )
        reference = self.resolve(chart, version=version, directory=directory)
        if reference.startswith("/"):
            return locate(reference, self.stores, keyring=keyring, log=log)
        try:
            return fetched(
                reference, self.stores, access or self.access, version=version, keyring=keyring, log=log
            )
        except RepositoryNotFoundError as error:
            raise UnknownRepositoryError(error.name) from error

    def resolve(self, chart: str, *, version: str = "", directory: str | None = None) -> str:
        """Return what a reference means, as `find` does, without fetching: an absolute path, or as given.

        Raises:
            UnknownChartError, PathNotFoundError, ChartPathError: it means nothing.
            UnknownChartVersionError: the platform's own chart is of other versions.
        """
        from hivehelm.platform.errors import ChartPathError, UnknownChartError, UnknownChartVersionError
        from hivehelm.platform.find import find, is_bare, is_chart, versions
        from hivehelm.sources.errors import PathNotFoundError

        if directory is not None and "\0" not in chart:
            path = os.path.join(directory, chart)
            if chart and os.path.exists(path) and (is_chart(path) or not is_bare(chart)):
                return os.path.abspath(path)
            if chart.startswith(("/", ".")):
                raise PathNotFoundError(chart)
        elif chart.startswith(("/", ".", "~", "file:")):
            raise ChartPathError(chart)
        if is_bare(chart):
            if found := find(chart, version, (self.base, self.charts)):
                return found
            if version and (there := versions(chart, (self.base, self.charts))):
                raise UnknownChartVersionError(chart, version, there)
            places = [self.charts] if directory is None else [os.path.abspath(directory), self.charts]
            raise UnknownChartError(chart, places)
        return chart


def _absolute(path: str) -> str | None:
    return path if path.startswith("/") else None
