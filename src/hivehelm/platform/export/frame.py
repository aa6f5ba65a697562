"""What a chart has besides its objects: Chart.yaml, values, schema, helpers, notes, README."""

from __future__ import annotations

import json

from hivehelm.platform.export.text import Expression
from hivehelm.platform.export.write import document
from hivehelm.platform.export.yamltext import scalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from hivehelm.platform.export.chart import ExportOptions, Found
    from hivehelm.platform.export.labels import CommonLabels
    from hivehelm.platform.export.naming import Names
    from hivehelm.platform.export.values import Values

# Nothing else is left out: what belongs to the chart may be called anything.
_IGNORED = ".git/\n"


def files(
    options: ExportOptions,
    names: Names,
    values: Values,
    common: CommonLabels,
    found: Sequence[Found],
    needed: Sequence[str],
) -> dict[str, str]:
    """Return the files, by path."""
    head = f"Values of {options.name}.\n\nAs they are they give what was exported."
    schema = json.dumps(values.schema(f"Values of {options.name}"), indent=2, ensure_ascii=False)
    return {
        "Chart.yaml": _metadata(options),
        "values.yaml": values.text(head),
        "values.schema.json": schema + "\n",
        ".helmignore": _IGNORED,
        "README.md": _readme(options, names, found, needed),
        "templates/_helpers.tpl": _helpers(options, names, common),
        "templates/NOTES.txt": _notes(options, found),
    }


def _metadata(options: ExportOptions) -> str:
    description = options.description or f"{options.name}, exported from namespace {options.namespace}"
    lines = [
        "apiVersion: v2",
        f"name: {scalar(options.name)}",
        f"description: {scalar(description)}",
        "type: application",
        f"version: {scalar(options.version)}",
    ]
    if options.app_version:
        lines.append(f"appVersion: {json.dumps(options.app_version, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"


def _helpers(options: ExportOptions, names: Names, common: CommonLabels) -> str:
    chart = options.name
    # Names may take 63 characters, of which the longest rest leaves so many.
    room = max(63 - names.longest, len(names.base), 20)
    suffix = names.suffix.lstrip("-.")
    if names.release and suffix:
        mark = names.suffix[0]
        shape = json.dumps(f"%s{mark}%s")
        inside = f"printf {shape} .Release.Name (default {json.dumps(suffix)} .Values.nameOverride)"
        full = f'{{{{- {inside} | trunc {room} | trimSuffix "-" }}}}'
    else:
        full = (
            "{{- if .Values.nameOverride }}\n"
            f'{{{{- printf "%s-%s" .Release.Name .Values.nameOverride | trunc {room} | trimSuffix "-" }}}}\n'
            "{{- else }}\n"
            f'{{{{- .Release.Name | trunc {room} | trimSuffix "-" }}}}\n'
            "{{- end }}"
        )
    blocks = [
        f"""{{{{/* What the names of all objects begin with. */}}}}
{{{{- define "{chart}.fullname" -}}}}
{{{{- if .Values.fullnameOverride }}}}
{{{{- .Values.fullnameOverride | trunc {room} | trimSuffix "-" }}}}
{{{{- else }}}}
{full}
{{{{- end }}}}
{{{{- end }}}}
""",
        f"""{{{{/* An image: repository, tag and digest. */}}}}
{{{{- define "{chart}.image" -}}}}
{{{{- .repository }}}}
{{{{- with .tag }}}}:{{{{ . }}}}{{{{ end }}}}
{{{{- with .digest }}}}@{{{{ . }}}}{{{{ end }}}}
{{{{- end }}}}
""",
    ]
    for helper, labels in common.helpers():
        said = "Labels that selectors go by" if helper.endswith("selectorLabels") else "Labels of all objects"
        blocks.append(
            f'{{{{/* {said}. */}}}}\n{{{{- define "{helper}" -}}}}\n{document(labels)}{{{{- end }}}}\n'
        )
    return "\n".join(blocks)


def _notes(options: ExportOptions, found: Sequence[Found]) -> str:
    services = sum(1 for one in found if one.kind == "Service")
    release = str(Expression(code=".Release.Name"))
    namespace = str(Expression(code=".Release.Namespace"))
    lines = [
        f"{options.name} is installed as {release} in namespace {namespace}.",
        "",
        "See what runs:",
        f"  helm status {release} --namespace {namespace}",
    ]
    if services:
        lines += ["", "See where it can be reached:", f"  kubectl get services --namespace {namespace}"]
    return "\n".join(lines) + "\n"


def _readme(options: ExportOptions, names: Names, found: Sequence[Found], needed: Sequence[str]) -> str:
    lines = [
        f"# {options.name}",
        "",
        f"A Helm chart, exported by `hivemind app export-helm` from namespace `{options.namespace}`.",
        "",
        "## Install",
        "",
        "```bash",
        _install(options, needed),
        "```",
        "",
    ]
    if names.release:
        lines += [
            f"Installed as release `{names.release}` it gives the same objects as were exported; under",
            "another name, names, labels and references follow.",
        ]
    else:
        lines += [
            f"The names of its objects begin with `{names.override}` (`fullnameOverride`), whatever the",
            "release is called.",
        ]
    lines += ["", "`values.yaml` has what can be changed, `values.schema.json` what it may be.", ""]
    if needed:
        lines += [
            "## Secrets",
            "",
            "Values of Secrets were not exported. They have to be given, or a Secret that is there already",
            "be named as `existingSecret`:",
            "",
            *(f"- `{path}`" for path in needed),
            "",
        ]
    fixed = [one for one in found if not one.namespaced and names.name(one.name).literal is not None]
    if fixed:
        lines += [
            "## Once in a cluster",
            "",
            "These are in no namespace, and called the same in every release:",
            "",
            *(f"- {one.kind} `{one.name}`" for one in fixed),
            "",
        ]
    lines += ["## Objects", "", "| kind | name |", "| --- | --- |"]
    lines += [f"| {one.kind}{' (hook)' if one.hook else ''} | `{one.name}` |" for one in found]
    return "\n".join(lines) + "\n"


def _install(options: ExportOptions, needed: Sequence[str]) -> str:
    release = options.release or options.name
    command = f"helm install {release} . --namespace {options.namespace} --create-namespace"
    for path in needed:
        command += f" \\\n  --set-string '{path}=…'"
    return command
