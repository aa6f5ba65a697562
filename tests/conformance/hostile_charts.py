"""Charts and values of strangers: a name, the chart's files, further arguments, and a values file."""

from __future__ import annotations

import json

CHART = "apiVersion: v2\nname: c\nversion: 0.1.0\n"
SUBCHART = "apiVersion: v2\nname: s\nversion: 0.1.0\n"


def laughs(count: int = 60, width: int = 9) -> str:
    """Return a billion laughs and more."""
    lines = [f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * width)}]\n" for i in range(1, count)]
    return "a0: &a0 [x,x]\n" + "".join(lines)


def schema(value: object, values: str = "a: 1\n") -> dict[str, str]:
    """Return the files of a chart with a schema."""
    text = value if isinstance(value, str) else json.dumps(value)
    return {"values.schema.json": text, "values.yaml": values}


def _exponential() -> dict[str, object]:
    definitions: dict[str, object] = {
        f"d{i}": {"anyOf": [{"$ref": f"#/definitions/d{i + 1}"}] * 4} for i in range(30)
    }
    return {"$ref": "#/definitions/d0", "definitions": {**definitions, "d30": {"type": "string"}}}


def _aliases(count: int) -> str:
    names = "".join(f"- {{name: s, version: 0.1.0, alias: a{i}}}\n" for i in range(count))
    return f"{CHART}dependencies:\n{names}"


def _imports(count: int) -> str:
    names = "".join(f"  - {{child: a, parent: p{i}}}\n" for i in range(count))
    return f"{CHART}dependencies:\n- name: s\n  version: 0.1.0\n  import-values:\n{names}"


def _merges() -> str:
    lines = [f"x{i}: &x{i}\n  <<: [{','.join([f'*x{i - 1}'] * 9)}]\n" for i in range(1, 30)]
    return "x0: &x0 {k: v}\n" + "".join(lines)


#: The real Helm ends them, too, and ours says the same.
SAME: dict[str, tuple[dict[str, str], list[str], str]] = {
    "values-laughs": ({"values.yaml": laughs()}, [], ""),
    "file-laughs": ({}, ["-f", "v.yaml"], laughs()),
    "merged-laughs": ({}, ["-f", "v.yaml"], _merges()),
    "chart-laughs": ({"Chart.yaml": laughs() + CHART}, [], ""),
    "deep-9999": ({}, ["-f", "v.yaml"], f"a: {'[' * 9999}{']' * 9999}"),
    "deep-million": ({}, ["-f", "v.yaml"], f"a: {'[' * 1_000_000}"),
    "deep-questions": ({}, ["-f", "v.yaml"], "? " * 500_000),
    "deep-dashes": ({}, ["-f", "v.yaml"], "- " * 500_000),
    "long-number": ({}, ["-f", "v.yaml"], f"a: 1e1000000000\nb: 0x{'f' * 100_000}\nc: {'9' * 100_000}\n"),
    "set-index": ({}, ["--set", "a[1000000000]=1"], ""),
    "set-indexes": ({}, ["--set", "a[65536][65536][65536]=1"], ""),
    "set-negative": ({}, ["--set", "a[-1]=1"], ""),
    "set-deep": ({}, ["--set", ".".join(["a"] * 10_000) + "=1"], ""),
    "set-json-deep": ({}, ["--set-json", "a=" + "[" * 20_000], ""),
    "ref-itself": (schema({"$ref": "#"}), [], ""),
    "ref-file": (schema({"$ref": "file:///etc/hostname"}), [], ""),
    "ref-nowhere": (schema({"$ref": "http://127.0.0.1:9/x"}), [], ""),
    "deep-schema": (schema('{"not":' * 100_000), [], ""),
    "evil-pattern": (
        schema({"properties": {"a": {"type": "string", "pattern": "^(a+)+$"}}}, f"a: {'a' * 5000}b\n"),
        [],
        "",
    ),
    "long-version": ({"Chart.yaml": CHART.replace("0.1.0", "0.1.0-" + "1." * 1000 + "1")}, [], ""),
    "long-constraint": ({"Chart.yaml": f'{CHART}kubeVersion: "{">1 || " * 1000}>1"\n'}, [], ""),
    "ignored": ({".helmignore": "*a" * 30 + "b\n", "a" * 200: "x"}, [], ""),
    "charts-in-charts": (
        {"charts/s/" * i + "Chart.yaml": SUBCHART for i in range(1, 40)},
        [],
        "",
    ),
}

#: Ours ends them; the real Helm goes on for long, or follows where it should not.
ENDLESS: dict[str, tuple[dict[str, str], list[str], str]] = {
    "wide": ({}, ["-f", "v.yaml"], f"a: [{'1,' * 2_000_000}]"),
    "alias-charts": (
        {
            "Chart.yaml": _aliases(5000),
            "charts/s/Chart.yaml": SUBCHART,
            "charts/s/values.yaml": "".join(f"k{i}: v\n" for i in range(5000)),
        },
        [],
        "",
    ),
    "imports": (
        {
            "Chart.yaml": _imports(3000),
            "charts/s/Chart.yaml": SUBCHART,
            "charts/s/values.yaml": "a:\n" + "".join(f"  k{i}: v\n" for i in range(3000)),
        },
        [],
        "",
    ),
    "any-of": (schema(_exponential()), [], ""),
    "not-not": (schema('{"not":' * 5000 + "{}" + "}" * 5000), [], ""),
    "ref-device": (schema({"$ref": "file:///dev/zero"}), [], ""),
}
