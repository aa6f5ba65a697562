from __future__ import annotations

import io
import tarfile
from pathlib import Path
from typing import Any

import pytest

from hivehelm.actions.lint import LintOptions, lint, subcharts
from hivehelm.render.capabilities import parse_kube_version

CHART = "apiVersion: v2\nname: web\nversion: 1.0.0\nicon: https://a.b/c.png\n"
NAMED = "kind: ConfigMap\nmetadata: {name: a}\n"


def write(top: Path, files: dict[str, str]) -> str:
    for name, text in {"Chart.yaml": CHART, "templates/a.yaml": NAMED, **files}.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return str(top)


def pack(path: Path, files: dict[str, str]) -> str:
    with tarfile.open(path, "w:gz") as archive:
        for name, text in files.items():
            entry = tarfile.TarInfo(f"web/{name}")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    return str(path)


def test_archives_are_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "place"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    files = {
        "Chart.yaml": CHART,
        "templates/a.yaml": NAMED,
        "charts/x/Chart.yaml": "name: x\nversion: 1.0.0\n",
    }
    result = lint([pack(tmp_path / "web.tgz", files), pack(tmp_path / "web.tar.gz", files)])
    assert result.linted == 2
    problems = [message for message in result.messages if message.severity > 1]
    assert len(problems) == 2
    assert problems[0].path.startswith(f"{place}/helm-lint")
    assert problems[0].path.endswith("/web")
    assert problems[0].text == "chart metadata is missing these dependencies: x"
    assert list(place.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("nothing.tgz", "unable to open tarball: open {}: no such file or directory"),
        ("directory.tgz", "unable to extract tarball: read {}: is a directory"),
        ("text.tgz", "unable to extract tarball: gzip: invalid header"),
        (
            "nothing",
            "unable to check Chart.yaml file in chart: stat {}/Chart.yaml: no such file or directory",
        ),
        ("text.txt", "unable to check Chart.yaml file in chart: stat {}/Chart.yaml: not a directory"),
    ],
)
def test_what_is_no_chart(name: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "directory.tgz").mkdir()
    for file in ("text.tgz", "text.txt"):
        (tmp_path / file).write_text("this is text, and no chart")
    path = str(tmp_path / name)
    result = lint([path])
    assert result.errors == [told.format(path)]
    assert (result.linted, result.messages, result.is_clean) == (0, [], False)


def test_temporary_directories_that_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "gone"))
    problem = f"stat {tmp_path}/gone: no such file or directory"
    assert lint(["a.tgz"]).errors == [f"unable to create temp dir to extract tarball: {problem}"]
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "file"))
    (error,) = lint(["a.tgz"]).errors
    assert error.startswith(f"unable to create temp dir to extract tarball: mkdir {tmp_path}/file/helm-lint")
    assert error.endswith(": not a directory")


def test_strict_counts_warnings(tmp_path: Path) -> None:
    path = write(tmp_path, {"values.yaml": "", "templates/a.yaml": "kind: a\nmetadata: {name: A}\n"})
    lenient = lint([path])
    assert lenient.errors == []
    assert not lenient.is_clean
    (warning,) = lint([path], options=LintOptions(strict=True)).errors
    assert warning == lenient.messages[0].text


def test_information_is_clean(tmp_path: Path) -> None:
    result = lint([write(tmp_path, {})], options=LintOptions(strict=True))
    assert [str(message) for message in result.messages] == ["[INFO] values.yaml: file does not exist"]
    assert result.is_clean


def test_templates_see_the_release_and_the_version(tmp_path: Path) -> None:
    text = '{{ fail (printf "%s %v" (toJson .Release) .Capabilities.KubeVersion.Version) }}'
    said: list[Any] = []
    options = LintOptions(
        namespace="there",
        kube_version=parse_kube_version("1.30"),
        log=lambda level, _message, **more: said.append((level, more)),
    )
    lint([write(tmp_path, {"templates/a.yaml": text})], options=options)
    release = (
        '{"IsInstall":false,"IsUpgrade":false,"Name":"test-release","Namespace":"there",'
        '"Revision":0,"Service":"Helm"}'
    )
    assert ("INFO", {"message": f"{release} v1.30"}) in said


def test_schemas_can_be_skipped(tmp_path: Path) -> None:
    path = write(tmp_path, {"values.yaml": "a: x\n", "values.schema.json": '{"required": ["b"]}'})
    told = [message.path for message in lint([path]).messages]
    assert told == ["values.yaml", "templates/"]
    assert lint([path], {"b": 1}).messages == []
    assert lint([path], options=LintOptions(skip_schema_validation=True)).messages == []


def test_a_users_tables_take_in_defaults(tmp_path: Path) -> None:
    """As in Helm: the next chart sees them."""
    path = write(tmp_path, {"values.yaml": "a: {b: 1, c: 2}\nd: 3\n"})
    values: dict[str, Any] = {"a": {"b": 5}}
    said: list[str] = []
    lint([path], values, LintOptions(log=lambda _level, message, **_: said.append(message)))
    assert values == {"a": {"b": 5, "c": 2}}
    lint([path], {"a": 1}, LintOptions(log=lambda _level, message, **_: said.append(message)))
    assert "warning: cannot overwrite table with non table for a (map[b:1 c:2])" in said


def test_subcharts_in_the_order_of_their_paths(tmp_path: Path) -> None:
    write(tmp_path, {"charts/b/Chart.yaml": "", "charts/b/charts/c/Chart.yaml": "", "charts/a.txt": ""})
    write(tmp_path, {"charts/a.tgz": "", "charts/B/d.tar.gz": "", "charts/z.tgz/Chart.yaml/x": ""})
    (tmp_path / "charts" / "link").symlink_to("b")
    top = f"{tmp_path}/charts"
    assert list(subcharts(f"{tmp_path}/")) == [
        f"{top}/B/d.tar.gz",
        f"{top}/a.tgz",
        f"{top}/b",
        f"{top}/b/charts/c",
        f"{top}/z.tgz",
        f"{top}/z.tgz",
    ]
    assert list(subcharts(str(tmp_path / "nothing"))) == []


def test_a_linked_charts_directory_is_not_walked(tmp_path: Path) -> None:
    write(tmp_path, {"real/b/Chart.yaml": ""})
    (tmp_path / "charts").symlink_to("real")
    assert list(subcharts(str(tmp_path))) == []


def test_directories_that_cannot_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"charts/b.tgz/x": ""})

    def refuse(_path: str) -> list[str]:
        raise PermissionError

    monkeypatch.setattr("os.listdir", refuse)
    assert list(subcharts(str(tmp_path))) == []
