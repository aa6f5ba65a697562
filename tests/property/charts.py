"""Random charts of what real ones are made of, with subcharts, schemas and files; some are broken."""

from __future__ import annotations

import json
import random

from .documents import Grammar as Documents
from .grammar import DATA, Grammar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

# What stands for an operand in the texts below: values of all kinds, some of which are not there.
_OPERANDS = (
    *(".Values.name", ".Values.count", ".Values.on", ".Values.list", ".Values.map", ".Values.text"),
    *(".Values.deep.a.b", ".Values.deep.none", ".Values.none", ".Values.map.key", ".Values.numbers"),
    *(".Values.global.region", ".Values.missing", ".Release.Name", ".Chart.Version", ".Values.image.tag"),
    *("(len (.Values.map | default dict))", '(dict "a" .Values.count)', "(.Values.list | toJson)"),
    *(
        '(list 1 "two" nil 3.5)',
        "(.Values.none | default 7)",
        "$.Values.name",
        ".Values.pull",
        ".Template.Name",
    ),
    *('(printf "%s-%v" .Release.Name .Values.count)', '(include (print .Chart.Name ".name") .)'),
)
# Values in a line of a mapping.
_INLINE = (
    "{{ % | quote }}",
    '{{ % | default "d" | squote }}',
    "{{- % | toString | quote -}}",
    "{{ toJson % }}",
    '{{ % | toString | upper | trunc 20 | trimSuffix "-" }}',
    '{{ if % }}yes{{ else if % }}maybe{{ else }}"no"{{ end }}',
    "{{ with % }}{{ . | toJson }}{{ else }}none{{ end }}",
    "[{{ range $i, $e := until 3 }}{{ if $i }}, {{ end }}{{ $e }}{{ end }}]",
    "{{ $x := % }}{{ $x | quote }}",
    "{{ tpl .Values.pattern . | quote }}",
    '{{ ternary % "other" (eq (toString %) "x") }}',
    '{{ include "$.value" (dict "v" .Values.count "top" $) }}',
    "{{ (% | toJson | sha256sum) | trunc 8 }}",
    '{{ .Files.Get "files/text.txt" | quote }}',
    "{{ .Capabilities.KubeVersion.Minor | quote }}",
    '{{ .Capabilities.APIVersions.Has "apps/v1" }}',
    '{{ printf "%v|%d|%s|%q" % % % % | toJson }}',
    '{{ and % % | default "and" | toJson }} # {{ or % % | quote }} {{ not % }}',
    "{{ kindOf % }}/{{ typeOf % }}",
    "{{ coalesce .Values.none % | quote }}",
    '{{ dig "a" "b" "dug" .Values.deep }}',
    "{{ % | toYaml | b64enc | quote }}",
    "{{ int % | add 1 | mul 2 }}",
    '{{ regexReplaceAll "[a-m]+" (toString %) "<$0>" | quote }}',
    "{{/* nothing */}}null",
    '{{ semverCompare ">=1.2" (.Values.version | default "1.3.0") }}',
    "{{ atoi (toString %) }}",
)
# What often fails.
_RISKY = (
    "{{ .Values.missing.deeper }}",
    "{{ eq % % }}",
    "{{ index .Values.map (toString %) }}",
    "{{ index .Values.list 0 }}",
    "{{ first .Values.list }}",
    '{{ required "no value" % }}',
    "{{ tpl (toString %) $ | quote }}",
    '{{ include "$.value" (dict "v" % "top" $) }}',
    "{{ % }}",
    "{{ fail (toString %) }}",
    '{{ template "nothing" }}',
    "{{ % | nothing }}",
    "{{ if % }}",
)
# Values that are blocks of their own.
_BLOCKS = (
    "\n    {{- toYaml % | nindent 4 }}",
    "\n{{ toYaml % | indent 4 }}",
    "{{ % | toPrettyJson | nindent 4 }}",
    "\n    {{- range $k, $v := .Values.map }}\n    {{ $k | quote }}: {{ $v | toJson }}{{ end }}",
    "\n    {{- range .Values.list }}\n    - {{ . | quote }}\n    {{- else }}\n    - none\n    {{- end }}",
    "{{ with .Values.deep }}\n    a: {{ .a.b }}{{ with $.Values.map }}\n    b: {{ .key }}{{ end }}{{ end }}",
    " |\n    {{ % }}\n    more",
    '\n    {{- include "$.labels" . | nindent 4 }}',
    "\n    {{- fromYaml (toYaml .Values.map) | toYaml | nindent 4 }}",
    '\n    {{- merge (dict "own" %) .Values.map | toYaml | nindent 4 }}',
    '\n    {{- (.Files.Glob "files/*.txt").AsConfig | nindent 4 }}',
    '{{ range $path, $_ := .Files.Glob "files/**" }}\n    {{ base $path }}: {{ $.Files.Get $path }}{{ end }}',
    '\n    {{- fromYaml (.Files.Get "files/random.yaml") | toYaml | nindent 4 }}',
    "\n    {{- toYamlPretty % | nindent 4 }}",
    "\n    {{- if and % (not %) }}\n    x: {{ % }}\n    {{- else }}\n    y: {{ % | quote }}\n    {{- end }}",
    "\n    {{- tpl (toYaml .Values.map) . | nindent 4 }}",
)
_BEFORE = (
    *("", "", "", "---\n", "# {{ .Chart.Name }}\n", '{{- $name := include "$.name" . }}\n'),
    *('{{- $_ := set .Values "name" "set" }}\n', '{{- $_ := set .Values.map "added" % }}\n'),
    *("{{- if % }}\n{{- end }}\n", "{{/* a comment */}}\n", '{{- $_ := unset .Values.map "key" }}\n'),
)
_AFTER = (
    *(
        "",
        "",
        "",
        "",
        "---\n",
        "\n---\n# only a comment\n",
        "\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: x}\n",
    ),
    *(
        "broken: [\n",
        "  bad indent: 1\n",
        'k: {{ fail "failed" }}\n',
        "{{ % }}\n",
        "--- {{ % }}\n",
        "\ttab: 1\n",
    ),
    "apiVersion: again\n",
)
_KINDS = (
    *(
        "v1 ConfigMap",
        "v1 Service",
        "apps/v1 Deployment",
        "batch/v1 Job",
        "v1 Secret",
        "x.io/v1 Thing",
        "v1 %",
    ),
    *("rbac.authorization.k8s.io/v1 ClusterRole", "v1 Namespace", "v1 ServiceAccount", "policy/v1 1"),
)
_ANNOTATIONS = (
    *(
        "",
        "",
        "",
        "",
        '  annotations: {"helm.sh/hook": pre-install, "helm.sh/hook-weight": "{{ .Values.count }}"}\n',
    ),
    *(
        '  annotations:\n    "helm.sh/hook": "post-upgrade,test"\n',
        "  annotations: {{ toJson .Values.labels }}\n",
    ),
)
_HELPERS = """
{{- define "$.name" -}}{{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}{{- end }}
{{- define "$.fullname" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name }}{{ else -}}
{{ printf "%s-%s" .Release.Name (include "$.name" .) }}{{ end -}}
{{- end }}
{{- define "$.labels" }}
app: {{ include "$.name" . }}
{{- with .Values.labels }}
{{ toYaml . }}
{{- end }}
release: {{ .Release.Name | quote }}
{{- end }}
{{- define "$.value" -}}
{{ if kindIs "map" .v }}{{ toJson .v }}{{ else }}{{ tpl (toString .v) .top | quote }}{{ end }}
{{- end }}
"""
_SCALARS: tuple[Any, ...] = (
    *(
        "x",
        "",
        "a b",
        "1.2.3",
        "{{ .Release.Name }}",
        "true",
        "0",
        "007",
        "é",
        "a: b",
        "# c",
        "line\nline\n",
        "- x",
    ),
    *(
        0.0,
        1.0,
        -2.0,
        1.5,
        1e21,
        1e-7,
        123456789.0,
        True,
        False,
        None,
        "{{ .Values.nothing.x }}",
        "~",
        "\u2028x",
    ),
)
_TYPES = ("string", "number", "integer", "boolean", "object", "array", "null")


class Charts:
    """What a seed decides: a chart's files, as texts by their paths, and the values that a user gives."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 cases, no secrets
        self._seed = seed

    def case(self) -> tuple[dict[str, str], dict[str, Any]]:
        """Return a chart and values."""
        files: dict[str, str] = {}
        below = self._one(((), (), ("low",), ("low", "other")))
        self._chart(files, "", "top", below)
        for name in below:
            self._chart(files, f"charts/{name}/", name, ())
        values = self._values() if self._chance(0.6) else {}
        for name in below:
            if self._chance(0.5):
                values[name] = self._values()
        return files, values

    def _one(self, choices: Sequence[Any]) -> Any:
        return choices[int(self._random.random() * len(choices))]

    def _chance(self, probability: float) -> bool:
        return self._random.random() < probability

    # --- files

    def _chart(self, files: dict[str, str], at: str, name: str, below: Sequence[str]) -> None:
        listed = "".join(
            f"\n  - {{name: {one}, version: 1.0.0, condition: {one}.on{self._alias(one)}}}" for one in below
        )
        metadata = f"apiVersion: v2\nname: {name}\nversion: 1.0.0\nappVersion: '2'\n"
        files[f"{at}Chart.yaml"] = metadata + (f"dependencies:{listed}\n" if listed else "")
        files[f"{at}values.yaml"] = self._yaml({**DATA, **self._values(), "pattern": self._one(_PATTERNS)})
        if self._chance(0.25):
            files[f"{at}values.schema.json"] = json.dumps(self._schema(2))
        files[f"{at}templates/_helpers.tpl"] = _HELPERS.replace("$.", f"{name}.")
        for number in range(self._one((1, 2, 3, 4))):
            files[f"{at}templates/{number}.yaml"] = self._manifest(name)
        if self._chance(0.3):
            files[f"{at}templates/NOTES.txt"] = f"Notes of {self._fill(self._one(_INLINE), name)}\n"
        if self._chance(0.04):
            files[f"{at}templates/grammar.txt"] = Grammar(self._random.getrandbits(40)).template()
        if self._chance(0.06):
            files[f"{at}files/grammar.tpl"] = Grammar(self._random.getrandbits(40)).template()
            files[f"{at}templates/tpl.txt"] = '# {{ tpl (.Files.Get "files/grammar.tpl") .Values | quote }}\n'
        files[f"{at}files/text.txt"] = self._one(("text\n", "", "a\n  b\r\n", "é"))
        files[f"{at}files/random.yaml"] = Documents(self._random.getrandbits(40)).document()
        for path in list(files):
            # JSON, between processes, has no place for what is no UTF-8 in keys alone.
            files[path] = files[path].encode("utf-8", "replace").decode()

    def _alias(self, name: str) -> str:
        return f", alias: {name}x" if self._chance(0.1) else ""

    def _fill(self, text: str, name: str) -> str:
        text = text.replace("$.value", f"{name}.value").replace("$.labels", f"{name}.labels")
        text = text.replace('"$.name"', f'"{name}.name"')
        pieces = text.split("%")
        filled = pieces[0]
        for piece in pieces[1:]:
            # A verb of printf, not an operand.
            filled += ("%" if piece[:1] in tuple("vdsq") else self._one(_OPERANDS)) + piece
        return filled

    def _manifest(self, name: str) -> str:
        version, kind = self._one(_KINDS).split(" ")
        text = self._one(_BEFORE) + f"apiVersion: {version}\nkind: {kind}\nmetadata:\n"
        text += f'  name: {{{{ include "{name}.fullname" . }}}}-{self._random.randrange(10)}\n'
        text += self._one(_ANNOTATIONS)
        text += "spec:\n"
        for number in range(self._one((1, 2, 4, 6))):
            texts = _RISKY if self._chance(0.015) else _INLINE if self._chance(0.65) else _BLOCKS
            text += f"  k{number}: {self._one(texts)}\n"
        if self._chance(0.1):
            text += self._one(_AFTER)
        return self._fill(text, name)

    # --- values

    def _values(self) -> dict[str, Any]:
        values: dict[str, Any] = {
            "name": self._one(_SCALARS),
            "count": self._one((0.0, 1.0, 3.0, "2", None, 2.5)),
            "on": self._one((True, False, None, "")),
            "list": self._one(([], ["a", 1.0], ["x", None, {"k": "v"}], None, "text")),
            "map": {self._one(_KEYS): self._value(2) for _ in range(self._random.randrange(5))},
            "text": self._one(("a\nb\n", "  lead", "x" * 100 + " " + "y" * 50, "tab\t", "")),
            "deep": {"a": {"b": self._one(_SCALARS)}, "none": None},
            "image": {"tag": self._one(("1.2.0", "v1.10.3", "latest", None))},
            "numbers": [1.0, 2.5, 1e6, 1e7, -0.0],
            "global": {"region": self._one(("eu", "us", None))},
        }
        return {name: value for name, value in values.items() if self._chance(0.85)}

    def _value(self, depth: int) -> Any:
        if depth and self._chance(0.25):
            return {self._one(_KEYS): self._value(depth - 1) for _ in range(self._random.randrange(4))}
        if depth and self._chance(0.2):
            return [self._value(depth - 1) for _ in range(self._random.randrange(4))]
        return self._one(_SCALARS)

    def _yaml(self, values: dict[str, Any]) -> str:
        # JSON is YAML; the first key of some files has an anchor, and goes by the long way.
        text = "".join(f"{name}: {json.dumps(value)}\n" for name, value in values.items())
        return text.replace("name: ", "name: &name ", 1) if self._chance(0.1) else text

    # --- schemas

    def _schema(self, depth: int) -> dict[str, Any]:
        schema: dict[str, Any] = {}
        if self._chance(0.2):
            schema["$schema"] = "http://json-schema.org/draft-07/schema#"
        named = ("name", "count", "list", "map", "text", "deep")
        schema["properties"] = {self._one(named): self._part(depth) for _ in range(self._random.randrange(4))}
        if self._chance(0.05):
            schema["required"] = [self._one(named)]
        return schema

    def _part(self, depth: int) -> Any:
        if self._chance(0.05):
            return self._one((True, {}, {"type": "nothing"}, {"minimum": "x"}, False))
        # Mostly what fits: else little would be rendered.
        types = list(_TYPES) if self._chance(0.97) else [self._one(_TYPES)]
        part: dict[str, Any] = {"type": types}
        if self._chance(0.1):
            part["pattern"] = self._one(("^[a-z]*$", ".*", "", "("))
        if self._chance(0.03):
            part["enum"] = [self._one(_SCALARS), None, "a"]
        if depth and self._chance(0.3):
            part["properties"] = {self._one(("a", "key", "k")): self._part(depth - 1)}
        if depth and self._chance(0.2):
            part[self._one(("anyOf", "oneOf", "allOf"))] = [self._part(depth - 1), {}]
        return part


_KEYS = ("key", "a", "b", "k1", "k10", "k2", "on", "x y", "é", "1", "null", "added", "a.b/c")
_PATTERNS = (
    *("{{ .Release.Name }}-{{ .Values.count }}", "plain", '{{ include "top.name" . }}', "{{ .Values.f }}"),
    *("{{ .Values.map | toJson }}", '{{ define "inner" }}{{ .f }}{{ end }}{{ template "inner" .Values }}'),
    *("{{ $x := .Values }}{{ range $k, $v := $x.m }}{{ $k }}{{ end }}", "x"),
)
