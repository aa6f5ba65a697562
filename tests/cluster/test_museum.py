"""Charts made through the API, served to the real Helm, and installed by it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from uuid import uuid4

from tests.cluster.served import Served

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cluster.cluster import Cluster


def test_a_chart_of_the_api_is_installed_by_helm(cluster: Cluster, helm: Path, tmp_path: Path) -> None:
    namespace = f"museum-{uuid4().hex[:8]}"
    kubeconfig = cluster.kubeconfig()
    environ = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "KUBECONFIG": str(kubeconfig)}

    def run(*argv: str) -> str:
        done = subprocess.run(
            [helm, *argv], env=environ, capture_output=True, check=False, timeout=300, cwd=tmp_path
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    with Served(kubeconfig, tmp_path / "home", namespace, "--no-auth") as server:
        body = {"name": "my-app", "description": "My application"}
        assert server.ask("POST", "/api/helm/charts", body=body).status == 201
        run("repo", "add", "hive", f"{server.url}/charts")
        found = json.loads(run("search", "repo", "hive", "-o", "json"))
        assert [(one["name"], one["version"], one["description"]) for one in found] == [
            ("hive/my-app", "0.1.0", "My application")
        ]
        where = ("--namespace", namespace, "--create-namespace", "--wait", "--timeout", "4m")
        run("install", "my-release", "hive/my-app", *where)
        assert (
            server.ask("GET", f"/api/helm/releases/my-release?namespace={namespace}").json["chart"]
            == "my-app"
        )
        assert server.ask("POST", "/api/helm/charts/my-app/package", body={"version": "0.2.0"}).status == 201
        run("repo", "update")
        run("upgrade", "my-release", "hive/my-app", "--version", "0.2.0", "--namespace", namespace)
        assert server.ask("DELETE", "/api/charts/my-app/0.2.0").json == {"deleted": True}
        run("uninstall", "my-release", "--namespace", namespace)
