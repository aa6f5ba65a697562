{{- define "hivemind-monitoring.grafana.fullname" -}}
{{ include "hivemind-monitoring.fullname" . }}-grafana
{{- end }}

{{- define "hivemind-monitoring.grafana.secretName" -}}
{{ .Values.grafana.existingSecret | default (include "hivemind-monitoring.grafana.fullname" .) }}
{{- end }}

{{/* "true" where a datasource is on. Takes (list $ name sibling): what is part of the release needs no url. */}}
{{- define "hivemind-monitoring.grafana.datasource" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $sibling := index (($root.Values.global | default dict).hivemind | default dict) (index . 2) -}}
{{- $datasource := index $root.Values.grafana.datasources $name -}}
{{- if and (eq (toString $datasource.enabled) "true") (not $datasource.url) (not $sibling) -}}
{{- fail (printf "grafana.datasources.%s.url is needed: hivemind-%s is not part of this release" $name (index . 2)) -}}
{{- end -}}
{{- if eq (toString $datasource.enabled) "auto" -}}
{{- if $sibling }}true{{ end -}}
{{- else if eq (toString $datasource.enabled) "true" }}true{{ end -}}
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
{{ $key }} = {{ kindIs "string" $value | ternary $value ($value | toJson) }}
{{- end }}
{{ end }}
{{- end }}
