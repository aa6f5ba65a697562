# ruff: noqa: E501, S106
from __future__ import annotations

import base64
import json
import os
from pathlib import Path

import pytest

from hivehelm.sources.oci.configfile import ConfigFile
from hivehelm.sources.oci.credential import NOBODY, Credential
from hivehelm.sources.oci.errors import RegistryConfigError


def config(path: Path, text: str) -> ConfigFile:
    file = path / "config.json"
    file.write_text(text)
    return ConfigFile(str(file))


def test_a_file_that_is_not_there_is_empty(tmp_path: Path) -> None:
    found = ConfigFile(str(tmp_path / "none.json"))
    assert not found.speaks_of_credentials()
    assert found.get("x") is NOBODY


@pytest.mark.parametrize("text", ["", " \n", "null", "{}", '{"auths": null, "credsStore": null, "x": 1}'])
def test_files_that_say_nothing(tmp_path: Path, text: str) -> None:
    assert not config(tmp_path, text).speaks_of_credentials()


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        ('{"auth": "Ym9iOnMzYzpyZXQ="}', Credential(username="bob", password="s3c:ret")),
        ('{"username": "bob", "Password": "p"}', Credential(username="bob", password="p")),
        ('{"identitytoken": "i", "registrytoken": "r"}', Credential(refresh_token="i", access_token="r")),
        ('{"auth": null, "other": 5}', NOBODY),
        ("null", NOBODY),
    ],
)
def test_entries(tmp_path: Path, entry: str, found: Credential) -> None:
    assert config(tmp_path, f'{{"auths": {{"h": {entry}}}}}').get("h") == found


def test_entries_of_old_have_schemes_and_paths(tmp_path: Path) -> None:
    found = config(
        tmp_path, '{"auths": {"x": {}, "https://h:1/v1/": {"username": "a"}, "http://g": {"username": "b"}}}'
    )
    assert found.get("h:1").username == "a"
    assert found.get("g").username == "b"
    assert found.get("h") is NOBODY


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("x", "invalid character 'x' looking for beginning of value"),
        ("[]", "json: cannot unmarshal array into Go value of type map[string]json.RawMessage"),
    ],
)
def test_files_that_are_none(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(RegistryConfigError) as caught:
        config(tmp_path, text)
    path = tmp_path / "config.json"
    assert str(caught.value) == f"failed to decode config file {path}: invalid config format: {problem}"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"credsStore": 5}', "creds store field: invalid config format: json: cannot unmarshal number into Go value of type string"),
        ('{"credHelpers": []}', "cred helpers field: invalid config format: json: cannot unmarshal array into Go value of type map[string]string"),
        ('{"credHelpers": {"a": {}}}', "cred helpers field: invalid config format: json: cannot unmarshal object into Go value of type string"),
        ('{"auths": "x"}', "auths field: invalid config format: json: cannot unmarshal string into Go value of type map[string]json.RawMessage"),
    ],
)  # fmt: skip
def test_fields_that_are_none(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(RegistryConfigError) as caught:
        config(tmp_path, text)
    assert str(caught.value) == f"failed to unmarshal {problem}"


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("[]", "failed to unmarshal auth field: invalid config format: json: cannot unmarshal array into Go value of type config.AuthConfig"),
        ('{"auth": 5}', "failed to unmarshal auth field: invalid config format: json: cannot unmarshal number into Go struct field AuthConfig.auth of type string"),
        ('{"auth": "!"}', "failed to decode auth field: invalid config format: illegal base64 data at input byte 0"),
        ('{"auth": "c2VjcmV0"}', "failed to decode auth field: invalid config format: auth does not conform the base64(username:password) format"),
    ],
)  # fmt: skip
def test_entries_that_are_none_keep_their_secrets(tmp_path: Path, entry: str, problem: str) -> None:
    found = config(tmp_path, f'{{"auths": {{"h": {entry}}}}}')
    with pytest.raises(RegistryConfigError) as caught:
        found.get("h")
    assert str(caught.value) == problem
    assert "secret" not in str(caught.value)


def test_what_is_besides_stays_to_the_letter(tmp_path: Path) -> None:
    found = config(
        tmp_path, '{"z": [1.50, "\\u00e9"], "credsStore": "", "auths": {"b": {"auth": ""}}, "a": {}} x'
    )
    found.put("a", Credential(username="bob", password="s"))
    path = tmp_path / "config.json"
    auth = base64.b64encode(b"bob:s").decode()
    content = {"a": {}, "auths": {"a": {"auth": auth}, "b": {"auth": ""}}, "z": [1.5, "\u00e9"]}
    wanted = json.dumps(content, indent="\t").replace("1.5", "1.50")
    assert path.read_text() == wanted
    assert path.stat().st_mode & 0o777 == 0o600
    found.keep_store("pass")
    found.delete("nosuch")
    found.delete("b")
    again = ConfigFile(str(path))
    assert (again.store, again.get("a").password, again.get("b")) == ("pass", "s", NOBODY)
    assert [one.name for one in tmp_path.iterdir()] == ["config.json"]


def test_tokens_are_kept(tmp_path: Path) -> None:
    found = ConfigFile(str(tmp_path / "config.json"))
    token = Credential(refresh_token="i", access_token="r")
    found.put("h", token)
    assert ConfigFile(found.path).get("h") == token
    with pytest.raises(
        RegistryConfigError, match=r"bad credential format: colons\(:\) are not allowed in username"
    ):
        found.put("h", Credential(username="a:b", password="c"))


def test_directories_are_private(tmp_path: Path) -> None:
    os.umask(0o022)
    path = tmp_path / "a" / "b" / "config.json"
    ConfigFile(str(path)).put("h", Credential(username="a", password="b"))
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("a", "a/b")] == [0o700, 0o700]


def test_what_cannot_be_written_or_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    one = Credential(username="a", password="b")
    found = ConfigFile(str(tmp_path / "none"))
    found.path = str(tmp_path / "file" / "x" / "config.json")
    with pytest.raises(
        RegistryConfigError, match=r"failed to make directory .*/file/x: mkdir .*/file: not a directory"
    ):
        found.put("h", one)
    with pytest.raises(
        RegistryConfigError, match=r"failed to decode config file .*: read .*: is a directory"
    ):
        ConfigFile(str(tmp_path))
    with pytest.raises(
        RegistryConfigError, match=r"failed to open config file at .*: open .*: not a directory"
    ):
        ConfigFile(str(tmp_path / "file" / "x"))
    (tmp_path / "taken" / "config.json").mkdir(parents=True)
    found.path = str(tmp_path / "taken" / "config.json")
    with pytest.raises(RegistryConfigError, match=r"failed to save config file: rename .*: is a directory"):
        found.put("h", one)
    assert [path.name for path in (tmp_path / "taken").iterdir()] == ["config.json"]
    monkeypatch.setattr(os, "open", lambda *_: (_ for _ in ()).throw(PermissionError(13, "x")))
    with pytest.raises(
        RegistryConfigError, match=r"failed to create ingest file: open .*: permission denied"
    ):
        found.put("h", one)
