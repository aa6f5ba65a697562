"""pull, and charts from elsewhere in show, template and install, through the real Helm and ours.

What is printed, exit codes, and the files that are there afterwards have to be equal.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.conformance.served import VERSIONS, Served, both, ours, theirs

from hivehelm.sources.oci.registry import Registry as Client

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from hivehelm.cluster.registry import Registry

Runner = Callable[[Path, str, Path, Mapping[str, str]], tuple[int, str, str]]
LOGIN_NAME, LOGIN_PASSWORD = "bob", "s3cret:pass/word"

# Each line is a tree of its own.
PULL = r"""
pull ; pull r/web ; fetch r/web -d . ; pull r/web r/db r/nosuch
pull r/web --version 1.0.0 ; pull r/web --version 1.0 ; pull r/web --version ~1.0.0 ; pull r/web --version '^1'
pull r/web --devel ; pull r/web --devel --version 1.1.0 ; pull r/web --version '>0.0.0-0'
pull r/web --version 9 ; pull r/web --version 'x y' ; pull r/web --version '1.2.0+b.1' ; pull r/web --version 2.0.0-rc.1
pull nosuch/web ; pull r/nosuch ; pull web ; pull ./web ; pull /web ; pull '' ; pull r/ ; pull a/b/c ; pull r
pull r/web -d nosuch ; ! mkdir out ; pull r/web -d out ; ! touch file ; pull r/web -d file
! mkdir web-1.2.0+b.1.tgz ; pull r/web
! echo old > web-1.0.0.tgz ; chmod 600 web-1.0.0.tgz ; pull r/web --version 1.0.0
pull r/nourl ; pull r/gone ; pull r/ftp ; pull r/badurl ; pull r/notachart ; pull r/other-name
pull r/prefixed ; pull r/wrong ; pull r/short ; pull r/odd ; pull r/nohex ; pull r/far ; pull r/sideways
pull s/web ; pull s/web --version 1.0.0 ; pull s/signed
pull {plain}/web-1.0.0.tgz ; pull {plain}/web-1.0.0.tgz --version 7 ; pull {plain}/nosuch.tgz ; pull {plain}/ ; pull {plain}
pull {other}/far-1.0.0.tgz ; pull {auth}/web-1.0.0.tgz ; pull ftp://127.0.0.1/x ; pull 'http://[::1/x' ; pull http:///x
pull {plain}/charts/../web-1.0.0.tgz ; pull {plain}/charts/%2e%2e/web-1.0.0.tgz ; pull '{plain}/web-1.0.0.tgz?a=b#c'
pull a/web ; pull a/db ; pull a/far ; pull a/gone
pull {auth}/db-0.1.0.tgz --username ann --password s3cret ; pull {auth}/db-0.1.0.tgz --username ann --password no
pull {auth}/db-0.1.0.tgz --username ann ; pull {auth}/db-0.1.0.tgz --password s3cret
pull web --repo {plain} ; pull web --repo {plain}/ --version 1.0.0 ; pull web --repo {plain} --version 9
pull nosuch --repo {plain} ; pull nourl --repo {plain} ; pull nourl --repo {plain} --version 1 ; pull badurl --repo {plain}
pull web --repo {plain}/nosuch ; pull web --repo {plain}/broken ; pull web --repo {plain}/empty ; pull web --repo {plain}/none
pull web --repo ftp://x ; pull web --repo 'http://[::1' ; pull web --repo x ; pull web --repo {plain}/sub
pull web --repo {auth} ; pull web --repo {auth} --username ann --password s3cret ; pull db --repo {auth} --username ann --password s3cret
pull far --repo {plain} ; pull sideways --repo {plain} ; pull r/web --repo {plain} ; pull {plain}/web-1.0.0.tgz --repo {plain}
pull t/web ; pull {tls}/web-1.0.0.tgz --username ann --password s3cret --ca-file ca.pem
pull {tls}/web-1.0.0.tgz --username ann --password s3cret ; pull {tls}/web-1.0.0.tgz --username ann --password s3cret --insecure-skip-tls-verify
pull web --repo {tls} --username ann --password s3cret --ca-file ca.pem ; pull web --repo {tls} --ca-file ca.pem
pull r/web --ca-file nosuch ; pull r/web --cert-file nosuch --key-file nosuch ; pull r/web --ca-file ring ; pull r/web --cert-file x
pull r/web --plain-http ; pull r/web --pass-credentials ; pull r/web --username x --password y
pull r/signed --prov ; pull r/web --prov ; pull {plain}/signed-0.1.0.tgz --prov ; pull a/signed --prov
pull r/signed --verify --keyring ring ; pull {plain}/signed-0.1.0.tgz --verify --keyring ring ; pull a/signed --verify --keyring ring
pull r/strange --verify --keyring ring ; pull r/web --verify --keyring ring ; pull r/signed --verify --keyring nosuch
pull r/signed --verify ; pull r/signed --verify --keyring '' ; pull r/other-name --verify --keyring ring ; pull r/signed --verify --prov --keyring ca.pem
pull s/signed --verify --keyring ring ; pull signed --repo {plain} --verify --keyring ring
pull r/web r/signed --verify --keyring ring ; pull r/signed r/web --verify --keyring ring
pull r/web --untar ; pull r/web --untar ; pull r/web --untar --untardir out ; pull r/web --untar --untardir out -d up
pull r/web --untar -d up ; pull r/web --untar --untardir ../x ; ! rm -rf ../x ; ! touch web ; pull r/db --untar ; pull r/db --untar -d nosuch/deep
pull {plain}/web-1.0.0.tgz --untar ; pull {plain}/notachart.tgz --untar ; pull r/notachart --untar --untardir x
pull r/signed --untar --prov ; pull r/strange --untar --verify --keyring ring ; pull r/web --untardir out
! mkdir web ; ! ln -s /etc web/templates ; pull {plain}/web-1.0.0.tgz --untar
! touch web ; pull r/web --untar ; ! touch out ; pull r/db --untar --untardir out
! rm home/.cache/helm/repository/s-index.yaml ; pull r/web ; pull s/web ; pull {plain}/web-1.0.0.tgz
! rm home/.cache/helm/repository/a-index.yaml ; pull {other}/far-1.0.0.tgz
! printf 'x: [' > home/.cache/helm/repository/r-index.yaml ; pull r/web ; pull {other}/far-1.0.0.tgz
! printf 'repositories: [' > home/.config/helm/repositories.yaml ; pull r/web ; pull {plain}/web-1.0.0.tgz
! printf 'repositories: [{name: r}, {name: x, url: "ftp://x"}]' > home/.config/helm/repositories.yaml ; pull r/web ; pull x/web ; pull {plain}/web-1.0.0.tgz
! rm home/.config/helm/repositories.yaml ; pull r/web ; pull {plain}/web-1.0.0.tgz
pull r/web --repository-config nosuch ; pull r/web --repository-cache nosuch ; pull r/web --content-cache ''
template x r/web ; pull r/web ; pull r/web --debug
"""  # noqa: E501 - command lines

LOCATE = r"""
show chart r/web ; show chart r/web --version 1.0 ; show chart r/web --version '^1' ; show chart r/web --devel ; show chart r/web
show values r/web ; show all {plain}/web-1.0.0.tgz ; show chart a/web ; show chart t/web ; show chart s/web ; inspect chart r/db
show chart web --repo {plain} ; show chart web --repo {auth} --username ann --password s3cret ; show chart web --repo {plain}/none
show chart r/nosuch ; show chart r/web --version 9 ; show chart nosuch/web ; show chart web ; show chart r/notachart ; show chart r/gone
show chart r/prefixed ; show chart r/short ; show chart r/odd ; show chart r/nohex ; show chart r/ftp ; show chart r/nourl
show chart r/signed --verify --keyring ring ; show chart r/web --verify --keyring ring ; show chart r/strange --verify --keyring ring
show chart r/signed --verify --keyring nosuch ; show chart r/other-name --verify --keyring ring ; show chart r/other-name
pull r/signed --prov ; show chart signed-0.1.0.tgz --verify --keyring ring ; ! rm *.prov ; show chart signed-0.1.0.tgz --verify --keyring ring ; show chart home --verify
template x r/web ; template x r/web --version 1.0.0 --set x=2 ; template r/web ; template x {plain}/web-1.1.0.tgz --show-only templates/t.yaml
template x web --repo {plain} ; template x far --repo {plain} ; template x ./web --repo {plain} ; template x r/web --version '>9'
template x r/web --verify --keyring ring ; template x r/signed --verify --keyring ring ; template x r/signed --keyring nosuch
template x r/web --ca-file nosuch ; install x r/web --ca-file nosuch --dry-run=client ; show chart r/web --ca-file nosuch
install x r/web --dry-run=client ; install x r/nosuch --dry-run=client ; install --generate-name r/nosuch --dry-run=client
show chart r/web ; ! truncate -s 0 home/.cache/helm/content/*/*.chart ; show chart r/web ; show chart r/web
show chart r/web --debug ; show chart r/web --debug ; show chart r/signed --verify --keyring ring --debug
show chart r/web --content-cache deep/er ; show chart {other}/far-1.0.0.tgz --verify --keyring ring
! rm -r home/.cache ; show chart {plain}/web-1.0.0.tgz --repository-config nosuch ; show chart r/web
package nosuch ; lint r/web ; dependency list r/web ; verify r/web
"""  # noqa: E501 - command lines

REGISTRY = r"""
pull oci://{oci}/charts/web --plain-http ; pull oci://{oci}/charts/web --plain-http --version 1.0.0 -d home
pull oci://{oci}/charts/web:1.0.0 --plain-http ; pull oci://{oci}/charts/web:1.0.0 --plain-http --version 1.1.0
pull oci://{oci}/charts/web --plain-http --version ^1 ; pull oci://{oci}/charts/web --plain-http --devel ; pull oci://{oci}/charts/web --plain-http --version 9
pull oci://{oci}/charts/web --plain-http --version 1.2.0+b.1 ; pull oci://{oci}/charts/nosuch --plain-http ; pull oci://{oci}/charts/nosuch:1.0.0 --plain-http
pull oci://{oci}/charts/web@{digest} --plain-http ; pull oci://{oci}/charts/web@{digest} --plain-http --version 1.0.0 ; pull oci://{oci}/charts/web:1.1.0@{digest} --plain-http
pull oci://{oci}/charts/signed --plain-http --prov ; pull oci://{oci}/charts/signed --plain-http --verify --keyring ring -d home ; pull oci://{oci}/charts/web --plain-http --prov
pull oci://{oci}/charts/web --plain-http --verify --keyring ring ; pull oci://{oci}/charts/web --plain-http --untar ; pull oci://{oci}/charts/web --plain-http --untar
pull oci://{oci}/charts/web --plain-http --untar --untardir out ; pull oci://{oci}/charts/web:1.0.0 --plain-http --untar
pull oci:// ; pull oci://x ; pull oci://{oci} --plain-http ; pull oci://{oci}/a:b:c ; pull 'oci://{oci}/a b' ; pull oci://{oci}/charts/web --plain-http --version 'x y'
show chart oci://{oci}/charts/web --plain-http ; show chart oci://{oci}/charts/web --plain-http --version 1.0.0 ; show chart oci://{oci}/charts/web --plain-http
show values oci://{oci}/charts/signed --plain-http --verify --keyring ring ; show chart oci://{oci}/charts/web --plain-http --verify --keyring ring
template x oci://{oci}/charts/web --plain-http ; template oci://{oci}/charts/web --version ~1.0 --plain-http ; template x oci://{oci}/charts/nosuch --plain-http
install x oci://{oci}/charts/web --plain-http --dry-run=client ; pull web --repo oci://{oci}/charts --plain-http ; show chart web --repo oci://{oci}/charts
"""  # noqa: E501 - command lines


LOGIN = r"""
pull oci://{login}/charts/web --plain-http --username bob --password s3cret:pass/word ; pull oci://{login}/charts/web --plain-http
pull oci://{login}/charts/web --plain-http --username bob --password no ; pull oci://{login}/charts/web --plain-http --username bob
show chart oci://{login}/charts/web --plain-http --username bob --password s3cret:pass/word --version ^1 ; show chart oci://{login}/charts/web --plain-http
registry login {login} --plain-http --username bob --password s3cret:pass/word ; template x oci://{login}/charts/web --plain-http ; pull oci://{login}/charts/web --plain-http --username no --password no
template x oci://{login}/charts/web --plain-http --username bob --password s3cret:pass/word ; install x oci://{login}/charts/web --plain-http --dry-run=client
pull oci://{safe}/charts/web --ca-file safe.pem --username bob --password s3cret:pass/word ; pull oci://{safe}/charts/web --username bob --password s3cret:pass/word
pull oci://{safe}/charts/web --insecure-skip-tls-verify --username bob --password s3cret:pass/word ; show chart oci://{safe}/charts/web --ca-file safe.pem
pull oci://{safe}/charts/web --plain-http --ca-file safe.pem --username bob --password s3cret:pass/word --untar ; pull oci://{safe}/charts/web --ca-file ca.pem
! printf 'apiVersion: v2\nname: p\nversion: 0.1.0\ndependencies: [{name: web, version: ~1.0, repository: "oci://{login}/charts"}]\n' > Chart.yaml ; dep up --plain-http --username bob --password s3cret:pass/word ; dep build --plain-http ; dep up --plain-http
! printf 'apiVersion: v2\nname: p\nversion: 0.1.0\ndependencies: [{name: web, version: 1.0.0, repository: "oci://{safe}/charts"}]\n' > Chart.yaml ; dep up --ca-file safe.pem --username bob --password s3cret:pass/word ; dep build --ca-file safe.pem ; ! rm -r charts ; template . --dependency-update --ca-file safe.pem --username bob --password s3cret:pass/word
"""  # noqa: E501 - command lines


def cases(text: str) -> list[str]:
    return text.strip().splitlines()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with Served(tmp_path_factory.mktemp("served")).running() as running:
        yield running


@pytest.mark.parametrize("line", cases(PULL) + cases(LOCATE))
def test_repositories(helm: Path, tmp_path: Path, served: Served, line: str) -> None:
    helms, own = both(helm, tmp_path, served, line)
    assert own == helms


def stock(served: Served, registry: Registry) -> Client:
    """Push charts to a registry; return who did."""
    client = Client(
        "",
        plain_http=not registry.secure,
        ca_file=registry.ca_file,
        username=LOGIN_NAME,
        password=LOGIN_PASSWORD,
    )
    for name, versions in (("web", VERSIONS), ("signed", ("0.1.0",))):
        for version in versions:
            archive = served.files / f"{name}-{version}.tgz"
            signature = archive.with_name(f"{archive.name}.prov")
            prov = signature.read_bytes() if signature.exists() else None
            reference = f"{registry.address}/charts/{name}:{version}"
            client.push(archive.read_bytes(), reference, prov=prov, created="2020-01-02T03:04:05Z")
    return client


@pytest.fixture(scope="module")
def stocked(served: Served, registry: Registry) -> Served:
    """Charts in a registry as well."""
    client = stock(served, registry)
    served.names["oci"] = registry.address
    served.names["digest"] = client.resolve(f"{registry.address}/charts/web:1.0.0").digest
    return served


@pytest.mark.parametrize("line", cases(REGISTRY))
def test_registries(helm: Path, tmp_path: Path, stocked: Served, line: str) -> None:
    helms, own = both(helm, tmp_path, stocked, line)
    assert own == helms


@pytest.fixture(scope="module")
def guarded(served: Served, login_registry: Registry, tls_registry: Registry) -> Served:
    """Charts in registries that want to know who asks, one of them over TLS."""
    for name, registry in (("login", login_registry), ("safe", tls_registry)):
        stock(served, registry)
        served.names[name] = registry.address
    return served


@pytest.mark.parametrize("line", cases(LOGIN))
def test_logins(helm: Path, tmp_path: Path, guarded: Served, tls_registry: Registry, line: str) -> None:
    files = {"safe.pem": Path(tls_registry.ca_file).read_text()}
    content = ("home/.cache/helm/content",) if "Chart.yaml" in line else ()
    helms, own = both(helm, tmp_path, guarded, line, files=files, skipped=content)
    assert own == helms


GETTER = {
    "home/.local/share/helm/plugins/g/plugin.yaml": "name: g\nversion: 0.1.0\nusage: x\ndescription: x\n"
    'command: "true"\ndownloaders:\n- command: get.sh\n  protocols: [my]\n',
    "home/.local/share/helm/plugins/g/get.sh": "#!/bin/sh\ncat {files}/${4##*/}\n",
}
PLUGINS = r"""
pull my://host/web-1.0.0.tgz ; show chart my://host/web-1.0.0.tgz ; pull my://host/web-1.0.0.tgz --untar
pull web --repo my://host ; pull signed --repo my://host --verify --keyring ring ; pull nosuch --repo my://host
template x my://host/signed-0.1.0.tgz --verify --keyring ring ; pull my:web-1.0.0.tgz ; pull your://host/x
repo add m my://host ; pull m/web ; show chart m/web --version 1.0.0 ; repo update m ; repo list
! printf 'apiVersion: v2\nname: p\nversion: 0.1.0\ndependencies: [{name: web, version: ~1.0, repository: "my://host"}]\n' > Chart.yaml ; dep up ; dep list
"""  # noqa: E501 - command lines


@pytest.mark.parametrize("line", cases(PLUGINS))
def test_plugins_that_fetch(helm: Path, tmp_path: Path, served: Served, line: str) -> None:
    served.names["files"] = str(served.files)
    made = "! chmod 755 home/.local/share/helm/plugins/g/get.sh"
    content = ("home/.cache/helm/content",) if "Chart.yaml" in line else ()
    helms, own = both(helm, tmp_path, served, f"{made} ; {line}", files=GETTER, skipped=content)
    assert own == helms


@pytest.mark.parametrize("turn", [(theirs, ours), (ours, theirs)])
def test_the_cache_of_charts_is_shared(
    helm: Path, tmp_path: Path, served: Served, turn: tuple[Runner, Runner]
) -> None:
    """What one has fetched the other does not fetch again, signatures included."""
    (tmp_path / "home").mkdir()
    served.configure(tmp_path / "home")
    environment = {"HOME": str(tmp_path / "home"), "PATH": os.environ["PATH"]}
    line = "show chart r/signed --verify --keyring ring"
    said = []
    before = [len(served.plain.requests)]
    for run in turn:
        said.append(run(helm, line, tmp_path, environment))
        before.append(len(served.plain.requests))
    assert said[0] == said[1] == (0, "apiVersion: v2\nname: signed\nversion: 0.1.0\n\n", "")
    assert [later - earlier for earlier, later in itertools.pairwise(before)] == [2, 0]
