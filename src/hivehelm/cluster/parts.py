"""The command line of each part of a control plane."""

from __future__ import annotations

import re
from pathlib import Path

from hivehelm.cluster.certificates import Authority, write
from hivehelm.cluster.ports import LOOPBACK, choose
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from hivehelm.cluster.certificates import Pair

NODE = "hivehelm"
"""The name of the one node."""

# Where a pod of the host's network, and the kubelet's own address, would be. Loopback is no valid endpoint.
_NODE_ADDRESS = "10.250.0.1"
_SERVICES = "10.96.0.0/16"
_PODS = "10.244.0.1/16"
_FIRST_SERVICE = "10.96.0.1"

_EPOCH = "2026-01-01T00:00:00.000000000Z"

_SIMULATION = Path(__file__).parent / "simulation" / "pods.yaml"


class Ports(Record):
    """The ports that a control plane listens on, all on loopback."""

    etcd: int
    peer: int
    api: int
    kubelet: int


class Layout:
    """Where a cluster keeps what its parts need; makes what is missing.

    Args:
        directory: the cluster's own.
        ports: where its parts listen.
        throwaway: its data need not survive a crash of the machine.
    """

    def __init__(self, directory: Path, ports: Ports, *, throwaway: bool) -> None:
        self.directory = directory
        self.ports = ports
        self.throwaway = throwaway
        self.logs = directory / "logs"
        self.server = f"https://{LOOPBACK}:{ports.api}"
        self.etcd = f"https://{LOOPBACK}:{ports.etcd}"
        self.kubelet = f"https://{LOOPBACK}:{ports.kubelet}"
        self.authority = Authority(directory / "pki")

    def log(self, part: str) -> Path:
        """Return the path of the log of `part`."""
        return self.logs / f"{part}.log"

    def admin(self) -> Pair:
        """Return the certificate of the administrator, whom nothing is forbidden."""
        return self.authority.client("admin", "hivehelm-admin", ["system:masters"])

    def etcd_client(self) -> Pair:
        """Return the certificate with which etcd is talked to."""
        return self.authority.client("etcd-client", "kube-apiserver")

    def prepare(self) -> None:
        """Write every file that the parts read."""
        self.logs.mkdir(parents=True, exist_ok=True)
        for name, user in (
            ("kube-controller-manager", "system:kube-controller-manager"),
            ("kube-scheduler", "system:kube-scheduler"),
        ):
            self.write_kubeconfig(self._kubeconfig(name), self.authority.client(name, user), user)
        self.write_kubeconfig(self._kubeconfig("admin"), self.admin(), "hivehelm-admin")
        pod_logs = self.directory / "pod.log"
        for given in (self.directory / "kubeconfig").glob("user-*.yaml"):
            # Ports change when something else took them.
            text = re.sub(r"(?m)^    server: .*$", f"    server: {self.server}", given.read_text())
            write(given, text.encode(), 0o600)
        # The format of the container runtime interface: time, stream, F for a whole line.
        pod_logs.write_text(f"{_EPOCH} stdout F This pod is simulated: no container runs.\n")
        stages = _SIMULATION.read_text().replace("LOGS_FILE", str(pod_logs))
        (self.directory / "kwok.yaml").write_text(stages)

    def kubeconfig(self) -> Path:
        """Return the path of the administrator's kubeconfig."""
        return self._kubeconfig("admin")

    def write_kubeconfig(self, path: Path, pair: Pair, user: str, namespace: str = "default") -> None:
        """Write a kubeconfig that holds everything it needs, for the holder of `pair`."""
        from base64 import b64encode

        def data(file: Path) -> str:
            return b64encode(file.read_bytes()).decode()

        cluster = f"hivehelm-{self.directory.name}"
        write(
            path,
            f"""\
apiVersion: v1
kind: Config
clusters:
- name: {cluster}
  cluster:
    server: {self.server}
    certificate-authority-data: {data(self.authority.pair.certificate)}
users:
- name: {cluster}-{user}
  user:
    client-certificate-data: {data(pair.certificate)}
    client-key-data: {data(pair.key)}
contexts:
- name: {cluster}
  context:
    cluster: {cluster}
    user: {cluster}-{user}
    namespace: {namespace}
current-context: {cluster}
""".encode(),
            0o600,
        )

    def command(self, part: str) -> list[str]:
        """Return the arguments with which `part` is started."""
        return {
            "etcd": self._etcd,
            "kube-apiserver": self._apiserver,
            "kube-controller-manager": self._controller_manager,
            "kube-scheduler": self._scheduler,
            "kwok": self._kwok,
        }[part]()

    def _kubeconfig(self, name: str) -> Path:
        return self.directory / "kubeconfig" / f"{name}.yaml"

    def _etcd(self) -> list[str]:
        peer = f"https://{LOOPBACK}:{self.ports.peer}"
        pair = self.authority.server("etcd", [LOOPBACK, "localhost"])
        authority = self.authority.pair.certificate
        return [
            f"--name={NODE}",
            f"--data-dir={self.directory / 'etcd'}",
            f"--listen-client-urls={self.etcd}",
            f"--advertise-client-urls={self.etcd}",
            f"--listen-peer-urls={peer}",
            f"--initial-advertise-peer-urls={peer}",
            f"--initial-cluster={NODE}={peer}",
            f"--cert-file={pair.certificate}",
            f"--key-file={pair.key}",
            f"--trusted-ca-file={authority}",
            "--client-cert-auth",
            f"--peer-cert-file={pair.certificate}",
            f"--peer-key-file={pair.key}",
            f"--peer-trusted-ca-file={authority}",
            "--peer-client-cert-auth",
            "--log-level=warn",
            *(["--unsafe-no-fsync"] if self.throwaway else []),
        ]

    def _apiserver(self) -> list[str]:
        hosts = [LOOPBACK, "localhost", _FIRST_SERVICE, "kubernetes", "kubernetes.default.svc"]
        server = self.authority.server("kube-apiserver", hosts)
        etcd = self.etcd_client()
        kubelet = self.authority.client("kubelet-client", "kube-apiserver")
        tokens = self.authority.key("service-accounts")
        return [
            f"--bind-address={LOOPBACK}",
            f"--advertise-address={LOOPBACK}",
            f"--secure-port={self.ports.api}",
            f"--tls-cert-file={server.certificate}",
            f"--tls-private-key-file={server.key}",
            f"--client-ca-file={self.authority.pair.certificate}",
            f"--etcd-servers={self.etcd}",
            f"--etcd-cafile={self.authority.pair.certificate}",
            f"--etcd-certfile={etcd.certificate}",
            f"--etcd-keyfile={etcd.key}",
            "--authorization-mode=RBAC",
            "--allow-privileged=true",
            f"--service-cluster-ip-range={_SERVICES}",
            "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
            f"--service-account-signing-key-file={tokens}",
            f"--service-account-key-file={tokens}",
            f"--kubelet-client-certificate={kubelet.certificate}",
            f"--kubelet-client-key={kubelet.key}",
            # kwok serves the logs of its pods on loopback; see `node`.
            "--kubelet-preferred-address-types=ExternalIP",
            # A loopback address is no valid endpoint of the `kubernetes` Service.
            "--endpoint-reconciler-type=none",
            "--profiling=false",
        ]

    def _controller_manager(self) -> list[str]:
        authority = self.authority.pair
        return [
            f"--kubeconfig={self._kubeconfig('kube-controller-manager')}",
            f"--root-ca-file={authority.certificate}",
            f"--cluster-signing-cert-file={authority.certificate}",
            f"--cluster-signing-key-file={authority.key}",
            f"--service-account-private-key-file={self.authority.key('service-accounts')}",
            "--use-service-account-credentials=true",
            # Binds claims of the default storage class to directories that no pod ever opens.
            "--enable-hostpath-provisioner=true",
            # Two controllers write to the first claims at once; the one that binds them loses, and would look
            # again after 15 s.
            "--pvclaimbinder-sync-period=1s",
            "--leader-elect=false",
            "--kube-api-qps=100",
            "--kube-api-burst=200",
            "--secure-port=0",
            "--profiling=false",
        ]

    def _scheduler(self) -> list[str]:
        kubeconfig = self._kubeconfig("kube-scheduler")
        return [f"--kubeconfig={kubeconfig}", "--leader-elect=false", "--secure-port=0", "--profiling=false"]

    def _kwok(self) -> list[str]:
        server = self.authority.server("kwok", [LOOPBACK, "localhost"])
        return [
            f"--kubeconfig={self.kubeconfig()}",
            f"--config={self.directory / 'kwok.yaml'}",
            "--manage-all-nodes=true",
            "--node-lease-duration-seconds=40",
            f"--cidr={_PODS}",
            f"--node-ip={_NODE_ADDRESS}",
            f"--node-port={self.ports.kubelet}",
            f"--server-address={LOOPBACK}:{self.ports.kubelet}",
            f"--tls-cert-file={server.certificate}",
            f"--tls-private-key-file={server.key}",
        ]

    def objects(self) -> list[tuple[str, dict[str, object]]]:
        """Return what a new cluster holds from the start: (path of the API, object)."""
        labels = {
            "kubernetes.io/hostname": NODE,
            "kubernetes.io/os": "linux",
            "kubernetes.io/arch": "amd64",
            "kubernetes.io/role": "agent",
            "node-role.kubernetes.io/agent": "",
            "topology.kubernetes.io/region": "local",
            "topology.kubernetes.io/zone": "local-a",
            "type": "kwok",
        }
        node: dict[str, object] = {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {
                "name": NODE,
                "labels": labels,
                "annotations": {"kwok.x-k8s.io/node": "fake", "node.alpha.kubernetes.io/ttl": "0"},
            },
        }
        storage: dict[str, object] = {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "StorageClass",
            "metadata": {
                "name": "standard",
                "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
            },
            "provisioner": "kubernetes.io/host-path",
            "reclaimPolicy": "Delete",
            "volumeBindingMode": "Immediate",
        }
        return [
            (f"/api/v1/nodes/{NODE}", node),
            ("/apis/storage.k8s.io/v1/storageclasses/standard", storage),
        ]

    def node_status(self) -> dict[str, object]:
        """Return the status that kwok completes: room for any chart, and where its pods' logs are served."""
        room = {"cpu": "256", "memory": "2Ti", "ephemeral-storage": "16Ti", "pods": "5000"}
        return {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": NODE},
            "status": {
                "capacity": room,
                "allocatable": room,
                "addresses": [
                    {"type": "InternalIP", "address": _NODE_ADDRESS},
                    {"type": "ExternalIP", "address": LOOPBACK},
                    {"type": "Hostname", "address": NODE},
                ],
            },
        }


def choose_ports(avoided: Collection[int] = ()) -> Ports:
    """Return four free ports of loopback, none of them in `avoided`."""
    chosen: list[int] = []
    while len(chosen) < 4:
        chosen.append(choose([*avoided, *chosen]))
    return Ports(etcd=chosen[0], peer=chosen[1], api=chosen[2], kubelet=chosen[3])
