"""Dependencies from repositories and registries beside the real Helm.

What is printed, exit codes, and the files that are there afterwards have to be equal. (Ours keeps what it has
fetched in the cache of charts, Helm does not: that is left out.)
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conformance.served import Served, both
from tests.conformance.test_pull import cases, served, stocked

__all__ = ["served", "stocked"]

HEAD = "apiVersion: v2\nname: {0}\nversion: 0.1.0\n"


def definition(name: str, *dependencies: str) -> str:
    lines = "".join(f"- {{{one}}}\n" for one in dependencies)
    return f"apiVersion: v2\nname: {name}\nversion: 0.1.0\n" + (f"dependencies:\n{lines}" if lines else "")


WEB = "name: web, version: ^1.0.0, repository: '{plain}'"
FILES = {
    "main/Chart.yaml": definition("main", WEB),
    "sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 1.2.3\n",
    "at/Chart.yaml": definition(
        "at", "name: web, version: 1.0.0, repository: '@r'", "name: db, version: '*', repository: 'alias:a'"
    ),
    "mixed/Chart.yaml": definition(
        "mixed",
        "name: web, version: ~1.1, repository: '{plain}/'",
        "name: web, version: ~1.1, repository: '{plain}', alias: again",
        "name: sub, version: '>0', repository: 'file://../sub'",
        "name: db, version: '>=0', repository: '{auth}'",
        "name: loc, version: 2.0.0",
        "name: signed, version: 0.1.0, repository: '@s', condition: a.b, tags: [x]",
    ),
    "mixed/charts/loc/Chart.yaml": "apiVersion: v2\nname: loc\nversion: 2.0.0\n",
    "strange/Chart.yaml": definition("strange", "name: web, version: 1.0.0, repository: '{plain}/sub/.'"),
    "stranger/Chart.yaml": definition(
        "stranger",
        "name: web, version: 1.0.0, repository: '{other}/x'",
        "name: far, version: 1, repository: 'http://127.0.0.1:1/y'",
    ),
    "v1/Chart.yaml": "apiVersion: v1\nname: v1\nversion: 0.1.0\n",
    "v1/requirements.yaml": f"dependencies:\n- {{{WEB}}}\n",
    "signed/Chart.yaml": definition("signed", "name: signed, version: 0.1.0, repository: '@r'"),
    "unsigned/Chart.yaml": definition("unsigned", WEB, "name: strange, version: 0.1.0, repository: '@r'"),
    "oci/Chart.yaml": definition(
        "oci",
        "name: web, version: ^1.0.0, repository: 'oci://{oci}/charts'",
        "name: web, version: ^1.0.0, repository: 'oci://{oci}/charts', alias: again",
        "name: signed, version: 0.1.0, repository: 'oci://{oci}/charts'",
    ),
    "ocislash/Chart.yaml": definition(
        "ocislash", "name: web, version: 1.0.0, repository: 'oci://{oci}/charts/'"
    ),
    "ocino/Chart.yaml": definition("ocino", "name: web, version: ^9, repository: 'oci://{oci}/charts'"),
    "ocigone/Chart.yaml": definition(
        "ocigone", "name: nosuch, version: 1.0.0, repository: 'oci://{oci}/charts'"
    ),
    "ocigonetoo/Chart.yaml": definition(
        "ocigonetoo", "name: nosuch, version: ^1, repository: 'oci://{oci}/charts'"
    ),
}

# What depends on other repositories than the configured ones, one by one.
ALONE = {
    "gone": "name: gone, version: 1.0.0, repository: '@r'",
    "nourl": "name: nourl, version: 1.0.0, repository: '@r'",
    "nosuch": "name: nosuch, version: 1.0.0, repository: '@r'",
    "toonew": "name: web, version: '>3', repository: '@r'",
    "ftp": "name: ftp, version: 1.0.0, repository: '@r'",
    "badurl": "name: badurl, version: 1.0.0, repository: '@r'",
    "far": "name: far, version: 1.0.0, repository: '@a'",
    "sideways": "name: sideways, version: 1.0.0, repository: '@r'",
    "notachart": "name: notachart, version: 1.0.0, repository: '@r'",
    "othername": "name: other-name, version: 1.0.0, repository: '@r'",
    "wrong": "name: wrong, version: 1.0.0, repository: '@r'",
    "odd": "name: odd, version: 1.0.0, repository: '@r'",
    "tls": "name: web, version: 1.0.0, repository: '@t'",
    "noscheme": "name: web, version: 1.0.0, repository: 'stable'",
    "noalias": "name: web, version: 1.0.0, repository: '@nosuch'",
    "ftprepo": "name: web, version: 1.0.0, repository: 'ftp://x/y'",
    "noport": "name: web, version: 1.0.0, repository: 'http://127.0.0.1:1'",
    "brokenindex": "name: web, version: 1.0.0, repository: '{plain}/broken'",
    "login": "name: web, version: 1.0.0, repository: '{auth}/sub'",
    "prerelease": "name: web, version: '>=2.0.0-0', repository: '@r'",
    "badconstraint": "name: web, version: 'x y', repository: '@r'",
    "metadata": "name: web, version: 1.2.0+b.1, repository: '@r'",
}
FILES |= {f"{name}/Chart.yaml": definition(name, one) for name, one in ALONE.items()}

UPDATE = r"""
dep up main ; dep list main ; dep up main ; dep build main ; dependency update main --skip-refresh ; template x main
dep build main ; dep build main --skip-refresh ; package main
dep up at ; dep build at ; dep list at ; dep up mixed ; dep build mixed ; dep list mixed ; template x mixed --set a.b=true
dep up mixed --skip-refresh --debug ; dep up mixed --skip-refresh ; package mixed
dep up strange ; dep build strange ; dep up strange --skip-refresh ; dep up stranger
dep up v1 ; dep list v1 ; dep build v1 ; template x v1
dep up main ; ! sed -i s/1.0.0/1.1.0/ main/Chart.yaml ; dep build main ; dep up main ; ! sed -i 's/.1.1.0/~1.1.0/' main/Chart.yaml ; dep up main ; dep list main
dep up main ; ! sed -i 's/version: 1.2.0+b.1/version: 1.0.0/' main/Chart.lock ; dep build main ; dep build main
dep up main ; ! rm -r main/charts ; dep build main --skip-refresh ; dep list main
dep up main ; ! printf 'repositories: []' > home/.config/helm/repositories.yaml ; dep build main ; dep up main ; dep up at
! rm home/.config/helm/repositories.yaml ; dep up main ; dep build main ; dep up at ; dep up main --skip-refresh
! rm home/.cache/helm/repository/*-index.yaml ; dep up main --skip-refresh ; dep build main --skip-refresh ; dep up main
! rm home/.cache/helm/repository/s-index.yaml ; dep up main --skip-refresh ; dep up main
! printf 'repositories: [' > home/.config/helm/repositories.yaml ; dep up main ; dep build main
! printf 'repositories: [{name: x, url: "ftp://x"}]' > home/.config/helm/repositories.yaml ; dep up main ; dep build main
! printf 'repositories: [{name: x, url: "http://127.0.0.1:1"}, {name: y, url: "http://127.0.0.1:1/"}, {name: r, url: "{plain}"}]' > home/.config/helm/repositories.yaml ; dep up main ; dep up main --skip-refresh
! printf 'old' > home/.cache/helm/repository/r-index.yaml ; dep up main --skip-refresh ; dep up main
dep up signed --verify --keyring ring ; dep build signed --verify --keyring ring ; dep up signed --verify --keyring nosuch ; dep up signed
dep up unsigned --verify --keyring ring ; dep build unsigned --verify --keyring ring ; dep up unsigned ; dep build unsigned --verify --keyring ring
dep up main --verify --keyring ring ; dep up main ; dep build main --verify --keyring ring
dep up main --ca-file nosuch ; dep build main --cert-file x --key-file y ; dep up main --username a --password b ; dep up main --plain-http --insecure-skip-tls-verify
! mkdir main/charts ; ! cp main/Chart.yaml main/charts/x.tgz ; dep up main ; dep list main ; ! mkdir -p main/charts/web-1.2.0+b.1.tgz ; dep up main
template x main ; template x main --dependency-update ; template x main ; ! rm -r main/charts ; install x main --dependency-update --dry-run=client
upgrade x main -i --dependency-update --dry-run=client ; template x nosuch --dependency-update ; template x gone --dependency-update
package main ; package main -u ; package main --dependency-update -d home ; package gone -u ; package main -u --ca-file nosuch
template x r/web --dependency-update ; template x signed --dependency-update --verify ; template x main --dependency-update --verify
"""  # noqa: E501 - command lines

REGISTRY = r"""
dep up oci --plain-http ; dep build oci --plain-http ; dep list oci ; template x oci ; dep up oci --plain-http --skip-refresh
dep up oci --plain-http --verify --keyring ring ; dep build oci --plain-http --verify --keyring ring
dep up ocino --plain-http ; dep up ocislash --plain-http ; dep up ocigone --plain-http ; dep up ocigonetoo --plain-http
template x oci --dependency-update --plain-http ; package oci -u --plain-http ; install y oci --dependency-update --plain-http --dry-run=client
dep up oci --plain-http ; ! sed -i 's/1.2.0+b.1/1.0.0/' oci/Chart.lock ; dep build oci --plain-http
"""  # noqa: E501 - command lines
CACHE = ("home/.cache/helm/content",)


@pytest.mark.parametrize(
    "line", cases(UPDATE) + [f"dep up {name} ; dep build {name} ; dep list {name}" for name in ALONE]
)
def test_repositories(helm: Path, tmp_path: Path, served: Served, line: str) -> None:
    theirs, ours = both(helm, tmp_path, served, line, files=FILES, skipped=CACHE)
    assert ours == theirs


@pytest.mark.parametrize("line", cases(REGISTRY))
def test_registries(helm: Path, tmp_path: Path, stocked: Served, line: str) -> None:
    theirs, ours = both(helm, tmp_path, stocked, line, files=FILES, skipped=CACHE)
    assert ours == theirs
