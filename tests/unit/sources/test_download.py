"""Charts from repositories and registries: found, fetched, cached, verified; and to whom credentials go."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from tests.openpgp import Key, canonical, certificate, clear_signed, packet

from hivehelm.errors import HivehelmError
from hivehelm.golang.url import URL
from hivehelm.provenance.errors import ProvenanceError
from hivehelm.sources.content import PROVENANCE, ContentCache
from hivehelm.sources.download import ALWAYS, IF_POSSIBLE, LATER, NEVER, Downloader
from hivehelm.sources.errors import NoProvenanceError, SourceError
from hivehelm.sources.locate import locate
from hivehelm.sources.oci.pull import Pulled
from hivehelm.sources.stores import Access, Stores
from hivehelm.testing import ChartRepository
from hivehelm.testing.chart_repository import Reply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = b"an archive"
DIGEST = sha256(DATA).hexdigest()
LOGIN = Access(username="u", password="p")  # noqa: S106 - of a test
KEY = Key("eddsa")


def signature(name: str, data: bytes = DATA) -> bytes:
    text = f"name: x\n\n...\nfiles:\n  {name}: sha256:{sha256(data).hexdigest()}\n"
    return clear_signed(text, packet(2, KEY.signature(1, canonical(text))))


class Place:
    """A home, two servers, and repositories called r, without login, and a, with one."""

    def __init__(self, top: Path, here: ChartRepository, there: ChartRepository) -> None:
        self.top, self.here, self.there = top, here, there
        self.stores = Stores(
            repository_config=f"{top}/repositories.yaml",
            repository_cache=f"{top}/indexes",
            content_cache=f"{top}/content",
        )
        (top / "indexes").mkdir()
        (top / "out").mkdir()
        for name in ("web-1.0.0.tgz", "web-1.0.0.tar"):
            (here.directory / name).write_bytes(DATA)
            (there.directory / name).write_bytes(DATA)
            (here.directory / f"{name}.prov").write_bytes(signature(name))
        (top / "ring").write_bytes(certificate(KEY, "Ann <a@x>"))
        self.configure()
        self.index("web-1.0.0.tgz")

    def configure(self, more: str = "") -> None:
        login = "  username: au\n  password: ap\n" + more
        (self.top / "repositories.yaml").write_text(
            f"repositories:\n- name: r\n  url: {self.here.url}\n- name: a\n  url: {self.here.url}/\n{login}"
        )

    def index(self, url: str, digest: str = DIGEST) -> None:
        entry = f"[{{name: web, version: 1.0.0, apiVersion: v2, digest: '{digest}', urls: ['{url}']}}]"
        text = f"apiVersion: v1\nentries: {{web: {entry}}}\n"
        for name in ("r", "a"):
            (self.top / "indexes" / f"{name}-index.yaml").write_text(text)
        (self.here.directory / "index.yaml").write_text(text)

    def logins(self) -> list[tuple[str, bool]]:
        """Return what was asked for of either server, and whether it was told who asks."""
        return [
            (f"{name}{one.path}", "authorization" in one.headers)
            for name, server in (("here", self.here), ("there", self.there))
            for one in server.requests
        ]

    def fetch(self, reference: str, access: Access | None = None, **how: str) -> bytes:
        return Path(Downloader(self.stores, access, **how).fetch(reference, "")).read_bytes()  # type: ignore[arg-type]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    with ChartRepository(tmp_path / "here") as here, ChartRepository(tmp_path / "there") as there:
        yield Place(tmp_path, here, there)


def test_from_a_repository_once(place: Place) -> None:
    said: list[str] = []

    def log(level: str, message: str, **_: object) -> None:
        said.append(message)

    downloader = Downloader(place.stores, log=log)
    path = downloader.fetch("r/web", "")
    assert path == f"{place.top}/content/{DIGEST[:2]}/{DIGEST}.chart"
    assert Path(path).read_bytes() == DATA
    assert downloader.fetch("r/web", "^1") == path
    assert downloader.download("r/web", "", str(place.top / "out")).path == f"{place.top}/out/web-1.0.0.tgz"
    assert place.logins() == [("here/web-1.0.0.tgz", False)]
    assert place.here.requests[0].headers["accept"] == "application/gzip,application/octet-stream"
    assert "put downloaded chart in cache" in said
    assert said.count("found chart in cache") == 2


def test_damage_in_the_cache_is_mended(place: Place) -> None:
    path = Path(Downloader(place.stores).fetch("r/web", ""))
    path.write_bytes(b"something else")
    assert place.fetch("r/web") == DATA
    assert path.read_bytes() == DATA


def test_what_is_not_what_was_promised_is_kept_for_what_it_is(place: Place) -> None:
    """Helm takes it too; others that trust the promise get what they were promised."""
    place.index("web-1.0.0.tgz", "1" * 64)
    path = Downloader(place.stores).fetch("r/web", "")
    assert path.endswith(f"/{DIGEST}.chart")
    assert not Path(ContentCache(place.stores.content_cache).path("1" * 64)).exists()


@pytest.mark.parametrize(
    ("digest", "problem"),
    [
        ("abcd", "invalid digest length: 2"),
        ("abc", "encoding/hex: odd length hex string"),
        ("xy", "encoding/hex: invalid byte: U+0078 'x'"),
        ("sha256:", "invalid digest length: 0"),
    ],
)
def test_promises_that_are_none(place: Place, digest: str, problem: str) -> None:
    place.index("web-1.0.0.tgz", digest)
    with pytest.raises(SourceError) as raised:
        Downloader(place.stores).download("r/web", "", str(place.top / "out"))
    assert str(raised.value) == problem
    with pytest.raises(SourceError) as raised:
        place.fetch("r/web")
    assert str(raised.value) == ("" if "length:" in problem else "unable to decode digest: ") + problem


def test_urls(place: Place) -> None:
    """Credentials are those of the repository that has the URL in its index, else what the user gives."""
    url = f"{place.here.url}/web-1.0.0.tgz"
    place.fetch(url)
    place.fetch(url, LOGIN)
    place.index(url.replace("web-", "./web-"))
    place.configure()
    (place.top / "indexes" / "r-index.yaml").write_text("apiVersion: v1\nentries: {}\n")
    place.fetch(url)
    assert [login for _, login in place.logins()] == [False, True, True]


@pytest.mark.parametrize(("more", "login"), [("", False), ("  pass_credentials_all: true\n", True)])
def test_credentials_of_a_repository_stay_at_home(place: Place, more: str, login: bool) -> None:
    place.configure(more)
    place.index(f"{place.there.url}/web-1.0.0.tgz")
    place.fetch("a/web")
    assert place.logins() == [("there/web-1.0.0.tgz", login)]


@pytest.mark.parametrize("url", ["{}/web-1.0.0.tgz", "//127.0.0.1:{port}/web-1.0.0.tgz"])
@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("pass_credentials", [False, True])
def test_credentials_for_an_address_stay_there(
    place: Place, url: str, known: bool, pass_credentials: bool
) -> None:
    """With --repo, where Helm's pull sends them to whatever server the index names."""
    place.index(url.format(place.there.url, port=place.there.port))
    if known:
        (place.top / "repositories.yaml").write_text(f"repositories:\n- name: r\n  url: {place.there.url}\n")
    access = LOGIN.replace(pass_credentials=pass_credentials)
    downloader = Downloader(place.stores, access)
    found = downloader.find(place.here.url, "web", "")
    downloader.download(found, "", str(place.top / "out"))
    locate("web", place.stores, access, repository=place.here.url)
    assert {*place.logins()} == {
        ("here/index.yaml", True),
        ("there/web-1.0.0.tgz", pass_credentials),
    }


def test_certificates_are_those_of_the_repository(place: Place) -> None:
    place.configure("  certFile: c\n  keyFile: k\n  caFile: nosuch\n")
    target = Downloader(place.stores).resolve("a/web", "")
    assert (target.access.cert_file, target.access.key_file, target.access.ca_file) == ("c", "k", "nosuch")
    with pytest.raises(SourceError, match=r"^can't create TLS config for client: "):
        place.fetch("a/web")


def test_provenance(place: Place) -> None:
    ring = str(place.top / "ring")
    out = place.top / "out"
    saved = Downloader(place.stores, verify=ALWAYS, keyring=ring).download("r/web", "", str(out))
    assert saved.verification is not None
    assert saved.verification.signed_by == ("Ann <a@x>",)
    assert sorted(one.name for one in out.iterdir()) == ["web-1.0.0.tgz", "web-1.0.0.tgz.prov"]
    for _ in range(2):
        assert place.fetch("r/web", verify=ALWAYS, keyring=ring) == DATA
    assert len(place.here.asked("/web-1.0.0.tgz.prov")) == 2
    assert ContentCache(place.stores.content_cache).provenance(DIGEST) == signature("web-1.0.0.tgz")
    before = len(place.here.requests)
    Downloader(place.stores, verify=LATER).download("r/web", "", str(out))
    assert len(place.here.requests) == before
    assert Downloader(place.stores, verify=LATER).fetch("r/web", "").endswith(".chart")
    with pytest.raises(ProvenanceError, match=r"^failed to load keyring: open nosuch: "):
        place.fetch("r/web", verify=ALWAYS, keyring="nosuch")


def test_provenance_that_is_not_there(place: Place) -> None:
    said: list[str] = []
    where = f"{place.there.url}/web-1.0.0.tgz"
    with pytest.raises(NoProvenanceError) as raised:
        Downloader(place.stores, verify=ALWAYS).download(where, "", str(place.top / "out"))
    assert str(raised.value) == f'failed to fetch provenance "{where}.prov"'
    for verify in (IF_POSSIBLE, LATER):
        downloader = Downloader(place.stores, verify=verify, out=said.append)
        assert downloader.download(where, "", str(place.top / "out")).verification is None
        assert downloader.fetch(where, "")
    assert (
        said
        == [f"WARNING: Verification not found for {where}: failed to fetch {where}.prov : 404 Not Found\n"]
        * 4
    )
    quiet = Downloader(place.stores, verify=LATER)
    assert quiet.download(where, "", str(place.top / "out")).verification is None


def test_provenance_of_something_else(place: Place) -> None:
    ring = str(place.top / "ring")
    ContentCache(place.stores.content_cache).put(DIGEST, signature("other-1.tgz"), PROVENANCE)
    with pytest.raises(ProvenanceError, match=r"web-1\.0\.0\.tgz"):
        place.fetch("r/web", verify=ALWAYS, keyring=ring)
    with pytest.raises(ProvenanceError, match=r"^chart must be a tgz file$"):
        place.fetch(f"{place.here.url}/web-1.0.0.tar", verify=ALWAYS, keyring=ring)


def test_what_a_caller_was_promised_is_kept(place: Place) -> None:
    out = str(place.top / "out")
    url = f"{place.here.url}/web-1.0.0.tgz"
    for _ in range(2):
        Downloader(place.stores).download(url, "", out, digest=DIGEST)
    Downloader(place.stores).download(url, "", out, digest="none")
    assert len(place.here.requests) == 2
    assert ContentCache(place.stores.content_cache).chart(DIGEST) == DATA


def test_places_that_are_not_said(place: Place) -> None:
    with pytest.raises(SourceError, match=r"^content cache must be set$"):
        Downloader(Stores()).fetch("r/web", "")
    place.index("")
    text = (place.top / "indexes" / "r-index.yaml").read_text().replace("urls: ['']", "urls: []")
    (place.top / "indexes" / "r-index.yaml").write_text(text)
    with pytest.raises(SourceError, match=r'^chart "r/web" has no downloadable URLs$'):
        place.fetch("r/web")
    (place.here.directory / "index.yaml").write_text(text)
    with pytest.raises(SourceError, match=r'^chart "web" version "1" has no downloadable URLs$'):
        Downloader(place.stores).find(place.here.url, "web", "1")


class FakeRegistry:
    """What is asked of a registry."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, bool, bool]] = []

    def validate(self, reference: str, version: str, url: URL) -> tuple[str, URL]:
        url.path += f":{version or '1.0.0'}"
        return "", url

    def pull(self, reference: str, *, chart: bool = True, prov: bool = False) -> Pulled:
        self.asked.append((reference, chart, prov))
        if prov and reference.endswith("7"):
            raise SourceError("no such layer")
        return Pulled(
            reference=reference,
            digest="",
            manifest=b"",
            config=b"",
            chart=DATA if chart else None,
            prov=signature("web-1.0.0.tgz") if prov else None,
        )


def test_registries(place: Place) -> None:
    registry = FakeRegistry()
    ring = str(place.top / "ring")
    downloader = Downloader(place.stores, verify=ALWAYS, keyring=ring)
    downloader._registry = registry  # type: ignore[assignment]
    saved = downloader.download("oci://h/web", "", str(place.top / "out"))
    assert saved.path.endswith("/web-1.0.0.tgz")
    assert saved.verification is not None
    assert Path(downloader.fetch("oci://h/web", "")).read_bytes() == DATA
    assert registry.asked[:2] == [("h/web:1.0.0", True, False), ("h/web:1.0.0", False, True)]
    with pytest.raises(NoProvenanceError, match=r'^failed to fetch provenance "oci://h/web:7\.prov"$'):
        downloader.download("oci://h/web", "7", str(place.top / "out"))


def test_a_client_of_registries_is_made_of_the_flags(place: Place) -> None:
    downloader = Downloader(place.stores, Access(plain_http=True), verify=NEVER)
    assert downloader.registry is downloader.registry
    with pytest.raises(HivehelmError):
        downloader.fetch(f"oci://127.0.0.1:{place.here.port}/nosuch", "1.0.0")
    assert place.here.requests


def test_an_archive_that_is_there_is_verified(place: Place) -> None:
    archive = str(place.here.directory / "web-1.0.0.tgz")
    assert locate(archive, keyring=str(place.top / "ring")) == archive
    with pytest.raises(ProvenanceError, match=r"^could not load provenance file "):
        locate(str(place.there.directory / "web-1.0.0.tgz"), keyring=str(place.top / "ring"))


def test_a_file_name_that_can_be_written_in_several_ways(place: Place) -> None:
    (place.here.directory / "a web.tgz").write_bytes(DATA)
    place.index(f"{place.here.url}/a%20web.tgz")
    assert place.fetch(f"{place.here.url}/a%20web.tgz") == DATA
    assert place.logins() == [("here/a%20web.tgz", False)]


def test_what_cannot_be_fetched_at_all(place: Place) -> None:
    with pytest.raises(SourceError, match=r'^scheme "ftp" not supported$'):
        place.fetch("ftp://h/x")
    place.index("http://[::1/x")
    with pytest.raises(SourceError, match=r"^invalid chart URL format: r/web$"):
        place.fetch("r/web")
    with pytest.raises(
        SourceError, match=r"^failed to make chart URL absolute: failed to parse http://\[::1/x"
    ):
        Downloader(place.stores).find(place.here.url, "web", "")
    with pytest.raises(SourceError, match=r'^chart "nosuch" version "7" not found in http://.* repository$'):
        Downloader(place.stores).find(place.here.url, "nosuch", "7")
    with pytest.raises(SourceError, match=r"^looks like .* is not a valid chart repository or cannot be"):
        Downloader(place.stores).find(f"{place.here.url}/nosuch", "web", "")
    with pytest.raises(SourceError, match=r"^repo nosuch not found$"):
        place.fetch("nosuch/web")
    with pytest.raises(SourceError, match=r"^chart \"web\" matching 7 not found in r index"):
        Downloader(place.stores).fetch("r/web", "7")
    for reference, problem in (("web", "non-absolute URLs"), ("1:2", "invalid chart URL format: 1:2")):
        with pytest.raises(SourceError, match=f"^{problem}"):
            place.fetch(reference)
    with pytest.raises(SourceError, match=r"^no cached repo found\. \(try 'helm repo update'\): "):
        (place.top / "indexes" / "r-index.yaml").unlink()
        place.fetch("r/web")


def test_credentials_do_not_follow_redirects_elsewhere(place: Place) -> None:
    where = f"{place.there.url}/web-1.0.0.tgz"
    place.here.replies["/web-1.0.0.tgz"] = Reply(status=302, headers={"Location": where})
    place.index("web-1.0.0.tgz", "")
    assert place.fetch("a/web") == DATA
    assert place.logins() == [("here/web-1.0.0.tgz", True), ("there/web-1.0.0.tgz", False)]


@pytest.mark.parametrize(
    ("reference", "repository"),
    [
        ("http://u:secret@h:x/c", ""),
        ("http://u:secret@h", ""),
        ("http://u:secret@127.0.0.1:1/c.tgz", ""),
        ("web", "http://u:secret@127.0.0.1:1"),
        ("web", "http://u:secret@h:x"),
        ("web", "ftp://u:secret@h"),
        ("oci://u:secret@127.0.0.1:1/c", ""),
        ("oci://u:secret@127.0.0.1:1/c:1.0.0", ""),
        ("web", "oci://u:secret@127.0.0.1:1/c"),
    ],
)
def test_passwords_in_addresses_are_not_repeated(place: Place, reference: str, repository: str) -> None:
    with pytest.raises(HivehelmError) as raised:
        locate(reference, place.stores, repository=repository)
    error: BaseException | None = raised.value
    while error is not None:
        assert "secret" not in str(error)
        error = error.__cause__


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        (Reply(body=DATA, cut=3), "unexpected EOF"),
        (Reply(body=DATA, length=1 << 40), "unexpected EOF"),
        (Reply(raw=b"nonsense\r\n\r\n"), "malformed HTTP"),
        (Reply(status=302, headers={"Location": "/web-1.0.0.tgz"}), "stopped after 10 redirects"),
        (Reply(body=b"x" * 4096), "response body exceeds 1024 bytes"),
    ],
)
def test_servers_that_misbehave(
    place: Place, monkeypatch: pytest.MonkeyPatch, reply: Reply, problem: str
) -> None:
    monkeypatch.setattr("hivehelm.sources.download.MAX_ARCHIVE", 1024)
    place.here.replies["/web-1.0.0.tgz"] = reply
    before = place.top / "out" / "web-1.0.0.tgz"
    before.write_bytes(b"what was there")
    with pytest.raises(HivehelmError, match=problem):
        Downloader(place.stores).download("r/web", "", str(place.top / "out"))
    assert before.read_bytes() == b"what was there"
    assert [one.name for one in before.parent.iterdir()] == [before.name]
