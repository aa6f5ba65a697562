from __future__ import annotations

import gzip
import io
import tarfile

import pytest
from tests.unit.platform.repository.made import chart, packed, provenance

from hivehelm.platform.repository import archive as rules
from hivehelm.platform.repository.archive import check_provenance, described, file_of, is_file, member
from hivehelm.platform.repository.errors import (
    ArchiveTooLargeError,
    InvalidArchiveError,
    InvalidProvenanceError,
)


def test_says_what_chart_yaml_says() -> None:
    found = described(chart("web", "1.2.3+b.1", "appVersion: 7\ndependencies: [{name: db, version: 1.x}]\n"))
    assert (found.name, found.version, found.file) == ("web", "1.2.3+b.1", "web-1.2.3+b.1.tgz")
    assert found.document["appVersion"] == "7"
    assert found.document["dependencies"][0]["name"] == "db"
    assert len(found.digest) == 64


def test_charts_of_the_first_format_have_their_dependencies_elsewhere() -> None:
    files: dict[str, bytes | str] = {
        "old/Chart.yaml": "name: old\nversion: 0.1.0\n",
        "old/requirements.yaml": "dependencies: [{name: db, version: 1.x}]\n",
    }
    document = described(packed(files)).document
    assert document["apiVersion"] == "v1"
    assert document["dependencies"][0]["name"] == "db"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "EOF"),
        (b"no archive", "gzip: invalid header"),
        (packed({"web/values.yaml": ""}), "Chart.yaml file is missing"),
        (chart(version="one"), 'validation: chart.metadata.version "one" is invalid'),
        (packed({"web/Chart.yaml": "a: [\n"}), "cannot load Chart.yaml"),
        (packed({"web/../../Chart.yaml": ""}), "chart illegally references parent directory"),
    ],
)
def test_what_is_no_chart_is_refused_in_helms_words(data: bytes, problem: str) -> None:
    with pytest.raises(InvalidArchiveError, match=problem.replace("[", r"\[")):
        described(data)


@pytest.mark.parametrize("name", ["-web", "web\n", "w b", "ü", ".web", "w" * 300, "web%2f", "a\\b"])
def test_names_that_are_no_names_of_files_are_refused(name: str) -> None:
    with pytest.raises(InvalidArchiveError, match="is improperly formatted"):
        file_of(name, "1.0.0")


def test_only_archives_and_provenances_are_files() -> None:
    assert is_file("web-1.0.0.tgz")
    assert is_file("web-1.0.0.tgz.prov")
    assert not any(
        map(is_file, ("index.yaml", ".tgz", "../web-1.0.0.tgz", "a/b.tgz", "web.tgz\0", ".hivemind"))
    )


def test_bombs_are_not_inflated(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = chart(**{"templates/zeros": "0" * 30_000_000})
    with pytest.raises(ArchiveTooLargeError, match="unpacks to more"):
        described(bomb)
    monkeypatch.setattr(rules, "MAX_FILES", 2)
    with pytest.raises(ArchiveTooLargeError, match="more than 2 files"):
        described(chart(**{"templates/a": ""}))
    monkeypatch.setattr(rules, "MAX_ARCHIVE", 10)
    with pytest.raises(ArchiveTooLargeError, match="more than 10 bytes"):
        described(chart())


def test_metadata_may_not_be_endless() -> None:
    with pytest.raises(ArchiveTooLargeError, match=r"Chart\.yaml has more than"):
        described(chart(extra="#" * 300_000))


def test_a_size_that_is_not_there_is_no_reason_to_take_memory() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        info = tarfile.TarInfo("web/Chart.yaml")
        info.size = 90 << 20
        tar.fileobj = out
        out.write(info.tobuf(tarfile.USTAR_FORMAT, "utf-8", "strict"))
    with pytest.raises(ArchiveTooLargeError):
        described(gzip.compress(out.getvalue()))


def test_one_file_of_an_archive() -> None:
    assert member(chart(), "values.yaml") == b"a: 1\n"
    assert member(chart(), "README.md") is None
    with pytest.raises(InvalidArchiveError):
        member(b"nothing", "values.yaml")


def test_a_provenance_says_what_it_is_of() -> None:
    archive = chart("web", "1.0.0")
    name, version, sums = check_provenance(provenance(archive))
    assert (name, version) == ("web", "1.0.0")
    assert sums == {"web-1.0.0.tgz": f"sha256:{described(archive).digest}"}


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"-----BEGIN PGP SIGNED MESSAGE-----\n",
        provenance(b"").replace(b"\n...\n", b"\n"),
        provenance(b"").replace(b"name: web", b"name: [web]"),
        provenance(b"").replace(b"version: 1.0.0", b"version: null"),
        provenance(b"").replace(b"apiVersion: v2\nname: web\nversion: 1.0.0\n", b"- a\n"),
        provenance(b"").replace(b"apiVersion: v2\n", b"a: [\n"),
    ],
)
def test_what_is_no_provenance_is_refused(broken: bytes) -> None:
    with pytest.raises(InvalidProvenanceError, match="invalid provenance file"):
        check_provenance(broken)


def test_provenances_are_short() -> None:
    with pytest.raises(ArchiveTooLargeError):
        check_provenance(b"-" * (5 << 20))
