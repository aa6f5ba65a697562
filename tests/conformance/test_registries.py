"""registry login and logout, and push, through the real Helm and ours, on real registries.

Each has a home and repositories of its own. What is printed, exit codes, and the files that are there
afterwards have to be equal, and the digests of what was pushed.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import os
import re
import shlex
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from tests.conformance.running import run_helm, run_ours

from hivehelm.sources.oci.registry import Registry as Client
from hivehelm.testing.authority import Authority

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from hivehelm.cluster.registry import Registry

FULL = """apiVersion: v2
name: full
version: 1.2.0+build.7
appVersion: "3.1"
description: "a <chart> & more: ü \\u2028"
home: https://example.com/home
sources: [https://example.com/src, https://example.com/other]
keywords: [a, b]
maintainers:
- name: Ann
  email: ann@example.com
  url: https://example.com/ann
- name: Bob
- email: carl@example.com
icon: https://example.com/icon.png
kubeVersion: ">=1.20.0"
type: library
deprecated: true
condition: c
tags: t
annotations:
  org.opencontainers.image.title: not this
  org.opencontainers.image.description: this one
  zeta: "2"
  alpha: "1"
dependencies:
- name: dep
  version: 1.0.0
  repository: ""
  alias: other
  condition: dep.enabled
  tags: [front]
  enabled: true
  import-values:
  - data
  - parent: p
    child: c
"""
CHARTS = {
    "demo-0.1.0.tgz": {"demo/Chart.yaml": "apiVersion: v2\nname: demo\nversion: 0.1.0\n"},
    "demo-0.2.0.tgz": {"demo/Chart.yaml": "apiVersion: v2\nname: demo\nversion: 0.2.0\ndescription: '  '\n"},
    "renamed.tgz": {"demo/Chart.yaml": "apiVersion: v2\nname: demo\nversion: 0.3.0-rc.1\nmaintainers: []\n"},
    "full.tgz": {"full/Chart.yaml": FULL, "full/charts/dep/Chart.yaml": "name: dep\nversion: 1.0.0\n"},
    "old.tgz": {
        "old/Chart.yaml": "apiVersion: v1\nname: old\nversion: 1.0.0\nengine: gotpl\n",
        "old/requirements.yaml": "dependencies:\n- name: x\n  version: 1.0.0\n  repository: https://example.com\n",
    },
    "broken.tgz": {"broken/Chart.yaml": "name: ["},
    "nameless.tgz": {"x/Chart.yaml": "apiVersion: v2\nversion: 1.0.0\n"},
    "v3.tgz": {"v3/Chart.yaml": "apiVersion: v3\nname: v3\nversion: 1.0.0\n"},
}
HELPER = """#!/bin/sh
echo "$1 $(cat)" >> "$HOME/helper.log"
case "$1" in
get) {answer};;
store) {store};;
esac
"""
CONFIG = "home/.config/helm/registry/config.json"
USER, PASSWORD = "bob", "s3cret:pass/word"

# Each line is a home of its own: command lines, and shell commands after a `!`, one after the other.
LOGIN = """
registry login ; registry login {plain} -u a ; registry login {plain} ; registry logout
registry login {plain} -u a -p b --plain-http ; registry logout {plain} ; registry logout {plain}
registry login {plain} -u a -p b --plain-http extra ; registry logout {plain} extra ; registry logout nosuch
registry login {plain} -u a -p b ; registry login {plain} -u a:b -p c --plain-http
registry login {plain} --password-stdin -u a --plain-http <first line\\nsecond\\n
registry login {plain} --password-stdin -u a --plain-http <crlf\\r\\n
registry login {plain} --password-stdin -u a --plain-http -p ignored <
registry login {plain} --password-stdin --plain-http <token\\n ; registry login {login} --password-stdin --plain-http <t
registry login {plain} --plain-http <bob\\nsecret\\n ; registry login {plain} --plain-http <\\n
registry login {login} {ok} --plain-http ; registry login {plain} -u a -p b --plain-http ; registry logout {login}
registry login {login} -u bob -p wrong --plain-http ; registry login {login} -u bob --password-stdin --plain-http <
registry login {login} -p token --plain-http ; registry login {login} {ok} ; registry login {login} {ok} --insecure
registry login {login}/some/path {ok} --plain-http ; registry login http://{login} {ok} ; registry login '' {ok}
registry login h:a {ok} ; registry login '#' {ok} ; registry login 'a b' {ok} ; registry login '[::1' {ok}
registry login 127.0.0.1:1 {ok} --plain-http ; registry login 127.0.0.1:1 {ok}
registry login {tls} {ok} ; registry login {tls} {ok} --plain-http ; registry login {tls} -u a -p b --insecure
registry login {tls} {ok} --ca-file {ca} ; registry logout {tls} ; registry login {tls} {ok} --insecure
registry login {tls} {ok} --ca-file {otherca} ; registry login {tls} {ok} --cert-file nosuch
registry login {mutual} {ok} --ca-file {mutualca} --cert-file {cert} --key-file {key}
registry login {mutual} {ok} --insecure --cert-file {cert} --key-file {key}
registry login {mutual} {ok} --ca-file {mutualca} ; registry login {mutual} {ok} --insecure --cert-file {cert}
"""  # noqa: E501 - command lines
PUSH = """
push ; push demo-0.1.0.tgz ; push nosuch oci://{plain}/{r} ; push . oci://{plain}/{r} ; push demo-0.1.0.tgz/ oci://{plain}
push demo-0.1.0.tgz {plain}/{r} ; push demo-0.1.0.tgz http://{plain}/{r} ; push demo-0.1.0.tgz '' ; push demo-0.1.0.tgz :x
push demo-0.1.0.tgz oci://{plain}/{r} --plain-http ; push demo-0.1.0.tgz oci://{plain}/{r} --plain-http
push demo-0.1.0.tgz oci://{plain}/{r}/a/../b/ --plain-http a b ; push ./demo-0.2.0.tgz oci://{plain}/{r} --plain-http
push demo-0.1.0.tgz oci://{plain} --plain-http ; push demo-0.1.0.tgz oci://{plain}/ --plain-http
push renamed.tgz oci://{plain}/{r} --plain-http ; push full.tgz oci://{plain}/{r} --plain-http
push old.tgz oci://{plain}/{r} --plain-http ; push broken.tgz oci://{plain}/{r} --plain-http
push nameless.tgz oci://{plain}/{r} --plain-http ; push v3.tgz oci://{plain}/{r} ; push text oci://{plain}/{r}
push truncated.tgz oci://{plain}/{r} --plain-http ; push empty oci://{plain}/{r} --plain-http
push demo-0.1.0.tgz oci://{plain}/Upper --plain-http ; push demo-0.1.0.tgz oci://{plain}/a:1 --plain-http
push demo-0.1.0.tgz oci://u:p@{plain}/{r} --plain-http ; push demo-0.1.0.tgz oci:///{r} ; push demo-0.1.0.tgz oci://h:x/y
push demo-0.1.0.tgz 'oci://{plain}/{r}?q=1' --plain-http ; push demo-0.1.0.tgz 'oci://{plain}/{r}#f' --plain-http
push demo-0.1.0.tgz oci://{plain}/{r} ; push demo-0.1.0.tgz oci://127.0.0.1:1/{r} ; push demo-0.1.0.tgz oci://127.0.0.1:1/{r} --plain-http
! cp text demo-0.1.0.tgz.prov ; push demo-0.1.0.tgz oci://{plain}/{r} --plain-http
! cp empty demo-0.2.0.tgz.prov ; push demo-0.2.0.tgz oci://{plain}/{r} --plain-http
! mkdir demo-0.1.0.tgz.prov ; push demo-0.1.0.tgz oci://{plain}/{r} --plain-http
! touch -d 1999-12-31T23:59:59.9Z demo-0.1.0.tgz ; push demo-0.1.0.tgz oci://{plain}/{r} --plain-http
push demo-0.1.0.tgz oci://{login}/{r} --plain-http ; push demo-0.1.0.tgz oci://{login}/{r} --plain-http --username bob
push demo-0.1.0.tgz oci://{login}/{r} --plain-http --username bob --password s3cret:pass/word
push demo-0.1.0.tgz oci://{login}/{r} --plain-http --username bob --password wrong
push demo-0.1.0.tgz oci://{plain}/{r} --plain-http --username bob --password any
registry login {login} -u bob -p s3cret:pass/word --plain-http ; push demo-0.1.0.tgz oci://{login}/{r} --plain-http ; registry logout {login} ; push demo-0.2.0.tgz oci://{login}/{r} --plain-http
registry login {tls} -u bob -p s3cret:pass/word --ca-file {ca} ; push full.tgz oci://{tls}/{r} --ca-file {ca}
push demo-0.1.0.tgz oci://{tls}/{r} --insecure-skip-tls-verify --username bob --password s3cret:pass/word
push demo-0.1.0.tgz oci://{tls}/{r} ; push demo-0.1.0.tgz oci://{tls}/{r} --plain-http ; push demo-0.1.0.tgz oci://{tls}/{r} --ca-file {otherca}
push demo-0.1.0.tgz oci://{tls}/{r} --insecure-skip-tls-verify ; push demo-0.1.0.tgz oci://{tls}/{r} --ca-file {ca} --plain-http
push demo-0.1.0.tgz oci://{mutual}/{r} --ca-file {mutualca} --cert-file {cert} --key-file {key}
push demo-0.1.0.tgz oci://{mutual}/{r} --ca-file {mutualca} ; push demo-0.1.0.tgz oci://{mutual}/{r} --cert-file {cert} --key-file {key}
push demo-0.1.0.tgz oci://{tls}/{r} --ca-file nosuch ; push demo-0.1.0.tgz oci://{tls}/{r} --ca-file text
push demo-0.1.0.tgz oci://{tls}/{r} --cert-file nosuch --key-file nokey --ca-file noca ; push demo-0.1.0.tgz oci://{plain}/{r} --plain-http --cert-file {cert}
push demo-0.1.0.tgz oci://{tls}/{r} --cert-file text --key-file text ; push demo-0.1.0.tgz oci://{tls}/{r} --cert-file {cert} --key-file {otherkey}
push demo-0.1.0.tgz oci://{plain}/{r} --plain-http --insecure-skip-tls-verify
"""  # noqa: E501 - command lines

PULL = """
pull oci://{login}/{seed}/demo --plain-http ; show chart oci://{login}/{seed}/demo --plain-http ; template oci://{login}/{seed}/demo:0.1.0 --plain-http
registry login {login} {ok} --plain-http ; pull oci://{login}/{seed}/demo --plain-http -d home ; show chart oci://{login}/{seed}/demo --plain-http --version ~0.1 ; template oci://{login}/{seed}/demo --plain-http
pull oci://{login}/{seed}/demo --plain-http -d home --username bob --password s3cret:pass/word ; pull oci://{login}/{seed}/demo --plain-http --username bob --password wrong
pull oci://{login}/{seed}/demo --plain-http --username bob ; show all oci://{login}/{seed}/full:1.2.0+build.7 --plain-http --username bob --password s3cret:pass/word
pull oci://{login}/{seed}/nosuch --plain-http --username bob --password s3cret:pass/word ; pull oci://{login}/{seed}/nosuch:1.0.0 --plain-http --username bob --password s3cret:pass/word
pull oci://{tls}/{seed}/demo ; pull oci://{tls}/{seed}/demo --plain-http ; pull oci://{tls}/{seed}/demo --ca-file {otherca} --version 0.1.0 ; pull oci://{tls}/{seed}/demo --ca-file {ca}
registry login {tls} {ok} --ca-file {ca} ; pull oci://{tls}/{seed}/demo --ca-file {ca} -d home ; show chart oci://{tls}/{seed}/demo:0.1.0 --insecure-skip-tls-verify ; template x oci://{tls}/{seed}/demo --ca-file {ca} --version 0.1.0
pull oci://{tls}/{seed}/demo --ca-file nosuch ; show chart oci://{tls}/{seed}/demo --ca-file text ; template oci://{tls}/{seed}/demo --cert-file nosuch --key-file nokey
pull oci://{tls}/{seed}/full --version 1.2.0+build.7 -d home --insecure-skip-tls-verify --username bob --password s3cret:pass/word ; pull oci://{tls}/{seed}/full:1.2.0_build.7 -d home --insecure-skip-tls-verify --username bob --password s3cret:pass/word
pull oci://{mutual}/{seed}/demo --ca-file {mutualca} --cert-file {cert} --key-file {key} -d home ; pull oci://{mutual}/{seed}/demo --ca-file {mutualca} ; show chart oci://{mutual}/{seed}/demo --insecure-skip-tls-verify --cert-file {cert} --key-file {key}
! mkdir user ; ! printf 'apiVersion: v2\\nname: user\\nversion: 1.0.0\\ndependencies: [{name: demo, version: ^0.1, repository: "oci://{login}/{seed}"}]\\n' > user/Chart.yaml ; dep up user --plain-http ; dep up user --plain-http --username bob --password s3cret:pass/word ; dep list user
! mkdir user ; ! printf 'apiVersion: v2\\nname: user\\nversion: 1.0.0\\ndependencies: [{name: demo, version: ^0.1, repository: "oci://{tls}/{seed}"}]\\n' > user/Chart.yaml ; registry login {tls} {ok} --ca-file {ca} ; dep up user --ca-file {ca} ; dep build user --insecure-skip-tls-verify ; dep up user
"""  # noqa: E501 - command lines


class Place:
    """A directory with charts and a home, and the names of the registries as one of the two sees them."""

    def __init__(self, top: Path, names: dict[str, str]) -> None:
        self.top = top
        self.names = names
        top.mkdir()
        (top / "home").mkdir(mode=0o755)
        for name, files in CHARTS.items():
            (top / name).write_bytes(_archive(files))
        (top / "truncated.tgz").write_bytes((top / "demo-0.1.0.tgz").read_bytes()[:60])
        (top / "text").write_text("some text\n")
        (top / "empty").write_text("")
        for path in top.iterdir():
            os.utime(path, ns=(0, 1_600_000_000_500_000_000))

    def fill(self, text: str) -> str:
        for name, value in self.names.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    def files(self) -> dict[str, object]:
        """Return what is in the home: modes and contents."""
        return {
            str(path.relative_to(self.top)): (
                oct(path.stat().st_mode),
                path.read_bytes() if path.is_file() else None,
            )
            for path in sorted((self.top / "home").rglob("*"))
            if "hivehelm" not in path.parts
        }


def _archive(files: dict[str, str]) -> bytes:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        for name, text in files.items():
            data = text.encode()
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return gzip.compress(raw.getvalue(), mtime=0)


def cases(*groups: str) -> list[str]:
    return [line for group in groups for line in group.strip().splitlines()]


@pytest.fixture(scope="session")
def names(
    registry: Registry,
    login_registry: Registry,
    tls_registry: Registry,
    mutual_registry: Registry,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, str]:
    """The registries and what is needed to speak to them, by the names that command lines have for them."""
    other = tmp_path_factory.mktemp("other") / "ca.pem"
    other.write_bytes(Authority("another").pem)
    known = {
        "ok": f"-u {USER} -p {PASSWORD}",
        "auth": base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode(),
        "plain": registry.address,
        "login": login_registry.address,
        "tls": tls_registry.address,
        "ca": tls_registry.ca_file,
        "otherca": str(other),
        "mutual": mutual_registry.address,
        "mutualca": mutual_registry.ca_file,
        "cert": mutual_registry.cert_file,
        "key": mutual_registry.key_file,
        "otherkey": tls_registry.key_file,
        "seed": f"seed{os.getpid()}",
    }
    _plant(tmp_path_factory.mktemp("seeds"), known["seed"], login_registry, tls_registry, mutual_registry)
    return known


def _plant(path: Path, repository: str, *registries: Registry) -> None:
    """Bring some charts to the registries that not everybody may look into."""
    for registry in registries:
        client = Client(
            str(path / "none.json"),
            username=USER,
            password=PASSWORD,
            plain_http=not registry.secure,
            ca_file=registry.ca_file,
            cert_file=registry.cert_file,
            key_file=registry.key_file,
            environ={"HOME": str(path)},
        )
        for name in ("demo:0.1.0", "demo:0.2.0", "full:1.2.0+build.7"):
            files = CHARTS["full.tgz" if name.startswith("full") else f"{name.replace(':', '-')}.tgz"]
            client.push(
                _archive(files), f"{registry.address}/{repository}/{name}", created="2020-01-01T00:00:00Z"
            )


_HANGS_UP = (
    r"remote error: tls: certificate required|(read|write) tcp .*: (broken pipe|connection reset by peer)"
)
_count = iter(range(1_000_000))


def both(
    helm: Path, tmp_path: Path, names: dict[str, str], line: str, **variables: str
) -> tuple[object, object]:
    """Run a line of commands with the real Helm and with ours; return what each said and left behind."""
    number = next(_count)
    results = []
    for side in ("aa", "bb"):
        top = tmp_path / "tree"
        repository = f"{side}{os.getpid()}n{number}"
        place = Place(top, {**names, "r": repository})
        said: list[object] = []
        for command in line.split(" ; "):
            if command.startswith("! "):
                text = place.fill(command[2:])
                subprocess.run(text, shell=True, cwd=top, check=True)  # noqa: S602 - our own lines
                continue
            argv, given = _split(place.fill(command))
            environment = {"HOME": str(top / "home"), "PATH": f"{top}/bin:{os.environ['PATH']}", **variables}
            run = run_helm if side == "aa" else run_ours
            said.append(
                (command, *(_masked(one, repository) for one in run(helm, argv, given, top, environment)))
            )
        results.append((said, place.files()))
        top.rename(tmp_path / side)
    return results[0], results[1]


def _split(command: str) -> tuple[list[str], bytes]:
    line, _, given = command.partition(" <")
    return shlex.split(line), given.encode().decode("unicode_escape").encode()


def _masked(value: object, repository: str) -> object:
    if not isinstance(value, str):
        return value
    # Ports and addresses of our own end, and resolvers', are nobody's choice.
    value = re.sub(r"127\.0\.0\.1:\d+->", "127.0.0.1:port->", value)
    # What a client hears first of a server that wants a certificate is a race, in Go, too.
    value = re.sub(_HANGS_UP, "refused", value)
    return value.replace(repository, "rr")


@pytest.mark.parametrize("line", cases(LOGIN, PUSH, PULL))
def test_command_line(helm: Path, tmp_path: Path, names: dict[str, str], line: str) -> None:
    theirs, ours = both(helm, tmp_path, names, line)
    assert ours == theirs


@pytest.mark.parametrize("zone", ["", "Asia/Kolkata", "America/St_Johns", "UTC"])
def test_the_time_of_creation_is_local(helm: Path, tmp_path: Path, names: dict[str, str], zone: str) -> None:
    """The digest has the archive's age in it, as it is told where the machine stands."""
    import time

    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    time.tzset()
    try:
        line = "push demo-0.1.0.tgz oci://{plain}/{r} --plain-http"
        theirs, ours = both(helm, tmp_path, names, line, TZ=zone, SOURCE_DATE_EPOCH="1234567890")
    finally:
        os.environ.pop("TZ")
        if before is not None:
            os.environ["TZ"] = before
        time.tzset()
    assert ours == theirs


CONFIGS = [
    '{"auths": {"{login}": {"auth": "{auth}"}}}',
    '{"auths": {"http://{login}/v1/": {"auth": "{auth}"}}}',
    '{"auths": {"{login}": {"username": "bob", "password": "s3cret:pass/word"}}}',
    '{"auths": {"{login}": {"auth": "!"}}}',
    '{"auths": {"{login}": {"auth": ""}}} trailing',
    '{"auths": {"{login}": {"identitytoken": "x"}, "o": {}}, "z": [1.0, {"b": 1e3, "a": "<\\u00e9>"}]}',
    '{"auths": {"{login}": []}}',
    '{"auths": {"{login}": {"Auth": 5}}}',
    '{"auths": {"{login}": null}, "credHelpers": null}',
    '{"auths": null, "HttpHeaders": {"x": "y"}}',
    '{"credsStore": "fake"}',
    '{"credHelpers": {"{login}": "fake"}, "auths": {"{login}": {"auth": "{auth}"}}}',
    '{"credHelpers": {"other": "fake"}, "auths": {"{login}": {"auth": "{auth}"}}}',
    '{"credsStore": "nosuch"}',
    '{"credsStore": "../x"}',
    " \n",
]
USE = (
    "push demo-0.1.0.tgz oci://{login}/{r} --plain-http ; registry login {login} {ok} --plain-http ; "
    "push demo-0.2.0.tgz oci://{login}/{r} --plain-http ; registry logout {login} ; registry logout nosuch"
)


@pytest.mark.parametrize("config", CONFIGS)
def test_configuration(helm: Path, tmp_path: Path, names: dict[str, str], config: str) -> None:
    """Credentials that are there are used, and what else is in the file stays as it is."""
    answer = json.dumps({"ServerURL": "x", "Username": "bob", "Secret": "s3cret:pass/word"})
    line = _with_helper(f"echo '{answer}'") + f" ; {_write(CONFIG, config)} ; {USE}"
    theirs, ours = both(helm, tmp_path, names, line)
    assert ours == theirs


@pytest.mark.parametrize(
    "answer",
    [
        'echo \'{"Username": "<token>", "Secret": "t"}\'',
        "echo credentials not found in native keychain; exit 1",
        "echo something else; exit 3",
        "echo ' '; exit 4",
        "kill -9 $$",
        "echo no json",
        "echo null",
    ],
)
def test_helper(helm: Path, tmp_path: Path, names: dict[str, str], answer: str) -> None:
    """What helper programs say is used, and said."""
    line = _with_helper(answer) + " ; " + _write(CONFIG, '{"credsStore": "fake"}') + f" ; {USE}"
    theirs, ours = both(helm, tmp_path, names, line)
    assert ours == theirs


def test_the_platforms_helper_is_found(helm: Path, tmp_path: Path, names: dict[str, str]) -> None:
    """Without a configuration, an installed helper is used from then on."""
    answer = 'echo \'{"Username": "bob", "Secret": "s3cret:pass/word"}\''
    line = _with_helper(answer).replace("docker-credential-fake", "docker-credential-secretservice")
    theirs, ours = both(helm, tmp_path, names, f"{line} ; {USE}")
    assert ours == theirs


@pytest.mark.parametrize(
    ("path", "variables"),
    [
        ("home/.docker/config.json", {}),
        ("docker/config.json", {"DOCKER_CONFIG": "docker"}),
        ("elsewhere.json", {"HELM_REGISTRY_CONFIG": "elsewhere.json"}),
        ("home/cfg/registry/config.json", {"HELM_CONFIG_HOME": "home/cfg"}),
    ],
)
def test_places_of_credentials(
    helm: Path, tmp_path: Path, names: dict[str, str], path: str, variables: dict[str, str]
) -> None:
    """Docker's file is asked, too; Helm's is where variables say."""
    config = '{"auths": {"{login}": {"auth": "{auth}"}}}'
    line = f"{_write(path, config)} ; {USE}"
    theirs, ours = both(helm, tmp_path, names, line, **variables)
    assert ours == theirs


def _with_helper(answer: str) -> str:
    script = HELPER.format(answer=answer, store="true" if "exit" not in answer else "exit 5")
    return _write("bin/docker-credential-fake", script) + " ; ! chmod 755 bin/*"


def _write(path: str, text: str) -> str:
    data = text.encode().hex()
    program = (
        f"import sys, pathlib; p = pathlib.Path('{path}'); p.parent.mkdir(parents=True, exist_ok=True); "
    )
    program += f"p.write_text(bytes.fromhex('{data}').decode()"
    for name in ("login", "auth"):
        program += f".replace('{{' + '{name}' + '}}', '{{{name}}}')"
    return f"! {shlex.quote(sys.executable)} -S -c {shlex.quote(program + ')')}"


@pytest.fixture
def place(tmp_path: Path, names: dict[str, str]) -> Iterator[Place]:
    yield Place(tmp_path / "place", names)


@pytest.mark.parametrize("chart", ["demo-0.1.0.tgz", "full.tgz", "old.tgz"])
def test_what_we_push_helm_pulls(
    helm: Path, helm3: Path, registry: Registry, place: Place, chart: str
) -> None:
    """Both Helms get the bytes that we pushed, the provenance with them; and we get what Helm pushed."""
    (place.top / f"{chart}.prov").write_text("signed\n")
    environment = {"HOME": str(place.top / "home"), "PATH": os.environ["PATH"]}
    ours, theirs = (
        f"oci://{registry.address}/ours{os.getpid()}",
        f"oci://{registry.address}/helm{os.getpid()}",
    )
    code, out, err = run_ours(helm, ["push", chart, ours, "--plain-http"], b"", place.top, environment)
    assert (code, err) == (0, "")
    reference = re.search(r"Pushed: \S+/([^\s/]+)\n", out)
    assert reference is not None
    name, _, version = reference[1].partition(":")
    version = version.replace("_", "+")
    for program, target in ((helm, "four"), (helm3, "three")):
        argv = ["pull", f"{ours}/{name}", "--version", version, "--plain-http", "--prov", "-d", target]
        (place.top / target).mkdir()
        code, out, err = run_helm(program, argv, b"", place.top, environment)
        assert code == 0, err
        pulled = place.top / target / f"{name}-{version}.tgz"
        assert pulled.read_bytes() == (place.top / chart).read_bytes()
        assert pulled.with_name(f"{pulled.name}.prov").read_text() == "signed\n"
    assert run_helm(helm, ["push", chart, theirs, "--plain-http"], b"", place.top, environment)[0] == 0
    client = Client(str(place.top / "none.json"), plain_http=True, environ=environment)
    found = client.pull(f"{theirs}/{name}:{version}", prov=True)
    assert found.chart == (place.top / chart).read_bytes()
    assert found.prov == b"signed\n"
    assert found.manifest == client.pull(f"{ours}/{name}:{version}", prov=True).manifest
