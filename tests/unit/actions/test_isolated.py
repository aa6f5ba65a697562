from __future__ import annotations

import io
import json
import sys
import tarfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import hivehelm
from hivehelm.actions.isolated import (
    IsolatedError,
    IsolationOptions,
    IsolationTimeoutError,
    WorkerError,
    render_isolated,
)
from hivehelm.actions.isolatedwire import WireError, frame, pack_values, text, texts, unframe, unpack_values
from hivehelm.golang.kinds import Int64
from hivehelm.limits import Limits, MemoryLimitError, OutputLimitError, TimeLimitError

FILES = {
    "Chart.yaml": 'apiVersion: v2\nname: c\nversion: 0.1.0\nappVersion: "7"\n',
    "values.yaml": "a: 1\n",
    "crds/crd.yaml": "kind: CustomResourceDefinition\n",
    "templates/NOTES.txt": "Is {{ .Release.Name }}\u00e9.",
    "templates/hook.yaml": "kind: Job\nmetadata:\n  name: h\n"
    "  annotations: {helm.sh/hook: 'pre-install,test', helm.sh/hook-weight: '3'}\n",
    "templates/map.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n"
    "  annotations: {a: b}\ndata: {a: {{ .Values.a | quote }}, type: {{ typeOf .Values.a }}}\n",
}


def make(directory: Path, **files: str) -> Path:
    for name, content in {
        **FILES,
        **{f"templates/{key}.yaml": value for key, value in files.items()},
    }.items():
        path = directory / "c" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return directory / "c"


def limited(**limits: Any) -> IsolationOptions:
    return IsolationOptions(limits=Limits(**limits))


def test_it_is_what_rendering_gives(tmp_path: Path) -> None:
    chart = make(tmp_path)
    rendered = render_isolated(chart, {"a": Int64(2)})
    plan = hivehelm.template(hivehelm.load(chart), {"a": Int64(2)})
    assert rendered.manifest(include_crds=True) == plan.manifest(include_crds=True)
    assert list(rendered.manifests) == plan.manifests
    assert list(rendered.hooks) == plan.hooks
    assert (rendered.name, rendered.version, rendered.app_version) == ("c", "0.1.0", "7")
    assert rendered.notes == plan.notes == "Is release-name\u00e9."
    assert "type: int64" in rendered.manifest()


def test_an_archive(tmp_path: Path) -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        archive.add(make(tmp_path), "c")
    assert render_isolated(file.getvalue()).name == "c"


def test_options_reach_the_templates(tmp_path: Path) -> None:
    chart = make(
        tmp_path, more="a: {{ .Capabilities.KubeVersion }} {{ .Capabilities.APIVersions.Has `x/v1` }}"
    )
    options = IsolationOptions(
        release=hivehelm.ReleaseOptions(name="web"),
        kube_version="1.30",
        api_versions=("x/v1",),
        cache_directory=str(tmp_path / "cache"),
    )
    rendered = render_isolated(chart, options=options)
    assert "a: v1.30 true" in rendered.manifest()
    assert rendered.notes == "Is web\u00e9."
    assert any((tmp_path / "cache").iterdir())


def test_what_is_wrong_with_a_chart_is_said(tmp_path: Path) -> None:
    with pytest.raises(IsolatedError) as caught:
        render_isolated(make(tmp_path, bad="{{ fail `no` }}"))
    assert (caught.value.kind, str(caught.value)) == (
        "RenderError",
        "execution error at (c/templates/bad.yaml:1:3): no",
    )
    with pytest.raises(IsolatedError) as caught:
        render_isolated(tmp_path / "nowhere")
    assert caught.value.kind == "ChartError"


def test_warnings_are_kept(tmp_path: Path) -> None:
    chart = make(tmp_path)
    (chart / "templates" / "link.yaml").symlink_to("map.yaml")
    assert "found symbolic link" in render_isolated(chart).warnings[0]


@pytest.mark.parametrize(
    ("template", "limits", "error"),
    [
        ("{{ range 1000000000 }}{{ end }}", {"seconds": 0.3}, TimeLimitError),
        ("{{ range 1000000000 }}x{{ end }}", {"memory": 64 << 20}, MemoryLimitError),
        ("{{ repeat 1000000 `x` }}", {"output": 1000}, OutputLimitError),
    ],
)
def test_limits(
    tmp_path: Path, template: str, limits: dict[str, float], error: type[hivehelm.HivehelmError]
) -> None:
    with pytest.raises(error):
        render_isolated(make(tmp_path, bomb=template), options=limited(**limits))


def test_what_is_not_over_in_time_is_killed(tmp_path: Path) -> None:
    chart = make(tmp_path, bomb="{{ range 1000000000 }}{{ end }}")
    with pytest.raises(IsolationTimeoutError, match=r"^the chart is not rendered after 0\.3s$"):
        render_isolated(chart, options=IsolationOptions(timeout=0.3, limits=Limits()))


@pytest.mark.parametrize("reference", ["http://127.0.0.1:9/x", "file:///etc/passwd"])
def test_schemas_fetch_nothing(tmp_path: Path, reference: str) -> None:
    chart = make(tmp_path)
    (chart / "values.schema.json").write_text(json.dumps({"$ref": reference}))
    with pytest.raises(IsolatedError) as caught:
        render_isolated(chart)
    assert caught.value.kind == "SchemaError"
    assert "root:" not in str(caught.value)


def test_many_threads(tmp_path: Path) -> None:
    chart = make(tmp_path)
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda number: render_isolated(chart, {"a": number}), range(8)))
    assert [f'a: "{number}"' in result.manifest() for number, result in enumerate(results)] == [True] * 8


def test_values_that_cannot_be_sent() -> None:
    deep: dict[str, Any] = {}
    deep["a"] = deep
    with pytest.raises(IsolatedError, match="values cannot be sent"):
        render_isolated("c", deep)
    with pytest.raises(IsolatedError, match="values cannot be sent"):
        render_isolated("c", {"a": object()})


def script(directory: Path, body: str) -> IsolationOptions:
    path = directory / "python"
    path.write_text(f"#!{sys.executable}\nimport os, sys, time\n{body}\n")
    path.chmod(0o755)
    return IsolationOptions(
        python=str(path), timeout=60, limits=Limits(output=1000, memory=50 << 20, seconds=9)
    )


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("sys.exit(3)", "exit code 3"),
        ("os.kill(os.getpid(), 11)", "signal 11"),
        ("os.write(1, b'abc')", "ends too soon"),
        ("os.write(1, bytes(7) + b'\\x02{]')", "malformed"),
        ("os.write(1, bytes(7) + b'\\x02[]')", "no object"),
        ("os.write(1, bytes(7) + b'\\x02{}')", "malformed"),
        ('os.write(1, bytes(7) + b\'\\x0e{"limit": "x"}\')', "unknown limit"),
        ("os.write(1, bytes(7) + b'\\x0c{\"limit\": 1}')", "int for a text"),
    ],
)
def test_what_comes_back_is_not_trusted(tmp_path: Path, body: str, problem: str) -> None:
    with pytest.raises(WorkerError, match=problem):
        render_isolated(b"", options=script(tmp_path, body))


def test_a_process_that_says_nothing_and_does_not_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hivehelm.actions.isolated._ENDING", 0.01)
    with pytest.raises(WorkerError, match="signal 9"):
        render_isolated(b"", options=script(tmp_path, "os.close(0); os.close(1); time.sleep(60)"))


def test_answers_without_an_end(tmp_path: Path) -> None:
    with pytest.raises(OutputLimitError):
        render_isolated(b"", options=script(tmp_path, "while True: os.write(1, bytes(100000))"))


def test_memory_is_watched_from_outside(tmp_path: Path) -> None:
    with pytest.raises(MemoryLimitError):
        render_isolated(b"", options=script(tmp_path, "x = bytes(range(256)) * (1 << 20); time.sleep(60)"))


def test_processor_time_is_watched_by_the_system(tmp_path: Path) -> None:
    with pytest.raises(TimeLimitError):
        render_isolated(b"", options=script(tmp_path, "os.kill(os.getpid(), 24)"))


def test_frames() -> None:
    value = {"a": ["\ud800\udcff\u00e9", 1, 2.0, None, True]}
    assert unframe(frame(value, b"more")) == (value, b"more")
    assert unpack_values(pack_values({"a": (Int64(1), 2, {"b": 1.5})})) == {"a": [1, 2, {"b": 1.5}]}
    assert type(unpack_values(pack_values([Int64(1)]))[0]) is Int64
    assert text("a") == "a"
    assert texts(["a"]) == ("a",)
    with pytest.raises(WireError):
        text(1)
    with pytest.raises(WireError):
        texts("a")
