"""Dependencies of repositories and registries, put into `charts/`; what is printed is what Helm prints."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hivehelm.actions import fetching
from hivehelm.actions.fetching import Fetching, NotFetchedError, NotFoundError
from hivehelm.actions.refresh import refresh
from hivehelm.actions.vendor import VendorOptions, build, update
from hivehelm.chart.decode import lock as decode
from hivehelm.chart.model import Dependency
from hivehelm.chart.save import save
from hivehelm.errors import HivehelmError
from hivehelm.sources.catalogue import Catalogue
from hivehelm.sources.download import ALWAYS, IF_POSSIBLE
from hivehelm.sources.errors import SourceError
from hivehelm.sources.index import ChartVersion
from hivehelm.sources.stores import Access, Stores
from hivehelm.testing import ChartRepository
from hivehelm.testing.chart_repository import Asked, Reply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

STORES = Stores(repository_config="repositories.yaml", repository_cache="indexes", content_cache="content")
GREETING = "Hang tight while we grab the latest from your chart repositories...\n"
FAREWELL = "Update Complete. ⎈Happy Helming!⎈\n"


class FakeCatalogue(Catalogue):
    """Repositories with versions that indexes of ours would leave out."""

    def __init__(self, entries: dict[str, list[dict[str, Any]]]) -> None:
        super().__init__(STORES)
        self.entries = entries

    def cached(self, *_: object) -> Any:
        return self

    def holder(self, *_: object) -> Any:
        return self.repositories()[0]

    def names(self) -> list[str]:
        return list(self.entries)

    def versions(self, name: str) -> list[ChartVersion]:
        return [ChartVersion(one) for one in self.entries[name]]


class Place:
    """A repository with charts called a to e, in versions 1.0.0 and 1.1.0."""

    def __init__(self, repository: ChartRepository) -> None:
        from hivehelm.chart.load import load

        self.repository = repository
        self.said: list[str] = []
        entries = []
        for name in "abcde":
            entries.append(f"  {name}:\n")
            for version in ("1.1.0", "1.0.0"):
                Path(name).mkdir(exist_ok=True)
                Path(name, "Chart.yaml").write_text(f"apiVersion: v2\nname: {name}\nversion: {version}\n")
                save(load(name), "repo")
                entries.append(f"  - {{name: {name}, version: {version}, urls: [{name}-{version}.tgz]}}\n")
        entries.append("  - {name: e, version: 0.9.0}\n")
        Path("repo/index.yaml").write_text("apiVersion: v1\nentries:\n" + "".join(entries))
        login = f"repositories:\n- name: r\n  url: {repository.url}\n  username: u\n  password: p\n"
        Path("repositories.yaml").write_text(login)

    @property
    def options(self) -> VendorOptions:
        return VendorOptions(stores=STORES, out=self.said.append)

    def want(self, *dependencies: str) -> None:
        Path("main").mkdir(exist_ok=True)
        lines = "".join(f"- {{{one}}}\n" for one in dependencies).replace("{url}", self.repository.url)
        text = f"apiVersion: v2\nname: main\nversion: 0.1.0\ndependencies:\n{lines}"
        Path("main/Chart.yaml").write_text(text)

    def charts(self) -> list[str]:
        return sorted(one.name for one in Path("main/charts").iterdir())

    def told(self) -> str:
        text = "".join(self.said).replace(self.repository.url, "URL")
        self.said.clear()
        return text


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "repo").mkdir()
    with ChartRepository(tmp_path / "repo", username="u", password="p") as repository:  # noqa: S106
        yield Place(repository)


def test_many_come_at_once_and_are_told_of_in_order(place: Place) -> None:
    waiting: list[str] = []

    def choose(asked: Asked) -> Reply | None:
        waiting.append(asked.path)
        # The first ones come last.
        return Reply(status=404, delay=0.2) if asked.path.startswith("/a") else None

    place.want(*(f"name: {name}, version: ^1.0.0, repository: '@r'" for name in "bcde"))
    place.repository._choose = choose
    update("main", place.options)
    got = '...Successfully got an update from the "r" chart repository\n'
    lines = "".join(f"Downloading {name} from repo URL\n" for name in "bcde")
    assert place.told() == f"{GREETING}{got}{FAREWELL}Saving 4 charts\n{lines}Deleting outdated charts\n"
    assert place.charts() == [f"{name}-1.1.0.tgz" for name in "bcde"]
    locked = decode(Path("main/Chart.lock").read_bytes()).dependencies or []
    assert {one.repository for one in locked} == {place.repository.url}
    place.want(
        "name: b, version: 1.0.0, repository: '@r'",
        "name: a, version: 1.0.0, repository: '@r'",
        "name: c, version: 1.0.0, repository: '@r'",
    )
    with pytest.raises(NotFetchedError) as raised:
        update("main", place.options)
    problem = f"could not download {place.repository.url}/a-1.0.0.tgz: failed to fetch"
    assert str(raised.value).startswith(problem)
    lines = "".join(f"Downloading {name} from repo URL\n" for name in "ba")
    told = place.told()
    assert f"Saving 3 charts\n{lines}Save error occurred:  could not download URL/a-1.0.0" in told
    assert place.charts() == [f"{name}-1.1.0.tgz" for name in "bcde"]
    assert [one.name for one in Path("main").iterdir() if one.name.startswith("tmpcharts")] == []


def test_archives_are_kept_and_fetched_once(place: Place) -> None:
    place.want("name: a, version: '*', repository: '@r'", "name: a, version: '*', repository: '@r', alias: x")
    update("main", place.options)
    assert "Downloading a from repo URL\nAlready downloaded a from repo URL\n" in place.told()
    assert len(place.repository.asked("/a-1.1.0.tgz")) == 1


def test_what_the_index_promises_comes_from_the_cache(place: Place) -> None:
    from hashlib import sha256

    digest = sha256(Path("repo/a-1.1.0.tgz").read_bytes()).hexdigest()
    index = Path("repo/index.yaml")
    index.write_text(index.read_text().replace("[a-1.1.0.tgz]", f"[a-1.1.0.tgz], digest: {digest}"))
    place.want("name: a, version: '*', repository: '@r'")
    for _ in range(2):
        update("main", place.options)
    build("main", place.options.replace(skip_refresh=True))
    assert len(place.repository.asked("/a-1.1.0.tgz")) == 1
    assert GREETING not in place.told().rpartition("Deleting")[0].rpartition("Deleting")[2]


def test_repositories_that_are_not_configured(place: Place) -> None:
    place.repository.username = ""
    Path("repositories.yaml").write_text("repositories: []\n")
    place.want("name: a, version: ^1, repository: '{url}'", "name: b, version: ^1, repository: '{url}'")
    update("main", place.options)
    told = place.told()
    assert told.startswith("Getting updates for unmanaged Helm repositories...\n...Successfully got an")
    assert GREETING not in told
    assert place.charts() == ["a-1.1.0.tgz", "b-1.1.0.tgz"]
    for name in ("a-1.1.0.tgz", "index.yaml"):
        (Path("repo") / name).unlink()
    with pytest.raises(NotFoundError) as raised:
        update("main", place.options.replace(skip_refresh=True))
    text = str(raised.value).replace(place.repository.url, "URL")
    assert text == (
        'could not find : chart a not found in URL: looks like "URL" is not a valid chart repository '
        "or cannot be reached: failed to fetch URL/index.yaml : 404 Not Found"
    )


def test_an_index_that_is_not_to_be_had_is_told_of(place: Place) -> None:
    more = "- {name: x, url: 'http://u:secret@127.0.0.1:1'}\n- {name: other, url: 'http://u:secret@127.0.0.1:1/'}\n"
    Path("repositories.yaml").write_text(Path("repositories.yaml").read_text() + more)
    refresh(place.options)
    told = place.told()
    assert "secret" not in told
    where = '"other" chart repository (http://***@127.0.0.1:1/)'
    assert f'...Unable to get an update from the {where}:\n\tGet "' in told
    assert '"x"' not in told


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [("name: e, version: 0.9.0", "can't get a valid version"), ("name: z, version: 1", "z chart not found")],
)
def test_what_is_not_there(place: Place, wanted: str, problem: str) -> None:
    place.want(f"{wanted}, repository: '@r'")
    with pytest.raises(HivehelmError, match=f"^{problem}"):
        update("main", place.options)


@pytest.mark.parametrize(
    ("name", "version", "problem"),
    [
        ("a", "2.0.0", "no matching version"),
        ("z", "1.0.0", "entry not found"),
        ("b", "v1", ""),
        ("b", "odd", ""),
        ("b", "", ""),
        ("c", "1", "no matching version"),
    ],
)
def test_a_locked_version(place: Place, name: str, version: str, problem: str) -> None:
    """It is the same version, or the same text."""
    entries = {
        "a": [{"version": "1.0.0", "urls": ["x"]}],
        "b": [{"version": "odd", "urls": ["a-1.0.0.tgz"]}, {"version": "1", "urls": ["a-1.0.0.tgz"]}],
        "c": [{"version": "x", "urls": ["x"]}],
    }
    wanted = Dependency(name, version, place.repository.url)
    Path("tmp").mkdir()
    refresh(place.options)
    with Fetching([wanted], FakeCatalogue(entries), "tmp", place.options) as fetching:
        if problem:
            with pytest.raises(NotFoundError, match=f"^could not find : {problem}$"):
                fetching.take(wanted)
        else:
            fetching.take(wanted)
            assert Path("tmp/a-1.0.0.tgz").exists()


def test_provenance(place: Place) -> None:
    place.want("name: a, version: 1.0.0, repository: '@r'")
    with pytest.raises(NotFetchedError, match="failed to fetch provenance"):
        update("main", place.options.replace(verify=ALWAYS))
    update("main", place.options.replace(verify=IF_POSSIBLE))
    told = place.told()
    assert "\nDownloading a from repo URL\nWARNING: Verification not found for URL/a-1.0.0.tgz: " in told


def test_registries_are_asked_for_versions(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    from hivehelm.sources.oci.pull import Pulled
    from hivehelm.sources.oci.registry import Registry

    archive = Path("repo/a-1.1.0.tgz").read_bytes()

    def pull(self: Registry, reference: str, **_: object) -> Pulled:
        self._out(f"Pulled: {reference}\n")
        return Pulled(reference=reference, digest="", manifest=b"", config=b"", chart=archive, prov=None)

    monkeypatch.setattr(Registry, "tags", lambda *_: ["1.1.0", "1.0.0"])
    monkeypatch.setattr(Registry, "pull", pull)
    Path("repositories.yaml").unlink()
    place.want(
        "name: a, version: ^1, repository: 'oci://h/x'",
        "name: a, version: ^1, repository: 'oci://h/x', alias: b",
    )
    update("main", place.options.replace(registry_out=place.said.append, skip_refresh=True))
    line = "Downloading a from repo oci://h/x\nPulled: h/x/a:1.1.0\n"
    assert place.told() == f"Saving 2 charts\n{line}{line}Deleting outdated charts\n"
    update("main", place.options.replace(skip_refresh=True))
    assert "Pulled" not in place.told()


def test_faults_of_our_own_are_not_swallowed(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = [Dependency("a", "1.0.0", place.repository.url)]
    for method in ("_find", "_fetch"):
        with monkeypatch.context() as patch:
            patch.setattr(Fetching, method, lambda *_: 1 / 0)
            if method == "_fetch":
                found = fetching.Place(url="x", access=Access())
                patch.setattr(Fetching, "_find", lambda *_, found=found: found)
            with (
                Fetching(wanted, Catalogue(STORES), "tmp", place.options) as under_way,
                pytest.raises(ZeroDivisionError),
            ):
                under_way.take(wanted[0])


def test_a_list_of_repositories_that_is_none(place: Place) -> None:
    place.want("name: a, version: '*', repository: 'file://../a'")
    Path("repositories.yaml").write_text("repositories: [")
    with pytest.raises(SourceError):
        update("main", place.options)


def test_of_archives_of_one_name_the_last_one_counts(place: Place) -> None:
    """However long the first one takes."""
    (Path("repo") / "other").mkdir()
    Path("a/Chart.yaml").write_text("apiVersion: v2\nname: a\nversion: 1.1.0\ndescription: another\n")
    from hivehelm.chart.load import load

    save(load("a"), "repo/other")
    Path("repo/other/index.yaml").write_text(
        "apiVersion: v1\nentries: {a: [{name: a, version: 1.1.0, urls: [a-1.1.0.tgz]}]}\n"
    )
    place.repository.username = ""
    place.repository._choose = lambda asked: (
        Reply(body=Path("repo/a-1.1.0.tgz").read_bytes(), delay=0.2) if asked.path == "/a-1.1.0.tgz" else None
    )
    more = f"- {{name: other, url: '{place.repository.url}/other'}}\n"
    Path("repositories.yaml").write_text(Path("repositories.yaml").read_text() + more)
    refresh(place.options)
    wanted = [Dependency("a", "1.1.0", f"{place.repository.url}{where}") for where in ("", "/other")]
    from hivehelm.actions.staging import Staging

    Path("main").mkdir()
    with Staging("main", place.options) as staging:
        staging.take(wanted)
        staging.commit()
    assert load("main/charts/a-1.1.0.tgz").metadata.description == "another"


def test_a_link_in_the_way(place: Place) -> None:
    place.want("name: a, version: '*', repository: '@r'")
    Path(f"main/tmpcharts-{os.getpid()}").symlink_to("../a")
    with pytest.raises(HivehelmError, match=r'^"main/tmpcharts-\d+" is not a directory$'):
        update("main", place.options)


# In a process of its own: one with other threads, as that of a test is, is not to be forked.
APART = """
import json, os, sys, hashlib
from hivehelm.actions import fetching
from hivehelm.actions.staging import VendorOptions
from hivehelm.actions.vendor import update
from hivehelm.errors import HivehelmError
from hivehelm.sources import crew, fork
from hivehelm.sources.stores import Stores

who, verify = sys.argv[1:]
counts = iter([1, 1 if who == "one" else 2])  # for the indexes, for the charts
crew.processes = lambda tasks: next(counts)
claim, afar = fork.Fork.claim, fetching.Fetching._fetch_afar
if who == "other":
    fork.Fork.claim = lambda self: None if self._child else claim(self)
if who == "dying":
    fetching.Fetching._fetch_afar = lambda self, number: afar(self, number) if number % 3 else 1 / 0
told, logged, error = [], [], ""
options = VendorOptions(
    stores=Stores(repository_config="repositories.yaml", repository_cache="indexes", content_cache="content"),
    verify=verify,
    out=told.append,
    registry_out=told.append,
    log=lambda level, message, **attributes: logged.append([level, message, str(attributes)]),
)
try:
    update("main", options)
except HivehelmError as problem:
    error = str(problem)
found = {}
for name in sorted(os.listdir("main/charts")):
    with open(f"main/charts/{name}", "rb") as file:
        found[name] = hashlib.sha256(file.read()).hexdigest()
left = [name for name in os.listdir("main") if name.startswith("tmp")]
print(json.dumps([told, logged, error, found, left]).replace(f"tmpcharts-{os.getpid()}", "TMP"))
"""
NAMES = "pqrstuvw"


def apart(who: str, verify: str = "never") -> list[Any]:
    import shutil

    for directory in ("indexes", "content", "main/charts"):
        shutil.rmtree(directory, ignore_errors=True)
    Path("main/Chart.lock").unlink(missing_ok=True)
    done = subprocess.run(
        [sys.executable, "-c", APART, who, verify], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    answer: list[Any] = json.loads(done.stdout)
    return answer


@pytest.fixture
def many(place: Place) -> Place:
    from hivehelm.chart.load import load

    index = Path("repo/index.yaml").read_text()
    for name in NAMES:
        Path(name).mkdir()
        Path(name, "Chart.yaml").write_text(f"apiVersion: v2\nname: {name}\nversion: 1.0.0\n")
        save(load(name), "repo")
        index += f"  {name}: [{{name: {name}, version: 1.0.0, urls: [{name}-1.0.0.tgz]}}]\n"
    Path("repo/index.yaml").write_text(index)
    place.want(*(f"name: {name}, version: ^1, repository: '{{url}}'" for name in NAMES))
    return place


def test_another_process_helps(many: Place) -> None:
    alone = apart("one")
    assert list(alone[3]) == [f"{name}-1.0.0.tgz" for name in NAMES]
    assert (alone[2], alone[4]) == ("", [])
    for who in ("other", "both", "dying"):
        assert apart(who) == alone


@pytest.mark.parametrize("verify", ["never", "if possible"])
@pytest.mark.parametrize("who", ["other", "both"])
def test_what_another_process_cannot_fetch(many: Place, who: str, verify: str) -> None:
    Path("repo/s-1.0.0.tgz").unlink()
    alone = apart("one", verify)
    assert "could not download" in alone[2]
    assert apart(who, verify) == alone
    Path("repo/s-1.0.0.tgz").write_bytes(b"x")
    alone = apart("one", verify)
    assert (alone[2], alone[4]) == ("", [])
    told = "".join(alone[0])
    assert "Could not verify main/TMP/s-1.0.0.tgz for moving" in told
    assert ("WARNING: Verification not found" in told) == (verify == "if possible")
    assert apart(who, verify) == alone


def test_archives_of_one_name_from_two_processes(many: Place) -> None:
    (Path("repo") / "other").mkdir()
    Path("repo/other/p-1.0.0.tgz").write_bytes(Path("repo/q-1.0.0.tgz").read_bytes())
    entries = "".join(
        f"  {name}: [{{name: {name}, version: 1.0.0, urls: [p-1.0.0.tgz]}}]\n" for name in ("p", "alias")
    )
    Path("repo/other/index.yaml").write_text(f"apiVersion: v1\nentries:\n{entries}")
    more = f"- {{name: other, url: '{many.repository.url}/other', username: u, password: p}}\n"
    Path("repositories.yaml").write_text(Path("repositories.yaml").read_text() + more)
    many.want(
        *(f"name: {name}, version: ^1, repository: '{{url}}'" for name in NAMES),
        "name: p, version: ^1, repository: '@other', alias: x",
        "name: alias, version: ^1, repository: '@other'",
    )
    alone = apart("one")
    assert alone[2] == ""
    assert alone[3]["p-1.0.0.tgz"] == alone[3]["q-1.0.0.tgz"]
    told = alone[0].index("Saving 10 charts\n")
    for who in ("other", "both"):
        found = apart(who)
        # Two indexes come in any order.
        assert (found[0][told:], found[2:]) == (alone[0][told:], alone[2:])
