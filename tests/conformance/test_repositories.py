"""repo add, list, update and remove through the real Helm and ours, on servers of chart repositories.

Each has a home of its own. What is printed, exit codes, the files that are there afterwards, and what the
servers were asked have to be equal.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conformance.running import run_helm, run_ours

from hivehelm.testing.authority import Authority
from hivehelm.testing.chart_repository import Asked, ChartRepository, Reply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

INDEX = """apiVersion: v1
entries:
  web:
  - {apiVersion: v2, name: web, version: 1.0.0, urls: [web-1.0.0.tgz], digest: aa}
  - {apiVersion: v2, name: web, version: 1.1.0, urls: [web-1.1.0.tgz], created: 2020-01-02T03:04:05Z}
  api:
  - {apiVersion: v2, name: api, version: 0.1.0+b.1, urls: [api.tgz], description: "ü <x>"}
generated: 2020-01-02T03:04:05.678Z
"""
SERVED = {
    "index.yaml": INDEX,
    "values.yaml": "a: from a server\n",
    "deep/er/index.yaml": INDEX.replace("web", "deep"),
    "a b/index.yaml": INDEX,
    "broken/index.yaml": "entries: [\n",
    "empty/index.yaml": "",
    "versionless/index.yaml": "entries: {}\n",
    "wrong/index.yaml": "apiVersion: v1\nentries: 7\n",
    "field/index.yaml": "apiVersion: v1\nfoo: 1\nentries: {}\n",
    "twice/index.yaml": "apiVersion: v1\nentries: {}\nentries: {}\n",
    "invalid/index.yaml": "apiVersion: v1\nentries:\n  a:\n  - {name: a}\n  - null\n"
    "  - {name: a, version: 1.0.0, urls: [a]}\n  - {name: a, version: x, urls: [a]}\n",
    "json/index.yaml": '{"apiVersion": "v1", "entries": {"a": [{"name": "a", "version": "1.0.0"}]}}',
    "html/index.yaml": "<!DOCTYPE html>\n<html><body>Welcome</body></html>\n",
    "plain/index.yaml": "hello",
    "void/index.yaml": "apiVersion: v1\n",
}
BODY = INDEX.encode()
REPLIES = {
    "/moved/index.yaml": Reply(status=301, headers={"Location": "/index.yaml"}),
    "/onward/index.yaml": Reply(status=307, headers={"Location": "../moved/index.yaml?x=1"}),
    "/loop/index.yaml": Reply(status=302, headers={"Location": "/loop/index.yaml"}),
    "/nowhere/index.yaml": Reply(status=302),
    "/leave/index.yaml": Reply(status=302, headers={"Location": "file:///etc/passwd"}),
    "/bad/index.yaml": Reply(status=302, headers={"Location": "http://[::1/"}),
    "/down/index.yaml": Reply(status=303, headers={"Location": "http://127.0.0.1:1/x"}),
    "/forbidden/index.yaml": Reply(status=403, reason="No Way", body=b"no"),
    "/odd/index.yaml": Reply(status=299, reason="Odd"),
    "/error/index.yaml": Reply(status=500, body=b"x" * 100_000),
    "/nothing/index.yaml": Reply(status=204),
    "/cut/index.yaml": Reply(body=BODY, cut=40),
    "/cutchunk/index.yaml": Reply(body=BODY, cut=40, chunked=True),
    "/chunked/index.yaml": Reply(body=BODY, chunked=True),
    "/long/index.yaml": Reply(body=BODY, length=4000),
    "/gzip/index.yaml": Reply(body=b"\x1f\x8b junk", headers={"Content-Encoding": "x"}),
    "/junk/index.yaml": Reply(raw=b"what?\r\n\r\n"),
    "/status/index.yaml": Reply(raw=b"HTTP/1.1 2000 OK\r\n\r\n"),
    "/version/index.yaml": Reply(raw=b"HTTX/1.1 200 OK\r\n\r\n"),
    "/header/index.yaml": Reply(raw=b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n"),
    "/lengths/index.yaml": Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
    "/length/index.yaml": Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nab"),
    "/encoding/index.yaml": Reply(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: x\r\n\r\nab"),
    "/chunks/index.yaml": Reply(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nab"),
    "/half/index.yaml": Reply(raw=b"HTTP/1.1 200 OK\r\nContent-"),
    "/gone/index.yaml": Reply(raw=b""),
    "/old/index.yaml": Reply(raw=b"HTTP/1.0 200 OK\r\n\r\n" + BODY),
    "/hints/index.yaml": Reply(raw=b"HTTP/1.1 103 Hints\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\n\r\n" + BODY),
    "/slow/index.yaml": Reply(delay=60.0, body=BODY),
    "/drip/index.yaml": Reply(pause=1.0, body=BODY),
}

# Each line is a home of its own: command lines, and shell commands after a `!`, one after the other.
ADD = r"""
repo add a {plain} ; repo list ; repo add a {plain} ; repo add a {plain}/ ; repo add b {plain}/ ; repo ls
repo add a {plain}/deep/er ; repo add b {plain}/deep/er/ ; repo add a {plain} --force-update ; repo list -o json
repo add ; repo add a ; repo add a b c ; repo add a {plain} --nosuch ; repo ls x
repo add a/b {plain} ; repo add a nosuch ; repo add a ftp://h/x ; repo add a http:// ; repo add a 'http://h h'
repo add a :x ; repo add a '' ; repo add '' {plain} ; repo list ; repo remove ''
repo add a http://127.0.0.1:1 ; repo add a http://127.0.0.1:1/x?y=z ; repo add a https://127.0.0.1:1
repo add a 'http://[::1' ; repo add a http://h:x/ ; repo add a http://127.0.0.1:99999 ; repo add a /tmp ; repo add a .
repo add a {plain}?token=x ; repo add a '{plain}/a b' ; repo add b '{plain}/a%20b' ; repo list
repo add a {plain}/none ; repo add a {plain}/broken ; repo add a {plain}/empty ; repo add a {plain}/html
repo add a {plain}/versionless ; repo add a {plain}/wrong ; repo add a {plain}/field ; repo add a {plain}/twice
repo add a {plain}/plain ; repo add a {plain}/void ; repo add b {plain}/json
repo add a {plain}/invalid
repo add a {plain}/moved ; repo add b {plain}/onward
repo add a {plain}/loop ; repo add a {plain}/nowhere ; repo add a {plain}/leave ; repo add a {plain}/down
repo add a {plain}/bad
repo add a {plain}/forbidden ; repo add a {plain}/odd ; repo add a {plain}/error ; repo add a {plain}/nothing
repo add a {plain}/cut ; repo add a {plain}/cutchunk ; repo add a {plain}/long ; repo add a {plain}/chunks
repo add a {plain}/chunked ; repo add b {plain}/old ; repo add c {plain}/hints
repo add a {plain}/gzip
repo add a {plain}/junk ; repo add a {plain}/status ; repo add a {plain}/version ; repo add a {plain}/half
repo add a {plain}/header
repo add a {plain}/lengths ; repo add a {plain}/length ; repo add a {plain}/encoding ; repo add a {plain}/gone
repo add a {plain}/slow --timeout 2s ; repo add a {plain}/drip --timeout 2s ; repo add a {plain} --timeout x
repo add a {plain} --timeout 0 ; repo add b {plain} --timeout 1m
repo add stable https://kubernetes-charts.storage.googleapis.com
repo add i https://kubernetes-charts-incubator.storage.googleapis.com/x
repo add a {plain} --allow-deprecated-repos --no-update ; repo add a {plain} --allow-deprecated-repos=true
repo add a {plain} --debug
"""  # noqa: E501 - command lines
LOGIN = r"""
repo add a {auth} ; repo add a {auth} --username u ; repo add a {auth} --username u --password x
repo add a {auth} --username u --password p ; repo update ; repo add a {auth} --username u --password p ; repo list
repo add a {auth} --username u --password-stdin < p ; repo update
repo add a {auth} --username u --password-stdin < 'p\r\n' ; repo add b {auth} --username u --password-stdin < 'p\n\n'
repo add a {auth} --username u --password p --pass-credentials ; repo update a
repo add a {auth} --password p ; repo add a {plain} --username u --password p ; repo add a {plain} --password-stdin
repo add a {auth} --username u < p
repo add a {userinfo} ; repo update
repo add a {auth}/moved --username u --password p ; repo add b {auth}/onward --username u --password p
repo add a {auth}/away --username u --password p
"""  # noqa: E501 - command lines
TLS = r"""
repo add a {tls} ; repo add a {tls} --ca-file other.pem ; repo add a {tls} --ca-file ca.pem ; repo update ; repo list
repo add a {tls} --insecure-skip-tls-verify ; repo update ; repo add b {tls} --ca-file twin.pem
repo add a {tls} --ca-file nosuch ; repo add a {tls} --ca-file . ; repo add a {tls} --ca-file junk.pem
repo add a {plain} --ca-file nosuch ; repo add a {plain} --cert-file nosuch ; repo update
repo add a {plain} --cert-file nosuch --key-file nosuch ; repo add a {plain} --cert-file nosuch --ca-file ca.pem
repo add a {plain} --ca-file nosuch --cert-file nosuch --key-file alsonot
repo add a {plain} --ca-file nosuch --insecure-skip-tls-verify
repo add a {tls} --ca-file ca.pem --cert-file junk.pem --key-file client.key
repo add a {tls} --ca-file ca.pem --cert-file client.pem --key-file junk.pem
repo add a {tls} --ca-file ca.pem --cert-file client.pem --key-file other.key
repo add a {clients} --ca-file ca.pem
repo add a {clients} --ca-file ca.pem --cert-file client.pem --key-file client.key ; repo update
repo add a {clients} --insecure-skip-tls-verify --cert-file client.pem --key-file client.key
repo add a {wrongname} --ca-file ca.pem ; repo add a {wrongname} --insecure-skip-tls-verify
repo add a {plainastls} ; repo add a {tlsasplain} --ca-file ca.pem
"""  # noqa: E501 - command lines
KEEP = r"""
repo list ; repo list -o json ; repo list -o yaml ; repo list -o x ; repo list --no-headers ; repo update ; repo remove a
repo add a {plain} ; repo add longer-name {plain}/deep/er ; repo list --no-headers ; repo list -o table ; repo ls -o json
repo add a {plain} ; repo add b {plain}/json ; repo rm a b c ; repo list ; repo rm
repo add a {plain} ; repo add b {plain}/json ; repo rm b a ; repo list -o yaml ; repo rm a
repo add a {plain} ; repo up ; repo update a ; repo update a x ; repo update x ; repo update a a
repo add a {plain} ; ! rm -r home/.cache ; repo update ; ! rm home/.cache/helm/repository/a-index.yaml ; repo remove a
repo add a {plain} ; ! sed -i s!{plain}!{plain}/none! home/.config/helm/repositories.yaml ; repo update ; repo list
repo add a {plain} ; ! sed -i s!{plain}!x! home/.config/helm/repositories.yaml ; repo update ; repo remove a
repo add a {plain} ; ! sed -i s!{plain}!ftp://x! home/.config/helm/repositories.yaml ; repo update
repo add a {plain} ; ! chmod 644 home/.config/helm/repositories.yaml ; ! chmod 600 home/.config/helm/repositories.yaml ; repo add b {plain}
repo add a {plain} --repository-config f/x.yml --repository-cache c ; repo update --repository-config f/x.yml --repository-cache d
repo add a {plain} --repository-config x ; repo add a {plain} --repository-config y.z.yaml ; repo list --repository-config x
repo add a {plain} --repository-config . ; repo list --repository-config . ; repo update --repository-config .
repo update --repository-config . ; repo remove a --repository-config . ; repo add a {plain} --repository-config f.txt/x
repo add a {plain} --repository-cache f.txt ; repo add a {plain} --repository-cache f.txt/x ; repo list
repo add a {plain} ; ! mkdir home/.cache/helm/repository/b-index.yaml ; repo add b {plain} ; repo list
repo add a {plain} ; ! mkdir home/x ; ! mv home/.cache/helm/repository/a-index.yaml home/x/ ; ! mkdir -p home/.cache/helm/repository/a-index.yaml/q ; repo remove a
template x chart -f {plain}/values.yaml ; template x chart --set-file a={plain}/values.yaml ; template x chart -f {plain}/none.yaml
template x chart --set-file a={plain}/none ; template x chart -f http://127.0.0.1:1/x ; template x chart -f ftp://x/y
"""  # noqa: E501 - command lines
FILES = [
    "repositories: 7",
    "[]",
    "a",
    "repositories: [",
    "repositories: [{name: a, url: {plain}}, {name: b, username: 1.50, insecure_skip_tls_verify: yes}]",
    "repositories: [{name: a, url: {plain}}, {Name: b, URL: {plain}/json, caFile: [1]}]",
    "generated: 5\nrepositories: [{name: a}]",
    "generated: 2020-01-02T03:04:05.500+02:00\nfoo: 1\nrepositories: [{name: a, url: {plain}}]",
    "generated: x\nrepositories: [{name: a}]",
    "repositories:\n- {name: a, url: {plain}}\n- {name: a, url: {plain}/deep/er}\n- {name: 'a:b #', url: ''}",
    "repositories:\n- {name: stable, url: 'https://kubernetes-charts.storage.googleapis.com'}",
]


def cases(*groups: str) -> list[str]:
    return [line for group in groups for line in group.strip().splitlines()]


class Place:
    """Servers, and what they were asked since it was last looked at."""

    def __init__(self, directory: Path) -> None:
        served = directory / "served"
        for name, text in SERVED.items():
            path = served / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        authority, other = Authority(), Authority("other")
        self.files = {"f.txt": b"x", "ca.pem": authority.pem, "other.pem": other.pem, "junk.pem": b"junk"}
        self.files["twin.pem"] = Authority().pem
        self.files["client.pem"], self.files["client.key"] = authority.issue("client")
        self.files["other.key"] = other.issue("other")[1]
        self.servers = {
            "plain": ChartRepository(served),
            "auth": ChartRepository(served, username="u", password="p"),  # noqa: S106
            "tls": ChartRepository(served, tls=authority),
            "clients": ChartRepository(served, tls=authority, clients=authority),
            "wrongname": ChartRepository(served, tls=authority, hosts=("10.0.0.1", "a.example")),
        }
        self.servers["plain"].replies.update(REPLIES)
        self.names = {name: server.url for name, server in self.servers.items()}
        auth, tls = self.names["auth"], self.names["tls"]
        self.servers["auth"].replies.update({name: REPLIES[name] for name in list(REPLIES)[:2]})
        away = auth.replace("127.0.0.1", "localhost")
        self.servers["auth"].replies["/away/index.yaml"] = Reply(
            status=302, headers={"Location": f"{away}/index.yaml"}
        )
        self.names |= {
            "userinfo": auth.replace("//", "//u:p@"),
            "plainastls": self.names["plain"].replace("http:", "https:"),
            "tlsasplain": tls.replace("https:", "http:"),
        }

    def asked(self) -> list[tuple[str, ...]]:
        """Return what was asked, but for packed answers and If-None-Match, which only we ask for."""
        told = []
        for name, server in self.servers.items():
            told += [(name, *_facts(one)) for one in server.requests]
            server.requests.clear()
        return told


def _facts(one: Asked) -> tuple[str, ...]:
    names = (
        "host",
        "user-agent",
        "authorization",
        "proxy-authorization",
        "referer",
        "accept",
        "content-length",
        "connection",
    )
    return one.method, one.path, one.user, *(f"{name}: {one.headers.get(name)}" for name in names)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    made = Place(tmp_path_factory.mktemp("repositories"))
    for server in made.servers.values():
        server.__enter__()
    yield made
    for server in made.servers.values():
        server.__exit__()


def masked(text: str) -> str:
    text = re.sub(r"tcp 127\.0\.0\.1:\d+->", "tcp 127.0.0.1:PORT->", text)
    text = re.sub(r"((?:a|b|a-index\.yaml|b-index\.yaml|a-charts\.txt))\d{6,}", r"\1TEMPORARY", text)
    text = re.sub(r"(?m)^time=\S+ ", "", text)
    # Helm may be writing when the server hangs up on a client without a certificate.
    lost = r"(write|read) tcp \S+: (write|read): (broken pipe|connection reset by peer)"
    text = re.sub(lost, "remote error: tls: certificate required", text)
    return re.sub(r"current time \S+ is", "current time NOW is", text)


def tree(top: Path) -> dict[str, tuple[int, bytes]]:
    """Return modes and contents of files, but for our own caches."""
    found: dict[str, tuple[int, bytes]] = {}
    for path in sorted(top.rglob("*")):
        name = str(path.relative_to(top))
        if path.is_dir():
            if not name.startswith("home/.cache/hivehelm") and name != "home/.cache":
                found[f"{name}/"] = path.stat().st_mode, b""
            continue
        data = path.read_bytes()
        if name.endswith("-charts.txt"):
            data = b"\n".join(sorted(data.splitlines()))
        # Helm leaves parts behind that it could not put in their place.
        if not name.startswith("home/.cache/hivehelm") and not re.search(r"-index\.yaml\d+$", name):
            found[name] = path.stat().st_mode, data
    return found


def both(
    helm: Path, place: Place, tmp_path: Path, commands: Sequence[str], given: str = "", **variables: str
) -> None:
    """Run commands with the real Helm and with ours, each in a tree of its own, and compare."""
    results = []
    top = tmp_path / "tree"
    for number, run in enumerate((run_helm, run_ours)):
        (top / "home").mkdir(parents=True)
        for name, data in place.files.items():
            (top / name).write_bytes(data)
        (top / "chart" / "templates").mkdir(parents=True)
        (top / "chart" / "Chart.yaml").write_text("apiVersion: v2\nname: chart\nversion: 1.0.0\n")
        (top / "chart" / "templates" / "t.yaml").write_text("kind: T\na: {{ .Values.a | quote }}\n")
        if given:
            (top / "home/.config/helm").mkdir(parents=True)
            (top / "home/.config/helm/repositories.yaml").write_text(given)
            # Helm leaves the mode of a file that is there as it is.
            (top / "home/.config/helm/repositories.yaml").chmod(0o600)
        environment = {"HOME": str(top / "home"), "PATH": os.environ["PATH"], **variables}
        said: list[object] = []
        place.asked()
        for command in commands:
            if command.startswith("! "):
                subprocess.run(command[2:], shell=True, cwd=top, check=True)  # noqa: S602 - our own lines
                continue
            line, _, stdin = command.partition(" < ")
            stdin = stdin.strip("'").replace("\\r", "\r").replace("\\n", "\n")
            code, out, err = run(helm, shlex.split(line), stdin.encode(), top, environment)
            said += [command, code, *masked(out).splitlines(), "", *masked(err).splitlines(), *place.asked()]
        results.append([*said, *tree(top).items()])
        top.rename(tmp_path / f"done{number}")
    theirs, ours = results
    assert ours == theirs


def filled(text: str, names: dict[str, str]) -> str:
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return text


@pytest.mark.parametrize("line", cases(ADD, LOGIN, TLS, KEEP))
def test_command_line(helm: Path, place: Place, tmp_path: Path, line: str) -> None:
    both(helm, place, tmp_path, filled(line, place.names).split(" ; "))


@pytest.mark.parametrize("text", FILES)
def test_repositories_yaml(helm: Path, place: Place, tmp_path: Path, text: str) -> None:
    commands = filled(
        "repo list ; repo list -o json ; repo update ; repo add c {plain} ; repo rm a ; repo rm c",
        place.names,
    )
    both(helm, place, tmp_path, commands.split(" ; "), filled(text, place.names))


@pytest.mark.parametrize(
    ("line", "variables"),
    [
        ("repo add a http://charts.test ; repo add b http://u:p@charts.test:81/deep/er", {}),
        ("repo add a http://charts.test/moved --username u --password p ; repo update", {}),
        ("repo add a http://charts.test ; repo add b {plain}", {"HTTP_PROXY": "{userinfo}"}),
        ("repo add a http://charts.test --timeout 30s", {"HTTP_PROXY": "http://127.0.0.1:1"}),
        ("repo add a https://charts.test --timeout 30s", {"HTTPS_PROXY": "{plain}"}),
        ("repo add a https://charts.test --timeout 30s", {"https_proxy": "{tls}"}),
        ("repo add a http://charts.test ; repo add b http://127.0.0.2:1", {"NO_PROXY": "x,.test2,127.0.0.2"}),
    ],
)
def test_proxies(helm: Path, place: Place, tmp_path: Path, line: str, variables: dict[str, str]) -> None:
    environment = {"HTTP_PROXY": "{plain}", **variables}
    given = {name: filled(value, place.names) for name, value in environment.items()}
    both(helm, place, tmp_path, filled(line, place.names).split(" ; "), "", **given)


def test_both_at_once(helm: Path, place: Place, tmp_path: Path) -> None:
    """Nothing is lost when both tools add repositories at the same moment: they wait for one lock."""
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    if "PYTHONPATH" in os.environ:
        environment["PYTHONPATH"] = os.environ["PYTHONPATH"]
    ours = [sys.executable, "-c", "import sys; from hivehelm.cli.hivehelm import main; sys.exit(main())"]
    started = [
        subprocess.Popen([*tool, "repo", "add", f"{name}{n}", place.names["plain"]], env=environment)
        for n in range(4)
        for name, tool in (("theirs", [str(helm)]), ("ours", ours))
    ]
    assert [process.wait(60) for process in started] == [0] * 8
    _, out, _ = run_helm(helm, ["repo", "list", "--no-headers"], b"", tmp_path, environment)
    names = sorted(line.split()[0] for line in out.splitlines())
    assert names == sorted(f"{name}{n}" for n in range(4) for name in ("ours", "theirs"))
    assert run_ours(helm, ["repo", "list", "--no-headers"], b"", tmp_path, environment) == (0, out, "")
