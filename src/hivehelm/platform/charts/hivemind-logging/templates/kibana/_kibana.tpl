{{- define "hivemind-logging.kibana.fullname" -}}
{{ include "hivemind-logging.fullname" . }}-kibana
{{- end }}

{{- define "hivemind-logging.kibana.secretName" -}}
{{ .Values.kibana.existingSecret | default (include "hivemind-logging.kibana.fullname" .) }}
{{- end }}

{{/* kibana.yml; Kibana puts in what comes from the environment. */}}
{{- define "hivemind-logging.kibana.config" -}}
server.name: {{ include "hivemind-logging.kibana.fullname" . }}
server.host: 0.0.0.0
server.port: 5601
{{- with .Values.kibana.ingress }}
{{- if .enabled }}
server.publicBaseUrl: {{ .tls | empty | ternary "http" "https" }}://{{ .host }}
{{- end }}
{{- end }}
elasticsearch.hosts: [{{ include "hivemind-logging.elasticsearch.url" . }}]
elasticsearch.username: hivemind-kibana
elasticsearch.password: ${LOGIN_PASSWORD}
xpack.security.encryptionKey: ${KEY_SECURITY}
xpack.encryptedSavedObjects.encryptionKey: ${KEY_SAVED_OBJECTS}
xpack.reporting.encryptionKey: ${KEY_REPORTING}
elasticsearch.ssl.certificateAuthorities: [/usr/share/kibana/certificates/ca.crt]
elasticsearch.ssl.verificationMode: full
path.data: /usr/share/kibana/data
telemetry.optIn: false
{{- end }}
