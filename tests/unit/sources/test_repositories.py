"""Helm's repositories.yaml."""

from __future__ import annotations

from pathlib import Path

import pytest

from hivehelm.sources.errors import SourceError
from hivehelm.sources.repositories import Repository, RepositoryFile, load, read, same_url
from hivehelm.sources.repositorydecode import decode


def test_names_and_addresses(tmp_path: Path) -> None:
    file = tmp_path / "repositories.yaml"
    assert load(str(file)) == []
    file.write_text("repositories:\n- name: stable\n  url: https://x/y\n- {}\n")
    assert [(one.name, one.url) for one in load(str(file))] == [("stable", "https://x/y"), ("", "")]
    for text in ("repositories:\n", "a: 1\n", ""):
        file.write_text(text)
        assert load(str(file)) == []


def test_what_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as raised:
        load(str(tmp_path))
    problem = f"read {tmp_path}: is a directory"
    assert str(raised.value) == f"couldn't load repositories file ({tmp_path}): {problem}"
    (tmp_path / "file").write_text("a: [")
    with pytest.raises(SourceError, match=r"^yaml: |^error converting YAML to JSON: "):
        load(str(tmp_path / "file"))
    with pytest.raises(SourceError, match=r": open .*/file/x: not a directory$"):
        load(str(tmp_path / "file" / "x"))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://x", "https://x/", True),
        ("https://x/a/", "https://x/a/b/..", True),
        ("https://x/a", "http://x/a", False),
        ("https://x/a?b", "https://x/a", False),
        ("a b://x/", "a b://x", True),
        ("https://x", "a b://x", False),
    ],
)
def test_addresses_compare_without_their_spelling(one: str, other: str, same: bool) -> None:
    assert same_url(one, other) is same


FULL = """apiVersion: v1
generated: "2020-01-02T03:04:05.5+02:00"
repositories:
- caFile: ca
  certFile: cert
  insecure_skip_tls_verify: true
  keyFile: key
  name: a
  pass_credentials_all: true
  password: p
  url: https://x
  username: u
"""


def test_files_go_around(tmp_path: Path) -> None:
    path = tmp_path / "deep/er/repositories.yaml"
    with pytest.raises(FileNotFoundError):
        read(str(path))
    file = RepositoryFile()
    file.write(str(path))
    assert path.read_text() == 'apiVersion: ""\ngenerated: "0001-01-01T00:00:00Z"\nrepositories: []\n'
    path.write_text(FULL)
    path.chmod(0o644)
    file = read(str(path))
    assert file.problem == ""
    one = Repository(
        name="a",
        url="https://x",
        username="u",
        password="p",  # noqa: S106
        cert_file="cert",
        key_file="key",
        ca_file="ca",
        insecure=True,
        pass_credentials=True,
    )
    assert file.get("a") == one
    assert file.get("b") is None
    file.write(str(path))
    assert path.read_text() == FULL
    assert path.stat().st_mode & 0o777 == 0o600
    file.put(one.replace(url="https://y"))
    file.put(one.replace(name="b"))
    assert [(one.name, one.url) for one in file.repositories] == [("a", "https://y"), ("b", "https://x")]
    assert file.remove("a")
    assert not file.remove("a")
    assert [one.name for one in file.repositories] == ["b"]


def test_links_stay_links(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "repositories.yaml").symlink_to("real/r.yaml")
    RepositoryFile().write(str(tmp_path / "repositories.yaml"))
    assert (tmp_path / "repositories.yaml").is_symlink()
    assert (tmp_path / "real/r.yaml").read_text().startswith("apiVersion")


def test_passwords_are_not_shown() -> None:
    assert "secret" not in repr(Repository(name="a", url="https://u:secret@x", password="secret"))  # noqa: S106


JSON = "error unmarshaling JSON: while decoding JSON: "


@pytest.mark.parametrize(
    ("text", "problem", "names"),
    [
        ("repositories: [{name: 1.50}, {NAME: true, foo: 1}, null]", "", ["1.5", "true", ""]),
        ("Repositories: [{name: a}]", "", ["a"]),
        (
            "repositories: [{name: a, caFile: [1]}]",
            f"{JSON}json: cannot unmarshal array into Go struct field Entry.repositories.caFile of type str",
            ["a"],
        ),
        ("generated: x\nrepositories: [{name: a}]", f'{JSON}parsing time "x" as', []),
        ("[", "error converting YAML to JSON: yaml: line 1:", []),
        ("- a", f"{JSON}json: cannot unmarshal array into Go value of type repo.File", []),
    ],
)
def test_broken_files(text: str, problem: str, names: list[str]) -> None:
    file = decode(text.encode())
    assert file.problem.startswith(problem)
    assert bool(file.problem) is bool(problem)
    assert [one.name for one in file.repositories] == names
