{{- define "hivemind-monitoring.prometheus.fullname" -}}
{{ include "hivemind-monitoring.fullname" . }}-prometheus
{{- end }}

{{- define "hivemind-monitoring.prometheus.serviceAccountName" -}}
{{- with .Values.prometheus.serviceAccount -}}
{{- if .create }}{{ .name | default (include "hivemind-monitoring.prometheus.fullname" $) }}{{ else }}{{ .name | default "default" }}{{ end -}}
{{- end -}}
{{- end }}

{{/* Who proves to Kubernetes' own servers to be Prometheus, and how it knows them. */}}
{{- define "hivemind-monitoring.prometheus.asServiceAccount" -}}
scheme: https
authorization:
  credentials_file: /var/run/secrets/kubernetes.io/serviceaccount/token
tls_config:
  ca_file: /var/run/secrets/kubernetes.io/serviceaccount/ca.crt
{{- end }}

{{/* Keeps pods that ask to be scraped, and does it as they say. */}}
{{- define "hivemind-monitoring.prometheus.annotatedPods" -}}
- source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_scrape]
  regex: "true"
  action: keep
- source_labels: [__meta_kubernetes_pod_phase]
  regex: Pending|Succeeded|Failed|Completed
  action: drop
- source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_scheme]
  regex: (https?)
  target_label: __scheme__
- source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_path]
  regex: (.+)
  target_label: __metrics_path__
# One target for each pod, and not one for each of its ports.
- source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_port, __meta_kubernetes_pod_ip]
  regex: (\d+);((?:\d+\.){3}\d+)
  replacement: $2:$1
  target_label: __address__
- source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_port, __meta_kubernetes_pod_ip]
  regex: (\d+);([0-9a-fA-F:]*:[0-9a-fA-F:]*)
  replacement: "[$2]:$1"
  target_label: __address__
- source_labels: [__meta_kubernetes_namespace]
  target_label: namespace
- source_labels: [__meta_kubernetes_pod_name]
  target_label: pod
{{- end }}
