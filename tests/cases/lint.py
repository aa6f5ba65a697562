"""Small charts, each wrong in its own way, and what Helm 4.3.1's lint says about them: `lint.txt`."""

from __future__ import annotations

import json
from pathlib import Path

GOOD = "apiVersion: v2\nname: {name}\nversion: 1.2.3\nicon: https://example.com/i.png\n"
NAMED = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"

# Chart.yaml alone: what each says, `\n` between lines.
CHART_FILES = {
    "empty": "",
    "null": "null\n",
    "bare": "name: bare\n",
    "list": "- a\n",
    "text": "hello\n",
    "syntax": "name: [\n",
    "tab": "name:\n\tx: 1\n",
    "wrong-kind": "name: {a: 1}\nversion: [1]\n",
    "wrong-kinds-below": "name: a\nversion: 1.0.0\nmaintainers:\n- name: [a]\ndependencies: {a: b}\n",
    "maintainers-text": "name: a\nversion: 1.0.0\nmaintainers: me\n",
    "no-name": "apiVersion: v2\nversion: 1.0.0\n",
    "path-name": "apiVersion: v2\nname: a/b\nversion: 1.0.0\n",
    "dot-name": "apiVersion: v2\nname: ..\nversion: 1.0.0\n",
    "slash-name": "apiVersion: v2\nname: /\nversion: 1.0.0\n",
    "quoted-name": 'apiVersion: v2\nname: "a/\\"b\\""\nversion: 1.0.0\n',
    "no-api": "name: no-api\nversion: 1.0.0\n",
    "bad-api": "apiVersion: v3\nname: bad-api\nversion: 1.0.0\n",
    "number-api": "apiVersion: 2\nname: number-api\nversion: 1.0.0\n",
    "no-version": "apiVersion: v2\nname: no-version\n",
    "bad-version": "apiVersion: v2\nname: bad-version\nversion: one\n",
    "zero-version": "apiVersion: v2\nname: zero-version\nversion: 0.0.0-0\n",
    "zero-release": "apiVersion: v2\nname: zero-release\nversion: 0.0.0\n",
    "zero-build": "apiVersion: v2\nname: zero-build\nversion: v0.0-0+x.y\n",
    "float-version": "apiVersion: v2\nname: float-version\nversion: 1.10\nappVersion: 2.5\n",
    "int-version": "apiVersion: v2\nname: int-version\nversion: 1\nappVersion: 7\n",
    "bool-version": "apiVersion: v2\nname: bool-version\nversion: 1.0.0\nappVersion: yes\n",
    "null-version": "apiVersion: v2\nname: null-version\nversion: null\nappVersion: ~\n",
    "date-version": "apiVersion: v2\nname: date-version\nversion: 1.0.0\nappVersion: 2024-01-01\n",
    "case-version": "apiVersion: v2\nname: case-version\nVersion: 1.5\nAPPVERSION: 3\n",
    "loose-version": "apiVersion: v2\nname: loose-version\nversion: v1.2\n",
    "leading-zero": "apiVersion: v2\nname: leading-zero\nversion: 01.2.3\n",
    "huge-version": "apiVersion: v2\nname: huge-version\nversion: 99999999999999999999.0.0\n",
    "unknown-key": "apiVersion: v2\nname: unknown-key\nversion: 1.0.0\nzeta: 1\nColour: red\n",
    "unknown-below": "apiVersion: v2\nname: unknown-below\nversion: 1.0.0\nmaintainers: [{name: a, x: 1}]\n",
    "unknown-quoted": 'apiVersion: v2\nname: unknown-quoted\nversion: 1.0.0\n"a\\tb": 1\n',
    "twice": "apiVersion: v2\nname: twice\nname: again\nversion: 1.0.0\nversion: 1.0.1\n",
    "annotated": "apiVersion: v2\nname: annotated\nversion: 1.0.0\nannotations: {a: 1, b: true, c: x}\n",
    "annotated-deep": "apiVersion: v2\nname: annotated-deep\nversion: 1.0.0\nannotations: {a: {b: c}}\n",
    "no-maintainer": "apiVersion: v2\nname: no-maintainer\nversion: 1.0.0\nmaintainers: [null]\n",
    "nameless": "apiVersion: v2\nname: nameless\nversion: 1.0.0\nmaintainers: [{email: a@example.com}]\n",
    "bad-email": "apiVersion: v2\nname: bad-email\nversion: 1.0.0\nmaintainers: [{name: a, email: nobody}]\n",
    "bad-home": "apiVersion: v2\nname: bad-home\nversion: 1.0.0\nmaintainers: [{name: a, url: 'no where'}]\n",
    "bad-source": "apiVersion: v2\nname: bad-source\nversion: 1.0.0\nsources: [https://a.b/c, example.com]\n",
    "empty-source": "apiVersion: v2\nname: empty-source\nversion: 1.0.0\nsources: ['']\n",
    "bad-icon": "apiVersion: v2\nname: bad-icon\nversion: 1.0.0\nicon: icon.png\n",
    "odd-icon": "apiVersion: v2\nname: odd-icon\nversion: 1.0.0\nicon: 'https://a b/%zz'\n",
    "v1-type": "apiVersion: v1\nname: v1-type\nversion: 1.0.0\ntype: application\n",
    "v1-needs": "apiVersion: v1\nname: v1-needs\nversion: 1.0.0\ndependencies: [{name: a, version: 1.0.0}]\n",
    "bad-type": "apiVersion: v2\nname: bad-type\nversion: 1.0.0\ntype: service\n",
    "deprecated": "apiVersion: v2\nname: deprecated\nversion: 1.0.0\ndeprecated: true\n",
    "missing-need": "apiVersion: v2\nname: missing-need\nversion: 1.0.0\ndependencies:\n"
    "- {name: x, version: 1.0.0}\n- {name: y, version: 1.0.0, alias: z}\n",
    "same-need": "apiVersion: v2\nname: same-need\nversion: 1.0.0\ndependencies:\n"
    "- {name: x, version: 1.0.0}\n- {name: x, version: 1.0.0}\n",
    "null-need": "apiVersion: v2\nname: null-need\nversion: 1.0.0\ndependencies: [null]\n",
    "bad-alias": "apiVersion: v2\nname: bad-alias\nversion: 1.0.0\ndependencies: [{name: x, alias: 'a b'}]\n",
    "kube-version": "apiVersion: v2\nname: kube-version\nversion: 1.0.0\nkubeVersion: '>= 99'\n",
}

# What one template, templates/a.yaml, consists of.
TEMPLATES = {
    "fine": NAMED,
    "blank": "\n \n\t\n",
    "indented": "\n\n  apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: a}\n",
    "tabbed": "\tapiVersion: v1\n",
    "indented-return": "  a: 1\r\n",
    "comment-first": "# a\n  b: 1\n",
    "unparsable": "a: {{ if }}\n",
    "unclosed": "a: {{ .Values.x\n",
    "no-function": "a: {{ nothing 1 }}\n",
    "nil-pointer": "a: {{ .Values.b.c }}\n",
    "failing": NAMED + 'x: {{ fail "no\\nluck" }}\n',
    "required": NAMED + 'x: {{ required "give me x" .Values.x }}{{ required "y?" "" }}\n',
    "lookup": NAMED + 'x: {{ lookup "v1" "Pod" "a" "b" | toJson }}{{ getHostByName "localhost" }}\n',
    "release": NAMED + "x: {{ toJson .Release }}\ny: {{ .Capabilities.KubeVersion }}\n",
    "bad-yaml": "kind: ConfigMap\nmetadata: {name: x\n",
    "bad-yaml-second": NAMED + "---\na: b: c\n---\nmetadata: {name: B}\n",
    "separator": NAMED + "--- x\na: 1\n",
    "separator-first": "--- x\na: 1\n",
    "separator-comment": NAMED + "---   # next\n" + NAMED + "---\n---\n",
    "dashes": NAMED + "----\na: 1\n",
    "text": "just text\n",
    "number": "12\n",
    "boolean": "true\n",
    "list": "- a\n- b\n",
    "null": "null\n",
    "kind-map": "kind: {a: b}\nmetadata: {name: a}\n",
    "kind-number": "apiVersion: 1.0\nkind: 12\nmetadata: {name: 1.50}\n",
    "kind-null": "apiVersion: null\nkind: ~\nmetadata: {name: null}\n",
    "metadata-text": "kind: a\nmetadata: text\n",
    "metadata-null": "kind: a\nmetadata: null\n",
    "name-list": "kind: a\nmetadata: {name: [a]}\n",
    "namespace-map": "kind: a\nmetadata: {namespace: {a: b}, name: a}\n",
    "any-case": "KIND: Service\nMetaData: {NAME: -a}\n",
    "several-wrong": "apiVersion: {}\nkind: []\nmetadata: {name: {}}\n",
    "duplicate": "kind: A\nkind: B\nmetadata: {name: a, name: B}\n",
    "no-metadata": "kind: Pod\n",
    "anchors": "kind: &k Pod\nmetadata: &m {name: a_b}\nmore: *m\n",
    "alias-unknown": "kind: *nope\n",
    "key-map": "{a: b}: c\n",
    "key-number": "1: a\n2.5: b\ntrue: c\nmetadata: {name: a}\n",
    "infinite": "a: .inf\n",
    "control": "a: \x01\n",
    "byte-order-mark": "\ufeff" + NAMED,
    "tag": "a: !!int x\n",
    "json": '{"kind": "Service", "metadata": {"name": "1a"}}\n',
    "json-two": '{"kind": "A", "metadata": {"name": "A"}}\n{"kind": "B", "metadata": {"name": "B"}}\n',
    "json-three": '{"metadata":{"name":"A"}} {"metadata":{"name":"B"}} {"metadata":{"name":"C"}}',
    "json-documents": '{"metadata":{"name":"A"}}\n---\n{"metadata":{"name":"B"}}\n---\nmetadata: {name: C}\n',
    "json-unfinished": '{"kind": "A", "metadata": {\n',
    "json-garbage": '{"metadata":{"name":"A"}}\nmetadata: {name: B}\n',
    "json-garbage-same-line": '{"metadata":{"name":"A"}} metadata: {name: B}\n',
    "json-two-garbage": '{"metadata":{"name":"A"}}\n{"metadata":{"name":"B"}}\n---\nkind: x\n',
    "json-short": '{"metadata":{"name":"A"}}\nab',
    "json-short-yaml": '{"metadata":{"name":"A"}}\na: 1',
    "json-number": '{"kind": 12, "metadata": {"name": "A"}}\n',
    "json-wrong": '{"kind": {}, "metadata": {"name": "A"}}\n',
    "json-wrong-later": '{"kind":"a","metadata":{"name":"a"}}{"metadata":[],"kind":{}}\n',
    "json-wrong-third": '{"metadata":{"name":"a"}}{"metadata":{"name":"a"}}{"metadata":[]}\n',
    "json-list": '{"metadata":{"name":"a"}}\n[1]\n',
    "json-text": '{"metadata":{"name":"a"}}\n"x"\n',
    "json-literal": '{"a": trux}\n',
    "json-cut": '{"a": tru',
    "json-accents": '{"é": "ü", "kind": x}\n',
    "json-letter": '{"metadata":{"name":"a"}}\n\n\né: x\n',
    "json-invalid": '{"metadata":{"name":"a"}} \ufffd: x\n',
    "flow": "{kind: Service, metadata: {name: 1a}}\n",
    "flow-broken": "{kind: Service, metadata: {name: 1a}\n",
    "far-brace": "\n" * 5000 + '{"kind": "A", "metadata": {"name": "A"}} {}\n',
    "unmatched": "kind: Deployment\nmetadata: {name: a}\n",
    "matched": "kind: DaemonSet\nmetadata: {name: a}\nx: matchExpressions\n",
    "unmatched-two": "kind: StatefulSet\nmetadata: {name: 'a\"b'}\n---\n"
    "kind: ReplicaSet\nmetadata: {name: c}\n",
    "items": "kind: List\nmetadata: {name: a}\nitems:\n"
    "- metadata: {annotations: {helm.sh/resource-policy: keep}}\n",
    "items-plain": "kind: List\nmetadata: {name: a}\nitems:\n"
    "- metadata: {annotations: {a: 1, b: true}}\n- null\n- {}\n",
    "items-text": "kind: List\nmetadata: {name: a}\nitems: text\n",
    "items-texts": "kind: List\nmetadata: {name: a}\nitems: [text]\n",
    "items-metadata": "kind: List\nmetadata: {name: a}\nitems: [{metadata: 1}]\n",
    "items-annotations": "kind: List\nmetadata: {name: a}\nitems: [{metadata: {annotations: []}}]\n",
    "items-annotation": "kind: List\nmetadata: {name: a}\nitems: [{metadata: {annotations: {a: [1]}}}]\n",
    "items-behind": NAMED + "---\nkind: List\nmetadata: {name: a}\nitems: 1\n",
    "items-behind-list": "- a\n---\nkind: List\n",
    "long-line": "  " + "a" * 70_000 + ": 1\n",
    "long-line-later": "a: 1\n  " + "a" * 70_000 + ": 1\n",
    "define": '{{ define "x" }}kind: A{{ end }}\n',
    "zero-width": "\u200bkind: Pod\n",
}

# Names by kind: what Kubernetes says about them.
NAMES = [
    *(
        (kind, name)
        for kind in ("Pod", "service", "Namespace", "Role")
        for name in ("a.b", "A", "", "1a", "a-")
    ),
    ("Service", "a-1"),
    ("ClusterRoleBinding", "system:a/b%c"),
    ("clusterrole", "."),
    ("RoleBinding", ".."),
    ("ServiceAccount", "a..b"),
    ("CertificateSigningRequest", "Any thing?"),
    ("Anything", "a_b"),
    ("Pod", "x" * 254),
    ("Pod", "X" * 254),
    ("Namespace", "a" * 64),
    ("Namespace", "a." * 40 + "b"),
    ("Service", "A" * 64),
    ("Pod", 'qu"ote\\d'),
    ("Pod", "é" * 127),
]


def objects(pairs: list[tuple[str, str]]) -> str:
    """Return documents, one for each pair of a kind and a name."""
    return "".join(f"---\nkind: {kind}\nmetadata: {{name: {json.dumps(name)}}}\n" for kind, name in pairs)


# Whole charts: files besides Chart.yaml; a name that ends in / is an empty directory.
CHARTS = {
    "plain": {"values.yaml": "a: 1\n", "templates/a.yaml": NAMED},
    "names": {"templates/a.yaml": objects(NAMES)},
    "no-templates": {"values.yaml": ""},
    "templates-file": {"templates": "x"},
    "empty-templates": {"templates/": ""},
    "extensions": {
        f"templates/{name}": NAMED for name in ("a.yml", "b.YAML", "c.json", "d", "e.tpl", "f.yaml.bak")
    }
    | {
        "templates/.hidden": "",
        "templates/sub.d/g": "x",
        "templates/NOTES.txt": "hi",
        "templates/_p.yaml": " x",
    },
    "values-list": {"values.yaml": "- a\n"},
    "values-text": {"values.yaml": "a\n"},
    "values-number": {"values.yaml": "1\n"},
    "values-null": {"values.yaml": "null\n", "templates/a.yaml": NAMED},
    "values-broken": {"values.yaml": "a: b: c\n", "templates/a.yaml": NAMED},
    "values-directory": {"values.yaml/": "", "templates/a.yaml": NAMED},
    "values-documents": {
        "values.yaml": "a: 1\n---\na: 2\n",
        "templates/a.yaml": NAMED + "x: {{ .Values.a }}\n",
    },
    "values-second-broken": {"values.yaml": "a: 1\n---\n- a\n", "templates/a.yaml": NAMED},
    "values-twice": {"values.yaml": "a: 1\na: 2\n", "templates/a.yaml": NAMED},
    "schema": {
        "values.yaml": "a: text\nnested: {b: 1}\n",
        "values.schema.json": '{"type": "object", "properties": {"a": {"type": "integer"}},'
        ' "required": ["z"]}\n',
        "templates/a.yaml": NAMED,
    },
    "schema-broken": {"values.yaml": "a: 1\n", "values.schema.json": "{", "templates/a.yaml": NAMED},
    "schema-wrong": {
        "values.yaml": "a: 1\n",
        "values.schema.json": '{"type": "nope"}',
        "templates/a.yaml": NAMED,
    },
    "schema-empty": {"values.yaml": "a: 1\n", "values.schema.json": "", "templates/a.yaml": NAMED},
    "schema-alone": {"values.schema.json": '{"required": ["a"]}', "templates/a.yaml": NAMED},
    "schema-directory": {"values.yaml": "", "values.schema.json/": "", "templates/a.yaml": NAMED},
    "schema-urn": {
        "values.yaml": "a: 1\n",
        "values.schema.json": '{"$ref": "urn:x:y"}',
        "templates/a.yaml": NAMED,
    },
    "crds-file": {"crds": "x", "templates/a.yaml": NAMED},
    "crds-empty": {"crds/": "", "templates/a.yaml": NAMED},
    "crds": {
        "crds/a.yaml": "apiVersion: v1\nkind: ConfigMap\n---\napiVersion: apiextensions.k8s.io/v1\n"
        "kind: CustomResourceDefinition\n---\n# nothing\n---\nkind: CustomResourceDefinition\n",
        "crds/b.json": '{"apiVersion": "apiextensions.k8s.io/v1", "kind": "Other"}\n',
        "crds/c.txt": "x",
        "crds/d.yml": "\n",
        "crds/e.yaml": "",
        "crds/sub/f.yaml": "a: 1\n",
        "templates/a.yaml": NAMED,
    },
    "crds-broken": {
        "crds/a.yaml": "{{ if .Values.x }}\nkind: x\n{{ end }}\n",
        "crds/b.yaml": "kind: b\n",
        "templates/a.yaml": NAMED,
    },
    "crds-text": {"crds/a.yaml": "text\n", "crds/b.yaml": "kind: b\n", "templates/a.yaml": NAMED},
    "requirements": {
        "requirements.yaml": "dependencies:\n- {name: far, version: 1.0.0}\n",
        "templates/a.yaml": NAMED,
    },
    "requirements-broken": {"requirements.yaml": "dependencies: 1\n", "templates/a.yaml": NAMED},
    "lock-broken": {"Chart.lock": "dependencies: 1\n", "templates/a.yaml": NAMED, "crds/a.yaml": NAMED},
    "ignore-broken": {".helmignore": "a**\n", "templates/a.yaml": NAMED},
    "ignore-values": {
        ".helmignore": "values.yaml\ntemplates/b.yaml\n",
        "values.yaml": "a: 1\n",
        "templates/a.yaml": NAMED + "x: {{ .Values.a }}\n",
        "templates/b.yaml": "{{",
    },
    "below": {
        "charts/child/Chart.yaml": "name: child\nversion: 0.1.0\n",
        "charts/child/values.yaml": "x: 1\n",
        "charts/child/templates/a.yaml": "kind: A\nmetadata: {name: A}\n",
        "charts/child/crds/a.yaml": "kind: A\n",
        "charts/child/charts/grand/Chart.yaml": "name: grand\nversion: 1\n",
        "templates/a.yaml": NAMED,
        "crds/a.yaml": "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n",
    },
    "below-failing": {
        "charts/child/Chart.yaml": "apiVersion: v2\nname: child\nversion: 0.1.0\n",
        "charts/child/templates/a.yaml": "{{ .Values.a.b }}\n",
        "templates/a.yaml": NAMED,
    },
    "below-broken": {
        "charts/child/Chart.yaml": "apiVersion: v2\nversion: 0.1.0\n",
        "charts/_skipped/Chart.yaml": "x",
        "templates/a.yaml": NAMED,
    },
    "below-schema": {
        "charts/child/Chart.yaml": "apiVersion: v2\nname: child\nversion: 0.1.0\n",
        "charts/child/values.schema.json": '{"required": ["a"]}',
        "templates/a.yaml": NAMED,
    },
    "below-mismatch": {
        "charts/child/Chart.yaml": "apiVersion: v2\nname: child\nversion: 0.1.0\n",
        "values.yaml": "child: text\n",
        "templates/a.yaml": "{{",
    },
    "tables": {
        "values.yaml": "table: {a: 1, b: {c: 2}}\nscalar: 1\nnothing: null\n",
        "templates/a.yaml": NAMED + "x: {{ toJson .Values }}\ny: {{ .Values.table.a | int | div 1 }}\n",
    },
    "shows-values": {"templates/a.yaml": "x: {{ fail (toJson .Values) }}\n"},
}
CHARTS_WITH_OWN_DEFINITION = {
    "needs": (
        (
            "apiVersion: v2\nname: needs\nversion: 1.0.0\ndependencies: "
            "[{name: child, version: 2.0.0}, {name: other, version: 1.0.0, condition: other.on}]\n"
        ),
        {
            "charts/child/Chart.yaml": "apiVersion: v2\nname: child\nversion: 0.1.0\n",
            "charts/other/Chart.yaml": "apiVersion: v2\nname: other\nversion: 1.0.0\n",
            "charts/other/templates/a.yaml": '{{ fail "other" }}',
            "values.yaml": "other: {on: text}\n",
            "templates/a.yaml": NAMED,
        },
    ),
    "imports": (
        (
            "apiVersion: v2\nname: imports\nversion: 1.0.0\ndependencies:\n"
            "- {name: child, version: 0.1.0, import-values: [data, {child: gone, parent: here}]}\n"
        ),
        {
            "charts/child/Chart.yaml": "apiVersion: v2\nname: child\nversion: 0.1.0\n",
            "charts/child/values.yaml": "exports: {data: {a: 1}}\n",
            "templates/a.yaml": NAMED + "x: {{ .Values.a }}\n",
        },
    ),
    "library": (
        "apiVersion: v2\nname: library\nversion: 1.0.0\ntype: library\n",
        {"templates/a.yaml": '{{ fail "never" }} x', "templates/_b.tpl": '{{ define "b" }}{{ end }}'},
    ),
    "v2-requirements": (
        "apiVersion: v2\nname: v2-requirements\nversion: 1.0.0\n",
        {
            "requirements.yaml": "dependencies:\n- {name: far, version: 1.0.0}\n",
            "requirements.lock": "digest: x\n",
            "templates/a.yaml": NAMED,
            "crds/": "",
        },
    ),
}


def charts() -> dict[str, dict[str, str]]:
    """Return the files of every chart."""
    found = {
        **{
            f"c-{name}": {"Chart.yaml": text, "values.yaml": "", "templates/a.yaml": NAMED}
            for name, text in CHART_FILES.items()
        },
        **{f"t-{name}": {"values.yaml": "", "templates/a.yaml": text} for name, text in TEMPLATES.items()},
        **CHARTS,
        **{
            name: {"Chart.yaml": definition, **files}
            for name, (definition, files) in CHARTS_WITH_OWN_DEFINITION.items()
        },
    }
    return {name: {"Chart.yaml": GOOD.format(name=name), **files} for name, files in found.items()}


def write(top: Path) -> None:
    """Write every chart into a directory of its own below `top`."""
    for chart, files in charts().items():
        for name, text in files.items():
            path = top / chart / name
            if name.endswith("/"):
                path.mkdir(parents=True)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(text.encode())


def read() -> dict[str, str]:
    """Return what Helm says about each chart, in a directory called TOP."""
    text = (Path(__file__).parent / "lint.txt").read_bytes().decode()
    sections = text.split("==> Linting ")[1:]
    return {name: said for name, _, said in (section.partition("\n") for section in sections)}
