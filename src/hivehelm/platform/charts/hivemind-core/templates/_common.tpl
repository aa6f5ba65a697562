{{/*
What every name starts with: the release's, or `fullnameOverride`. Each part adds a word of its own, so no two
releases share a name. What is too long for Kubernetes, or has dots, ends in a digest of the whole.
*/}}
{{- define "hivemind-core.fullname" -}}
{{- $name := .Values.fullnameOverride | default .Release.Name -}}
{{- if or (gt (len $name) 36) (contains "." $name) -}}
{{- printf "%s-%s" ($name | replace "." "-" | trunc 28 | trimSuffix "-") ($name | sha256sum | trunc 7) -}}
{{- else -}}
{{- $name -}}
{{- end -}}
{{- end }}

{{/* What pods of a part are found by. Takes (list $ part). */}}
{{- define "hivemind-core.selectorLabels" -}}
{{- $root := first . -}}
app.kubernetes.io/name: {{ $root.Values.nameOverride | default $root.Chart.Name }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ last . }}
{{- end }}

{{/* All labels of an object of a part. Takes (list $ part). */}}
{{- define "hivemind-core.labels" -}}
{{- $root := first . -}}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" }}
{{ include "hivemind-core.selectorLabels" . }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
app.kubernetes.io/part-of: hivemind
{{- with $root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* The metadata of an object. Takes (list $ part name), or (list $ part name annotations). */}}
{{- define "hivemind-core.metadata" -}}
{{- $root := index . 0 -}}
name: {{ index . 2 }}
namespace: {{ $root.Release.Namespace }}
labels:
  {{- include "hivemind-core.labels" (list $root (index . 1)) | nindent 2 }}
{{- $annotations := merge dict (gt (len .) 3 | ternary (last .) dict | default dict) ($root.Values.commonAnnotations | default dict) }}
{{- with $annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* The metadata of a pod, without the chart's version: a new one alone restarts nothing. Takes (list $ part values annotations). */}}
{{- define "hivemind-core.podMetadata" -}}
{{- $root := index . 0 -}}
{{- $values := index . 2 -}}
labels:
  {{- include "hivemind-core.selectorLabels" (list $root (index . 1)) | nindent 2 }}
  app.kubernetes.io/part-of: hivemind
  {{- with $root.Values.commonLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- with $values.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with merge dict (index . 3) ($values.podAnnotations | default dict) ($root.Values.commonAnnotations | default dict) }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* An image's reference. Takes (list $ image). */}}
{{- define "hivemind-core.image" -}}
{{- $root := first . -}}
{{- $image := last . -}}
{{- $registry := ($root.Values.global | default dict).imageRegistry | default $image.registry -}}
{{- with $registry }}{{ . }}/{{ end -}}
{{- $image.repository -}}
{{- if $image.digest -}}
@{{ $image.digest }}
{{- else -}}
:{{ $image.tag | default $root.Chart.AppVersion }}
{{- end -}}
{{- end }}

{{/* Where the pods of a part run, and who pulls their images. Takes (list $ part values). */}}
{{- define "hivemind-core.scheduling" -}}
{{- $root := index . 0 -}}
{{- $part := index . 1 -}}
{{- $values := index . 2 -}}
{{- with concat ($root.Values.imagePullSecrets | default list) (($root.Values.global | default dict).imagePullSecrets | default list) | uniq }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with $values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if $values.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- toYaml $values.topologySpreadConstraints | nindent 2 }}
{{- else if gt (int ($values.replicas | default 1)) 1 }}
topologySpreadConstraints:
  {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "hivemind-core.selectorLabels" (list $root $part) | nindent 8 }}
  {{- end }}
{{- end }}
{{- end }}

{{/* A claim's spec. Takes (list $ persistence). */}}
{{- define "hivemind-core.claim" -}}
{{- $root := first . -}}
{{- $persistence := last . -}}
accessModes:
  {{- toYaml $persistence.accessModes | nindent 2 }}
{{- $class := $persistence.storageClass | default ($root.Values.global | default dict).storageClass }}
{{- if eq (toString $class) "-" }}
storageClassName: ""
{{- else if $class }}
storageClassName: {{ $class }}
{{- end }}
resources:
  requests:
    storage: {{ $persistence.size }}
{{- end }}
