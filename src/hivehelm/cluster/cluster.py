"""A Kubernetes cluster of real parts on loopback, by name."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import time
from pathlib import Path

from hivehelm.cluster import build, guard, processes, state
from hivehelm.cluster.api import Api
from hivehelm.cluster.errors import ClusterError, ClusterNameError, PartError, UnknownClusterError
from hivehelm.cluster.parts import NODE, Layout, choose_ports
from hivehelm.cluster.places import data_directory
from hivehelm.cluster.ports import free
from hivehelm.cluster.progress import Progress, silent
from hivehelm.cluster.recipes import PARTS
from hivehelm.cluster.state import State
from hivehelm.cluster.status import ABSENT, BROKEN, DIED, RUNNING, STOPPED, ClusterStatus, PartStatus
from hivehelm.cluster.users import bind, check_role

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import IO

    from hivehelm.cluster.processes import Process
    from hivehelm.cluster.progress import Report

_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
# How long a part may take to get ready on a machine that is busy; one that dies ends the wait.
_PATIENCE = 120.0
_POLL = 0.05
# How long a server that runs may take to say that it is ready.
_SLOW = 20.0
# kwok 0.7.0 fills a map from several goroutines while it starts, and now and then Go ends it for that.
_KWOK_STARTS = 3
_LAST_LINES = 8
_HOST_PATHS = Path("/tmp/hostpath_pv")  # noqa: S108 - Kubernetes' choice


def names(root: Path | None = None) -> list[str]:
    """Return the names of the clusters that there are."""
    root = root or data_directory() / "clusters"
    return sorted(found.parent.name for found in root.glob("*/cluster.json"))


class Cluster:
    """A cluster with a name, running or not.

    Its parts are processes of their own that outlive this one. Everything it knows is in one directory.

    Args:
        name: up to 63 lower-case letters, digits and dashes.
        root: the directory that holds the clusters; `clusters` in the user's data directory if not given.
        owner: the process it is made for; when that dies, the cluster goes, with all its data. Such a
            cluster does not wait for the disk.

    Raises:
        ClusterNameError: no cluster can have that name.
    """

    def __init__(
        self, name: str = "default", *, root: Path | None = None, owner: Process | None = None
    ) -> None:
        _check_name("cluster", name)
        self.name = name
        self._owner = owner
        self._root = root or data_directory() / "clusters"
        self.directory = self._root / name
        self._state_file = self.directory / "cluster.json"

    def up(self, report: Report = silent) -> ClusterStatus:
        """Start what does not run, and wait until the cluster is ready.

        Binaries that are missing are built first. A cluster that was up before has what it had then.

        Raises:
            BuildError: a binary could not be built.
            PartError: a part died or does not get ready; what this call started is stopped again.
        """
        binaries = {part: build.binary(part, report) for part in PARTS}
        started = time.monotonic()
        if self._owner is not None:
            self._reap()
        with self._locked():
            known = self._prepared()
            alive = {part: process for part, process in known.processes.items() if processes.alive(process)}
            known = known.replace(processes=alive)
            layout = self._layout(known)
            layout.prepare()
            fresh: list[Process] = []

            def start(part: str) -> None:
                nonlocal known
                if part in known.processes:
                    return
                self._told(report, f"starting {part}", started)
                process = self._start(part, [str(binaries[part]), *layout.command(part)], layout)
                fresh.append(process)
                known = known.replace(processes={**known.processes, part: process})
                state.save(self._state_file, known)

            try:
                start("etcd")
                etcd = Api(layout.etcd, layout.authority.pair.certificate, layout.etcd_client())
                self._wait(known, "etcd", lambda: etcd.answers("/health"))
                start("kube-apiserver")
                api = _server(layout)
                self._wait(known, "kube-apiserver", lambda: api.answers("/readyz"))
                for part in PARTS[2:]:
                    start(part)
                self._told(report, "waiting for its node", started)
                self._furnish(api, layout)
                kubelet = Api(layout.kubelet, layout.authority.pair.certificate, layout.admin())

                def settle() -> None:
                    self._wait(known, "kube-controller-manager", lambda: _service_account(api))
                    self._wait(known, "kwok", lambda: _node_ready(api) and kubelet.answers("/healthz"))
                    # The scheduler has no port to ask; if it cannot run, it has ended by now.
                    self._wait(known, "kube-scheduler", lambda: True)

                for again in reversed(range(_KWOK_STARTS)):
                    try:
                        settle()
                        break
                    except PartError as error:
                        if error.part != "kwok" or not again or processes.alive(known.processes["kwok"]):
                            raise
                        others = {part: known.processes[part] for part in PARTS if part != "kwok"}
                        known = known.replace(processes=others)
                        start("kwok")
            except BaseException:
                processes.stop(reversed(fresh))
                left = {part: process for part, process in known.processes.items() if process not in fresh}
                state.save(self._state_file, known.replace(processes=left))
                raise
            self._told(report, "ready", started, final=True)
        return self.status()

    def down(self, report: Report = silent) -> None:
        """Stop every part; what the cluster holds is kept. Returns when no process is left.

        Raises:
            UnknownClusterError: there is no cluster by that name.
        """
        with self._locked():
            self._stop(report)

    def _stop(self, report: Report) -> None:
        known = self._known()
        started = time.monotonic()
        self._forget_volumes(known)
        # Clients first, each with what it needs still there; etcd last. A server that waits for its
        # watchers to leave is not waited for: all its data is in etcd.
        for group, grace in ((PARTS[2:], 5.0), (("kube-apiserver",), 5.0), (("etcd",), 30.0)):
            running = [known.processes[part] for part in group if part in known.processes]
            if any(map(processes.alive, running)):
                self._told(report, f"stopping {', '.join(group)}", started)
                processes.stop(running, grace)
        state.save(self._state_file, known.replace(processes={}))
        self._told(report, "stopped", started, final=True)

    def reset(self, report: Report = silent) -> None:
        """Stop the cluster if it runs, and remove everything it holds and knows; fine if there is none."""
        with self._locked():
            with contextlib.suppress(ClusterError):  # there is none, or what is known of it is damaged
                self._stop(report)
            shutil.rmtree(self.directory, ignore_errors=True)
            self._lock_file.unlink(missing_ok=True)

    def status(self) -> ClusterStatus:
        """Return what runs and what does not."""
        known = state.read(self._state_file)
        if known is None:
            return ClusterStatus(
                name=self.name,
                state=ABSENT,
                message=f"there is none: `hivemind cluster up {self.name}` makes it",
            )
        layout = self._layout(known)
        parts = tuple(self._part_status(part, known, layout) for part in PARTS)
        found, message = self._verdict(known, parts, layout)
        return ClusterStatus(
            name=self.name,
            state=found,
            server=layout.server,
            kubeconfig=str(layout.kubeconfig()),
            parts=parts,
            message=message,
        )

    def kubeconfig(self, user: str | None = None, namespace: str | None = None, role: str = "edit") -> Path:
        """Return the path of a kubeconfig.

        Args:
            user: a name for a user who may do only what `role` says; without it, the administrator's.
            namespace: where that user may do it, made if it is not there; everywhere if not given.
            role: `view`, `edit` or `admin`: the ClusterRole of that name.

        Raises:
            UnknownClusterError: there is no cluster by that name.
            ClusterError: the role is none of these, or the cluster is not up and a user is to be made.
            ClusterNameError: the user or the namespace cannot have that name.
        """
        known = self._known()
        layout = self._layout(known)
        if user is None:
            return layout.kubeconfig()
        _check_name("user", user)
        if namespace is not None:
            _check_name("namespace", namespace)
        check_role(role)
        api = _server(layout)
        if not api.answers("/readyz", _SLOW):
            raise ClusterError(
                f"cluster {self.name!r} is not up: `hivemind cluster up {self.name}` starts it"
            )
        bind(api, user, role, namespace)
        target = self.directory / "kubeconfig" / f"user-{user}{f'.{namespace}' if namespace else ''}.yaml"
        with self._locked():
            pair = layout.authority.client(f"user-{user}", user)
            layout.write_kubeconfig(target, pair, user, namespace or "default")
        return target

    def _known(self) -> State:
        known = state.read(self._state_file)
        if known is None:
            raise UnknownClusterError(self.name)
        return known

    def _prepared(self) -> State:
        """Return the state to start from: new, or with ports that are still free."""
        known = state.read(self._state_file)
        taken = {
            port
            for name in names(self._root)
            if name != self.name
            for port in _ports_of(self._root / name / "cluster.json")
        }
        if known is None:
            self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            (self.directory / "kubeconfig").mkdir(exist_ok=True, mode=0o700)
            known = State(ports=choose_ports(taken), owner=self._owner, processes={})
            state.save(self._state_file, known)
            if self._owner is not None:
                guard.watch(self._owner, clusters=[self.directory])
        elif not any(map(processes.alive, known.processes.values())):
            ports = known.ports
            if not all(map(free, (ports.etcd, ports.peer, ports.api, ports.kubelet))):
                known = known.replace(ports=choose_ports(taken), processes={})
                state.save(self._state_file, known)
        return known

    def _layout(self, known: State) -> Layout:
        return Layout(self.directory, known.ports, throwaway=known.owner is not None)

    def _start(self, part: str, command: list[str], layout: Layout) -> Process:
        log = layout.log(part)
        if log.exists():
            log.replace(log.with_suffix(".log.1"))
        environment = {"PATH": os.defpath, "HOME": str(self.directory), "TZ": "UTC"}
        try:
            return processes.start(command, log, self.directory, environment)
        except OSError as error:
            raise PartError(part, f"cannot be started: {error}") from None

    def _wait(self, known: State, part: str, ready: Callable[[], bool]) -> None:
        """Wait until `ready`; raise PartError when a part dies meanwhile, or after too long."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            for name, process in known.processes.items():
                if not processes.alive(process):
                    raise self._failed(name, "ended while the cluster was starting")
            if ready():
                return
            if time.monotonic() > deadline:
                raise self._failed(part, f"is not ready after {_PATIENCE:.0f} s")
            time.sleep(_POLL)

    def _failed(self, part: str, reason: str) -> PartError:
        log = self.directory / "logs" / f"{part}.log"
        return PartError(part, reason, str(log), _last_lines(log))

    def _furnish(self, api: Api, layout: Layout) -> None:
        for path, manifest in layout.objects():
            api.apply(path, manifest)
        node = api.get(f"/api/v1/nodes/{NODE}") or {}
        if "capacity" not in node.get("status", {}) or not _node_ready(api):
            api.apply(f"/api/v1/nodes/{NODE}/status", layout.node_status())

    def _part_status(self, part: str, known: State, layout: Layout) -> PartStatus:
        process = known.processes.get(part)
        log = str(layout.log(part))
        if process is None:
            return PartStatus(name=part, state=STOPPED, log=log)
        if processes.alive(process):
            return PartStatus(name=part, state=RUNNING, pid=process.pid, log=log)
        return PartStatus(name=part, state=DIED, log=log, last=_last_lines(layout.log(part)))

    def _verdict(self, known: State, parts: tuple[PartStatus, ...], layout: Layout) -> tuple[str, str]:
        again = f"`hivemind cluster up {self.name}` starts it again"
        running = [part.name for part in parts if part.state == RUNNING]
        died = [part.name for part in parts if part.state == DIED]
        if not running and (not died or not any(map(processes.this_boot, known.processes.values()))):
            return STOPPED, f"the machine was restarted: {again}" if died else ""
        if died:
            return BROKEN, f"{', '.join(died)} died: {again}, {layout.logs} says why"
        if len(running) < len(parts):
            return BROKEN, f"only {', '.join(running)} was started: {again}"
        api = _server(layout)
        if not api.answers("/readyz", _SLOW):
            return BROKEN, f"kube-apiserver runs but is not ready: {layout.log('kube-apiserver')} says why"
        return RUNNING, ""

    def _forget_volumes(self, known: State) -> None:
        """Remove the empty directories that the host-path provisioner made; no pod ever wrote there."""
        server = known.processes.get("kube-apiserver")
        if server is None or not processes.alive(server) or not _HOST_PATHS.is_dir():
            return
        layout = self._layout(known)
        api = _server(layout)
        try:
            volumes = (api.get("/api/v1/persistentvolumes") or {}).get("items", [])
        except ClusterError:
            return
        for volume in volumes:
            path = Path(volume["spec"].get("hostPath", {}).get("path", ""))
            if path.parent == _HOST_PATHS:
                with contextlib.suppress(OSError):
                    path.rmdir()
        with contextlib.suppress(OSError):
            _HOST_PATHS.rmdir()

    def _reap(self) -> None:
        """Remove clusters whose owner died and whose guard did not get to it."""
        for name in names(self._root):
            with contextlib.suppress(ClusterError):
                other = state.read(self._root / name / "cluster.json")
                if other is not None and other.owner is not None and not processes.alive(other.owner):
                    Cluster(name, root=self._root).reset()

    @property
    def _lock_file(self) -> Path:
        return self._root / f".{self.name}.lock"

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """One command at a time changes a cluster."""
        self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
        while True:
            with self._lock_file.open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                if _is_at(lock, self._lock_file):
                    yield
                    return
                # Who has removed the cluster has removed the lock that was waited for.

    def _told(self, report: Report, phase: str, started: float, *, final: bool = False) -> None:
        elapsed = time.monotonic() - started
        report(Progress(subject=f"cluster {self.name}", phase=phase, elapsed=elapsed, final=final))


def _is_at(file: IO[str], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _check_name(what: str, name: str) -> None:
    if not _NAME.fullmatch(name):
        raise ClusterNameError(what, name)


def _ports_of(path: Path) -> tuple[int, ...]:
    with contextlib.suppress(ClusterError):
        found = state.read(path)
        if found is not None:
            return (found.ports.etcd, found.ports.peer, found.ports.api, found.ports.kubelet)
    return ()


def _last_lines(log: Path) -> tuple[str, ...]:
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 16384))
            lines = file.read().decode(errors="replace").splitlines()
    except OSError:
        return ()
    return tuple(line[:400] for line in lines[-_LAST_LINES:])


def _server(layout: Layout) -> Api:
    """Return the Kubernetes API, for its administrator."""
    return Api(layout.server, layout.authority.pair.certificate, layout.admin())


def _service_account(api: Api) -> bool:
    """Tell whether pods can be made in the namespace `default`: its service account is there."""
    return api.get("/api/v1/namespaces/default/serviceaccounts/default") is not None


def _node_ready(api: Api) -> bool:
    node = api.get(f"/api/v1/nodes/{NODE}") or {}
    conditions = node.get("status", {}).get("conditions", [])
    return any(condition["type"] == "Ready" and condition["status"] == "True" for condition in conditions)
