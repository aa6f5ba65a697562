{{- define "hivemind-logging.fluentd.fullname" -}}
{{ include "hivemind-logging.fullname" . }}-fluentd
{{- end }}

{{- define "hivemind-logging.fluentd.serviceAccountName" -}}
{{- with .Values.fluentd.serviceAccount -}}
{{- if .create }}{{ .name | default (include "hivemind-logging.fluentd.fullname" $) }}{{ else }}{{ .name | default "default" }}{{ end -}}
{{- end -}}
{{- end }}

{{/* How long logs are kept, as a policy of Elasticsearch's. */}}
{{- define "hivemind-logging.fluentd.policy" -}}
{{- dict "policy" (dict "phases" (dict
  "hot" (dict "actions" (dict "rollover" (dict
    "max_age" .Values.logs.rolloverAge
    "max_primary_shard_size" .Values.logs.rolloverSize
  )))
  "delete" (dict "min_age" .Values.logs.retention "actions" (dict "delete" dict))
)) | toJson -}}
{{- end }}
