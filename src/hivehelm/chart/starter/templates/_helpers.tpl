{{/* The app's name: nameOverride, else the chart's. Kubernetes takes 63 letters. */}}
{{- define "<CHARTNAME>.name" -}}
{{ .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* What the objects of a release are called: fullnameOverride, else release and app, not the same twice. */}}
{{- define "<CHARTNAME>.fullname" -}}
{{- $full := .Values.fullnameOverride -}}
{{- if not $full -}}
  {{- $app := .Values.nameOverride | default .Chart.Name -}}
  {{- $full = .Release.Name -}}
  {{- if not (contains $app $full) -}}
    {{- $full = printf "%s-%s" $full $app -}}
  {{- end -}}
{{- end -}}
{{ $full | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* Chart and version as a label can say it. */}}
{{- define "<CHARTNAME>.chart" -}}
{{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* The labels by which services and deployments find their pods; they can never change. */}}
{{- define "<CHARTNAME>.selectorLabels" -}}
app.kubernetes.io/name: {{ include "<CHARTNAME>.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* The labels of every object. */}}
{{- define "<CHARTNAME>.labels" -}}
helm.sh/chart: {{ include "<CHARTNAME>.chart" . }}
{{ include "<CHARTNAME>.selectorLabels" . }}
{{- with .Chart.AppVersion }}
app.kubernetes.io/version: {{ quote . }}
{{- end }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/* The service account that pods run as. */}}
{{- define "<CHARTNAME>.serviceAccountName" -}}
{{- $fallback := "default" -}}
{{- if .Values.serviceAccount.create -}}
  {{- $fallback = include "<CHARTNAME>.fullname" . -}}
{{- end -}}
{{ .Values.serviceAccount.name | default $fallback }}
{{- end }}
