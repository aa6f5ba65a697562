{{- define "hivemind-monitoring.grafana.fullname" -}}
{{ include "hivemind-monitoring.fullname" . }}-grafana
{{- end }}

{{- define "hivemind-monitoring.grafana.secretName" -}}
{{ .Values.grafana.existingSecret | default (include "hivemind-monitoring.grafana.fullname" .) }}
{{- end }}

{{/* "true" where a datasource is on: takes (list $ datasource sibling). */}}
{{- define "hivemind-monitoring.grafana.datasource" -}}
{{- $enabled := toString (index . 1).enabled -}}
{{- if eq $enabled "auto" -}}
{{- $siblings := ((index . 0).Values.global | default dict).hivemind | default dict -}}
{{- if index $siblings (index . 2) }}true{{ end -}}
{{- else if eq $enabled "true" }}true{{ end -}}
{{- end }}

{{- define "hivemind-monitoring.grafana.ini" -}}
{{- $ini := dict
  "analytics" (dict "reporting_enabled" false "check_for_updates" false)
  "log" (dict "mode" "console")
  "metrics" (dict "enabled" true)
  "security" (dict "disable_gravatar" true)
  "users" (dict "allow_sign_up" false)
-}}
{{- with .Values.grafana.ingress }}
{{- if .enabled }}
{{- $_ := set $ini "server" (dict "root_url" (printf "%s://%s/" (.tls | empty | ternary "http" "https") .host)) }}
{{- end }}
{{- end }}
{{- range $section, $settings := mustMergeOverwrite $ini (deepCopy .Values.grafana.ini) }}
[{{ $section }}]
{{- range $key, $value := $settings }}
{{ $key }} = {{ $value }}
{{- end }}
{{ end }}
{{- end }}
