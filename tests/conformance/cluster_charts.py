"""Charts for command lines on a control plane: text by path."""

from __future__ import annotations

CHARTS = {
    "web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\nappVersion: '2'\n"
    "keywords: [x, y]\nannotations: {b: '2', a: '1'}\n",
    "web/values.yaml": "a: 1\nb: {c: two}\nbroken: false\n",
    "web/templates/web.yaml": """apiVersion: apps/v1
kind: Deployment
metadata: {name: "{{ .Release.Name }}"}
spec:
  replicas: 2
  selector: {matchLabels: {app: "{{ .Release.Name }}"}}
  template:
    metadata: {labels: {app: "{{ .Release.Name }}"}}
    spec: {containers: [{name: c, image: nginx}]}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: "{{ .Release.Name }}-keep"
  annotations: {helm.sh/resource-policy: keep}
{{- if .Values.broken }}
data: {a: [1]}
{{- end }}
""",
    "web/templates/hook.yaml": """apiVersion: batch/v1
kind: Job
metadata:
  name: "{{ .Release.Name }}-hook"
  annotations:
    helm.sh/hook: pre-install,post-delete
    helm.sh/hook-output-log-policy: hook-succeeded
spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: busybox}]}}}
""",
    "web/templates/NOTES.txt": "Hello {{ .Release.Name }} in {{ .Release.Namespace }}\n",
    "plain/Chart.yaml": "apiVersion: v2\nname: plain\nversion: 0.1.0\n",
    "plain/templates/map.yaml": """apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .Release.Name }}-map"}
""",
    "hooked/Chart.yaml": "apiVersion: v2\nname: hooked\nversion: 0.1.0\nappVersion: v3\n",
    "hooked/templates/tests.yaml": """{{- range list "smoke" "login" "late" }}
apiVersion: v1
kind: Pod
metadata:
  name: "{{ $.Release.Name }}-{{ . }}"
  annotations:
    helm.sh/hook: {{ if eq . "login" }}test-success{{ else }}test{{ end }}
    helm.sh/hook-weight: "{{ if eq . "late" }}5{{ else }}-1{{ end }}"
    helm.sh/hook-delete-policy: {{ get ($.Values.policy | default dict) . | default "before-hook-creation" }}
    helm.sh/hook-output-log-policy: {{ get ($.Values.logs | default dict) . | default "none" }}
    {{- with get ($.Values.simulate | default dict) . }}
    hivehelm.dev/simulate: {{ . }}
    {{- end }}
spec:
  restartPolicy: Never
  initContainers: [{name: first, image: i}]
  containers: [{name: c, image: busybox}, {name: d, image: busybox}]
---
{{- end }}
apiVersion: batch/v1
kind: Job
metadata:
  name: "{{ $.Release.Name }}-job"
  annotations:
    helm.sh/hook: "{{ .Values.events | default "test, pre-delete" }}"
    helm.sh/hook-output-log-policy: "hook-succeeded,hook-failed"
spec:
  backoffLimit: 0
  template:
    {{- with .Values.job }}
    metadata: {annotations: {hivehelm.dev/simulate: {{ . }} }}
    {{- end }}
    spec: {restartPolicy: Never, containers: [{name: c, image: busybox}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ $.Release.Name }}-map"}
""",
    "looking/Chart.yaml": "apiVersion: v2\nname: looking\nversion: 0.1.0\n",
    "looking/values.yaml": "kind: Deployment\napi: ''\n",
    "looking/templates/map.yaml": """{{- $api := eq .Values.kind "Deployment" | ternary "apps/v1" "v1" -}}
{{- $api = .Values.api | default $api -}}
{{- $here := lookup $api .Values.kind .Release.Namespace "web" -}}
{{- $all := lookup $api .Values.kind .Release.Namespace "" -}}
apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .Release.Name }}-map"}
data:
  found: "{{ len $here }} {{ dig "spec" "replicas" "none" $here }}"
  kinds: "{{ kindOf (dig "spec" "replicas" 0 $here) }} {{ kindOf (dig "metadata" "generation" 0.5 $here) }}"
  listed: "{{ range $all.items | default list }}{{ .kind }} {{ .metadata.name }};{{ end }}"
  kind: "{{ $all.kind }} {{ $all.apiVersion }}"
  namespace: "{{ (lookup "v1" "Namespace" "" .Release.Namespace).metadata }}"
  none: "{{ lookup "v1" "Namespace" "" "no" | len }} {{ lookup "v1" "Node" "" "nobody" | len }}"
""",
    "unknown/Chart.yaml": "apiVersion: v2\nname: unknown\nversion: 0.1.0\n",
    "unknown/templates/x.yaml": "apiVersion: example.com/v1\nkind: Nope\nmetadata: {name: one}\n---\n"
    "apiVersion: apps/v1beta1\nkind: Deployment\nmetadata: {name: two}\n",
    "invalid/Chart.yaml": "apiVersion: v2\nname: invalid\nversion: 0.1.0\n",
    "invalid/templates/x.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\ndata: {a: [1]}\n",
}
