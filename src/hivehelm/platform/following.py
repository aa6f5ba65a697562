"""The records of a site's cluster, followed: whoever reads them finds them in memory while they are fresh."""

from __future__ import annotations

import threading

from hivehelm.platform.found import ReaderState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hivehelm.platform.face import Face
    from hivehelm.platform.site import Site
    from hivehelm.release.mirror import Mirror
    from hivehelm.release.model import Release
    from hivehelm.release.rows import Row

#: For how many seconds without news what is in memory is still told.
STALE = 15.0
_WATCHED = ("", "secret", "secrets", "configmap", "configmaps")
# How often it is looked whether the kubeconfig has changed while the cluster is out of reach, in seconds.
_LOOK = 5.0


class Following:
    """Follows the records of releases in `namespaces`, () is all; safe to use from several threads.

    The cluster is the one that the site's kubeconfig chooses, also when it chooses another one.
    `face(release, newest)` makes what is kept of a record.
    """

    def __init__(
        self,
        site: Site,
        namespaces: Sequence[str],
        face: Callable[[Release, bool], Face],
        *,
        follow: bool = True,
        log: Callable[..., None] | None = None,
    ) -> None:
        """Prepare; nothing is asked before `start`, and nothing is followed without `follow`."""
        self._site = site
        self._namespaces = tuple(namespaces)
        self._make = face
        self._follow = follow and site.driver in _WATCHED
        self._log = log
        self._mirror: Mirror[Face] | None = None
        self._client: object = None
        self._error = ""
        self._closed = threading.Event()

    def start(self) -> None:
        """Begin to follow records, in the background."""
        if self._follow:
            self._connect()
            threading.Thread(target=self._attend, name="reader", daemon=True).start()

    def close(self) -> None:
        """Stop following."""
        self._closed.set()
        if self._mirror is not None:
            self._mirror.close()

    def ready(self, seconds: float) -> bool:
        """Wait until records are known, `seconds` at most; tell whether they are."""
        mirror = self._mirror
        return mirror is not None and mirror.ready(seconds)

    def awaited(self) -> str:
        """Return what must come before records are told from memory; "" where it is there, or never comes."""
        mirror = self._mirror
        if mirror is None or mirror.age() is not None or mirror.state().refused:
            return ""
        return "the records of releases are being listed for the first time"

    def filled(self) -> None:
        """Return when all that is kept in memory has been read; at once where nothing is."""
        mirror = self._mirror
        if mirror is not None:
            mirror.filled.wait()

    def state(self) -> ReaderState:
        """Return how following is, and how much memory it takes."""
        mirror = self._mirror
        if mirror is None:
            return ReaderState(following=False, age=None, error=self._error, records=0, releases=0, size=0)
        state = mirror.state()
        return ReaderState(
            following=self._followed() is not None,
            age=state.age,
            error=state.error,
            records=state.records,
            releases=state.releases,
            size=state.size,
        )

    def mark(self, namespace: str | None = None) -> str:
        """Return a text that changes whenever releases of `namespace` do; "" where nobody knows."""
        mirror = self._followed()
        if mirror is None or not mirror.covers(namespace):
            return ""
        return f"{mirror.token}-{mirror.rows.mark(namespace)}"

    def settle(self, namespace: str, name: str) -> None:
        """Make sure that what is told from now on of a release is not older than this moment.

        Raises:
            StorageError, KubeError: the cluster does not say.
        """
        mirror = self._followed()
        if mirror is not None and mirror.covers(namespace):
            mirror.refresh(namespace, name)

    def _followed(self) -> Mirror[Face] | None:
        """Return the mirror if what it says is not too old."""
        mirror = self._mirror
        if mirror is None:
            return None
        age = mirror.age()
        return mirror if age is not None and age <= STALE else None

    def _is_away(self) -> bool:
        """Tell whether the cluster has been out of reach for a while."""
        mirror = self._mirror
        return mirror is not None and (mirror.age() or 0.0) > STALE

    def _arrived(self) -> Mirror[Face] | None:
        """Return the mirror as `_followed` does, if need be once it has listed what there is."""
        mirror = self._mirror
        if mirror is not None and mirror.age() is None and not mirror.state().error:
            mirror.ready(STALE)
        return self._followed()

    def _row(self, namespace: str, name: str, revision: int) -> Row[Face] | None:
        mirror = self._followed()
        if mirror is None or not mirror.covers(namespace):
            return None
        if revision <= 0:
            return mirror.rows.newest(namespace, name)
        return mirror.rows.row(namespace, name, revision)

    def _connect(self) -> None:
        """Follow the cluster that the kubeconfig chooses now."""
        from hivehelm.errors import HivehelmError
        from hivehelm.release.drivers.named import driver
        from hivehelm.release.drivers.objects import ObjectDriver
        from hivehelm.release.mirror import Mirror

        try:
            client = self._site.client()
        except HivehelmError as error:
            self._error = str(error)
            return
        if client is self._client:
            return

        def store(namespace: str) -> ObjectDriver:
            found = driver(self._site.driver, namespace, lambda: client)
            assert isinstance(found, ObjectDriver)  # noqa: S101 - of `_WATCHED`
            return found

        mirror = Mirror(store, self._make, self._namespaces, log=self._log)
        before, self._mirror, self._client = self._mirror, mirror, client
        mirror.start()
        if before is not None:
            before.close()

    def _attend(self) -> None:
        """Go over to another cluster, or other credentials, where the kubeconfig says so."""
        while not self._closed.wait(_LOOK):
            mirror = self._mirror
            if mirror is None or mirror.age() is None or (mirror.age() or 0.0) > _LOOK:
                self._connect()
        if self._mirror is not None:
            self._mirror.close()
