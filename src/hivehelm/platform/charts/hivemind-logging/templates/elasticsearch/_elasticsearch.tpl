{{- define "hivemind-logging.elasticsearch.fullname" -}}
{{ include "hivemind-logging.fullname" . }}-elasticsearch
{{- end }}

{{- define "hivemind-logging.elasticsearch.url" -}}
https://{{ include "hivemind-logging.elasticsearch.fullname" . }}.{{ .Release.Namespace }}.svc:9200
{{- end }}

{{- define "hivemind-logging.elasticsearch.usersSecret" -}}
{{ .Values.elasticsearch.existingUsersSecret | default (printf "%s-users" (include "hivemind-logging.elasticsearch.fullname" .)) }}
{{- end }}

{{- define "hivemind-logging.elasticsearch.certificatesSecret" -}}
{{ .Values.elasticsearch.certificates.existingSecret | default (printf "%s-certificates" (include "hivemind-logging.elasticsearch.fullname" .)) }}
{{- end }}

{{/* Changes with the passwords given: enough of a digest to tell one from the next, too little to find one by. */}}
{{- define "hivemind-logging.elasticsearch.login" -}}
{{- printf "%s/%s/%s/%s" .Release.Namespace .Release.Name (.Values.elasticsearch.passwords | toJson) .Values.elasticsearch.existingUsersSecret | sha256sum | trunc 4 -}}
{{- end }}

{{/* elasticsearch.yml. The nodes listed found the cluster; from then on, the list is not looked at. */}}
{{- define "hivemind-logging.elasticsearch.config" -}}
{{- $name := include "hivemind-logging.elasticsearch.fullname" . -}}
cluster.name: {{ $name }}
node.name: ${POD_NAME}
network.host: 0.0.0.0
network.publish_host: ${POD_IP}
path.data: /usr/share/elasticsearch/data
discovery.seed_hosts: [{{ $name }}-headless]
cluster.initial_master_nodes:
  {{- range $i := until (int .Values.elasticsearch.replicas) }}
  - {{ $name }}-{{ $i }}
  {{- end }}
node.store.allow_mmap: {{ .Values.elasticsearch.mmap }}
readiness.port: 9399
xpack.license.self_generated.type: basic
xpack.security.enabled: true
xpack.security.autoconfiguration.enabled: false
xpack.security.authc.realms.file.hivemind.order: 0
{{- range list "transport" "http" }}
xpack.security.{{ . }}.ssl.enabled: true
xpack.security.{{ . }}.ssl.key: certificates/tls.key
xpack.security.{{ . }}.ssl.certificate: certificates/tls.crt
xpack.security.{{ . }}.ssl.certificate_authorities: [certificates/ca.crt]
{{- end }}
xpack.security.transport.ssl.verification_mode: certificate
{{- end }}
