{{- define "hivemind-core.api.fullname" -}}
{{ include "hivemind-core.fullname" . }}-api
{{- end }}

{{- define "hivemind-core.serviceAccountName" -}}
{{- with .Values.serviceAccount -}}
{{- if .create }}{{ .name | default (include "hivemind-core.api.fullname" $) }}{{ else }}{{ .name | default "default" }}{{ end -}}
{{- end -}}
{{- end }}

{{- define "hivemind-core.keySecret" -}}
{{ .Values.encryption.existingSecret | default (printf "%s-key" (include "hivemind-core.api.fullname" .)) }}
{{- end }}

{{- define "hivemind-core.tlsSecret" -}}
{{ .Values.tls.existingSecret | default (printf "%s-tls" (include "hivemind-core.api.fullname" .)) }}
{{- end }}

{{/* The command line of `hivemind serve`, as YAML. */}}
{{- define "hivemind-core.arguments" -}}
- serve
- --host=0.0.0.0
- --port=8080
- --operations={{ .Values.operations }}
- --drain={{ .Values.drain }}
{{- range .Values.namespaces }}
- --namespace={{ . }}
{{- end }}
{{- with .Values.repository.url }}
- --repository={{ . }}
{{- end }}
{{- if .Values.repository.public }}
- --public-charts
{{- end }}
{{- if .Values.tls.enabled }}
- --tls-cert=/etc/hivemind/tls/tls.crt
- --tls-key=/etc/hivemind/tls/tls.key
{{- if .Values.tls.clientCASecret }}
- --tls-client-ca=/etc/hivemind/client-ca/ca.crt
{{- end }}
{{- else }}
- --insecure-http
{{- end }}
{{- if .Values.metrics.enabled }}
- --public-metrics
{{- end }}
{{- if .Values.auth.tokensSecret }}
- --token-file=/etc/hivemind/tokens/tokens.yaml
{{- end }}
{{- if .Values.auth.kubernetes.enabled }}
- --kubernetes-auth
{{- range .Values.auth.kubernetes.audiences }}
- --kubernetes-audience={{ . }}
{{- end }}
{{- end }}
{{- with .Values.auth.oidc }}
{{- if .issuer }}
- --oidc-issuer={{ .issuer }}
{{- range .audiences }}
- --oidc-audience={{ . }}
{{- end }}
{{- range .grants }}
- {{ printf "--oidc-grant=%s" . | quote }}
{{- end }}
- --oidc-username-claim={{ .usernameClaim }}
- --oidc-groups-claim={{ .groupsClaim }}
{{- with .roleClaim }}
- --oidc-role-claim={{ . }}
{{- end }}
{{- with .namespacesClaim }}
- --oidc-namespaces-claim={{ . }}
{{- end }}
{{- with .jwksUrl }}
- --oidc-jwks-url={{ . }}
{{- end }}
{{- if .caConfigMap }}
- --oidc-ca-file=/etc/hivemind/oidc/ca.crt
{{- end }}
{{- end }}
{{- end }}
{{- range .Values.trustedProxies }}
- --trusted-proxy={{ . }}
{{- end }}
{{- with .Values.extraArgs }}
{{ toYaml . }}
{{- end }}
{{- end }}
