"""How long the life of a release takes next to the real Helm: `uv run python -m benchmarks.release`.

Both tools take turns on one throw-away control plane, each in namespaces of its own, as processes with warm
caches:

- `install`: a chart of 200 objects (without pods, so that nothing else is busy);
- `upgrade`: the same chart with one of them changed;
- `list`: a namespace of 1,000 releases, of which as many are shown as a list does by itself;
- `list all`: the same, all of them shown;
- `history`: 100 revisions of one release.

A row: the median of the real Helm's seconds, that of ours, their ratio, and the same of the peaks of memory.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.processes import both
from benchmarks.side_by_side import Options, report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from benchmarks.processes import Run, Tool
    from hivehelm.cluster.cluster import Cluster
    from hivehelm.kube.client import Client

#: How much of the real Helm's time and memory each may take.
TARGETS = {"install": 0.8, "upgrade": 0.8, "list": 0.5, "list all": 0.5, "history": 1.0}
MEMORY = 1.2
OBJECTS, RELEASES, REVISIONS = 200, 1000, 100
_CHART = {
    "Chart.yaml": "apiVersion: v2\nname: many\nversion: 0.1.0\n",
    "values.yaml": "changed: first\n",
    "templates/many.yaml": """\
{{- range $n := until 50 }}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ printf "map-%02d" $n }}, labels: {app: many}}
data: {number: {{ $n | quote }}, text: {{ if eq $n 7 }}{{ $.Values.changed }}{{ else }}same{{ end }}}
---
apiVersion: v1
kind: Secret
metadata: {name: {{ printf "secret-%02d" $n }}, labels: {app: many}}
stringData: {number: {{ $n | quote }}}
---
apiVersion: v1
kind: Service
metadata: {name: {{ printf "service-%02d" $n }}, labels: {app: many}}
spec: {clusterIP: None, selector: {app: {{ printf "app-%02d" $n }}}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ printf "app-%02d" $n }}, labels: {app: many}}
spec:
  replicas: 0
  selector: {matchLabels: {app: {{ printf "app-%02d" $n }}}}
  template:
    metadata: {labels: {app: {{ printf "app-%02d" $n }}}}
    spec: {containers: [{name: main, image: nginx, ports: [{containerPort: 80}]}]}
{{- end }}
""",
}


def write_chart(directory: Path) -> str:
    """Write the chart of 200 objects and return its path."""
    for name, text in _CHART.items():
        file = directory / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return str(directory)


def fill(client: Client, namespace: str, names: list[tuple[str, int]]) -> None:
    """Write records of releases by name and revision, each with a chart as small ones are."""
    import zlib
    from base64 import b64encode

    from hivehelm.golang.json import dumps

    client.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    # Incompressible enough for records of some kilobytes, as those of real charts are.
    template = b64encode(
        b"".join(f"{zlib.crc32(str(n).encode()):08x}".encode() for n in range(1000))
    ).decode()
    newest = {name: max(revision for one, revision in names if one == name) for name, _ in names}
    for name, revision in names:
        status = "deployed" if newest[name] == revision else "superseded"
        info = {
            "first_deployed": "2026-01-01T00:00:00.000000001Z",
            "last_deployed": f"2026-01-01T00:00:{revision % 60:02}.000000001Z",
            "description": "Install complete",
            "status": status,
        }
        metadata = {"name": "many", "version": "0.1.0", "apiVersion": "v2", "appVersion": "1.0"}
        templates = [{"name": "templates/many.yaml", "data": template}]
        release = {
            "name": name,
            "info": info,
            "chart": {"metadata": metadata, "lock": None, "templates": templates, "values": {}},
            "manifest": f"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n",
            "version": revision,
            "namespace": namespace,
        }
        packer = zlib.compressobj(9, wbits=31)
        packed = packer.compress(dumps(release).encode()) + packer.flush()
        labels = {"name": name, "owner": "helm", "status": status, "version": str(revision)}
        client.create(
            {
                "apiVersion": "v1",
                "kind": "Secret",
                "metadata": {"name": f"sh.helm.release.v1.{name}.v{revision}", "labels": labels},
                "type": "helm.sh/release.v1",
                "data": {"release": b64encode(b64encode(packed)).decode()},
            },
            namespace,
        )


def measure(tools: list[Tool], cluster: Cluster, place: Path, runs: int) -> dict[str, dict[str, list[Run]]]:
    """Return what each measured command took, by what is measured and tool, `runs` times, taking turns."""
    from hivehelm.kube.client import Client
    from hivehelm.kube.kubeconfig import Config

    client = Client(Config.load(str(cluster.kubeconfig())), cache_dir=None)
    print(f"writing {RELEASES + REVISIONS} records…", file=sys.stderr, flush=True)
    fill(client, "list", [(f"release-{number:04}", 1) for number in range(RELEASES)])
    fill(client, "history", [("long", revision + 1) for revision in range(REVISIONS)])
    chart = write_chart(place / "many")
    took: dict[str, dict[str, list[Run]]] = {what: {tool.name: [] for tool in tools} for what in TARGETS}
    # The first round fills caches.
    for number in range(runs + 1):
        for tool in tools if number % 2 else reversed(tools):
            namespace = f"{tool.name}-{number}"
            there = ("--namespace", namespace)
            found = {
                "install": tool.run("install", "many", chart, *there, "--create-namespace"),
                "upgrade": tool.run("upgrade", "many", chart, *there, "--set", f"changed=n{number}"),
                "list": tool.run("list", "--namespace", "list"),
                "list all": tool.run("list", "--namespace", "list", "--max", str(RELEASES)),
                "history": tool.run("history", "long", "--namespace", "history"),
            }
            tool.run("uninstall", "many", *there)
            if number:
                for what, run in found.items():
                    took[what][tool.name].append(run)
        print(f"round {number} of {runs}", file=sys.stderr, flush=True)
    return took


def main() -> int:
    """Print the table; exit with 1 where a target is missed."""
    from hivehelm.cluster.cluster import Cluster
    from hivehelm.cluster.processes import this

    given = Options(__doc__).given()
    with tempfile.TemporaryDirectory() as top:
        place = Path(top)
        cluster = Cluster("benchmark", root=place / "clusters", owner=this())
        try:
            cluster.up()
            kubeconfig = str(cluster.kubeconfig())
            tools = both(given.helm, place / "homes", KUBECONFIG=kubeconfig)
            took = measure(tools, cluster, place, given.runs)
            return int(not report(given.helm, took, TARGETS, MEMORY))
        finally:
            cluster.reset()


if __name__ == "__main__":
    raise SystemExit(main())
