{{- define "hivemind-tracing.jaeger.fullname" -}}
{{ include "hivemind-tracing.fullname" . }}-jaeger
{{- end }}

{{- define "hivemind-tracing.serviceAccountName" -}}
{{- with .Values.serviceAccount -}}
{{- if .create }}{{ .name | default (include "hivemind-tracing.jaeger.fullname" $) }}{{ else }}{{ .name | default "default" }}{{ end -}}
{{- end -}}
{{- end }}

{{/* Which part does the work of `collector` or `query`: takes (list $ work). */}}
{{- define "hivemind-tracing.part" -}}
{{ eq (first .).Values.storage.type "badger" | ternary "jaeger" (printf "jaeger-%s" (last .)) }}
{{- end }}

{{/* Where Elasticsearch is, and who is trusted there: YAML with url, passwordSecret, caSecret. */}}
{{- define "hivemind-tracing.elasticsearch" -}}
{{- $given := .Values.storage.elasticsearch -}}
{{- $name := printf "%s-elasticsearch" (include "hivemind-tracing.fullname" .) -}}
{{- if $given.url -}}
url: {{ $given.url }}
passwordSecret: {{ $given.passwordSecret }}
caSecret: {{ $given.caSecret }}
{{- else if ((.Values.global | default dict).hivemind | default dict).logging -}}
url: https://{{ $name }}.{{ .Release.Namespace }}.svc:9200
passwordSecret: {{ $given.passwordSecret | default (printf "%s-users" $name) }}
caSecret: {{ $given.caSecret | default (printf "%s-certificates" $name) }}
{{- else -}}
{{- fail "storage.elasticsearch.url is needed: hivemind-logging, whose Elasticsearch could be used, is not part of this release" -}}
{{- end -}}
{{- end }}

{{/* Jaeger's configuration for (list $ collects queries), as YAML. */}}
{{- define "hivemind-tracing.config" -}}
{{- $root := index . 0 -}}
{{- $collects := index . 1 -}}
{{- $queries := index . 2 -}}
{{- $storage := $root.Values.storage -}}
{{- $extensions := list "jaeger_storage" "healthcheckv2" -}}
{{- if $collects }}{{ $extensions = append $extensions "remote_sampling" }}{{ end -}}
{{- if $queries }}{{ $extensions = append $extensions "jaeger_query" }}{{ end -}}
{{- $receivers := list "otlp" -}}
{{- if $root.Values.receivers.jaeger }}{{ $receivers = append $receivers "jaeger" }}{{ end -}}
{{- if $root.Values.receivers.zipkin }}{{ $receivers = append $receivers "zipkin" }}{{ end -}}
service:
  extensions: {{ $extensions | toJson }}
  pipelines:
    traces:
      {{- if $collects }}
      receivers: {{ $receivers | toJson }}
      processors: [memory_limiter, batch]
      exporters: [jaeger_storage_exporter]
      {{- else }}
      receivers: [nop]
      exporters: [nop]
      {{- end }}
  telemetry:
    resource:
      service.name: jaeger
    metrics:
      level: detailed
      readers:
        - pull:
            exporter:
              prometheus:
                host: 0.0.0.0
                port: 8888
    logs:
      level: info
extensions:
  healthcheckv2:
    use_v2: true
    http:
      endpoint: 0.0.0.0:13133
  jaeger_storage:
    backends:
      traces:
        {{- if eq $storage.type "badger" }}
        badger:
          directories:
            keys: /badger/keys
            values: /badger/values
          ephemeral: false
          ttl:
            spans: {{ $storage.badger.retention }}
        {{- else }}
        {{- $elasticsearch := include "hivemind-tracing.elasticsearch" $root | fromYaml }}
        elasticsearch:
          server_urls: [{{ $elasticsearch.url }}]
          {{- if $elasticsearch.passwordSecret }}
          auth:
            basic:
              username: {{ $storage.elasticsearch.user }}
              password_file: /etc/jaeger/elasticsearch/password
          {{- end }}
          {{- if $elasticsearch.caSecret }}
          tls:
            ca_file: /etc/jaeger/certificates/ca.crt
          {{- end }}
          indices:
            {{- with $storage.elasticsearch.indexPrefix }}
            index_prefix: {{ . }}
            {{- end }}
            {{- range list "spans" "services" "dependencies" "sampling" }}
            {{ . }}:
              shards: {{ $storage.elasticsearch.shards }}
              replicas: {{ $storage.elasticsearch.replicas }}
            {{- end }}
        {{- end }}
  {{- if $collects }}
  remote_sampling:
    file:
      {{- if $root.Values.sampling.strategies }}
      path: /etc/jaeger/config/sampling.json
      {{- else }}
      path: ""
      {{- end }}
      default_sampling_probability: {{ $root.Values.sampling.probability }}
    http:
      endpoint: 0.0.0.0:5778
    grpc:
      endpoint: 0.0.0.0:5779
  {{- end }}
  {{- if $queries }}
  jaeger_query:
    storage:
      traces: traces
    base_path: {{ $root.Values.query.basePath }}
    {{- if $root.Values.query.ui }}
    ui:
      config_file: /etc/jaeger/config/ui.json
    {{- end }}
    http:
      endpoint: 0.0.0.0:16686
    grpc:
      endpoint: 0.0.0.0:16685
  {{- end }}
receivers:
  {{- if $collects }}
  otlp:
    protocols:
      grpc:
        endpoint: 0.0.0.0:4317
      http:
        endpoint: 0.0.0.0:4318
  {{- if $root.Values.receivers.jaeger }}
  jaeger:
    protocols:
      grpc:
        endpoint: 0.0.0.0:14250
      thrift_http:
        endpoint: 0.0.0.0:14268
  {{- end }}
  {{- if $root.Values.receivers.zipkin }}
  zipkin:
    endpoint: 0.0.0.0:9411
  {{- end }}
processors:
  memory_limiter:
    check_interval: 1s
    limit_percentage: 80
    spike_limit_percentage: 20
  batch: {}
exporters:
  jaeger_storage_exporter:
    trace_storage: traces
  {{- else }}
  nop: {}
exporters:
  nop: {}
  {{- end }}
{{- end }}

{{/* The ConfigMap's data for (list $ collects queries). */}}
{{- define "hivemind-tracing.data" -}}
{{- $root := index . 0 -}}
jaeger.yaml: |
  {{- mustMergeOverwrite (include "hivemind-tracing.config" . | fromYaml) (deepCopy $root.Values.config) | toYaml | nindent 2 }}
{{- if and (index . 1) $root.Values.sampling.strategies }}
sampling.json: |
  {{- $root.Values.sampling.strategies | toPrettyJson | nindent 2 }}
{{- end }}
{{- if and (index . 2) $root.Values.query.ui }}
ui.json: |
  {{- $root.Values.query.ui | toPrettyJson | nindent 2 }}
{{- end }}
{{- end }}

{{/* The template of a pod. Takes (list $ part values collects queries). */}}
{{- define "hivemind-tracing.pod" -}}
{{- $root := index . 0 -}}
{{- $part := index . 1 -}}
{{- $values := index . 2 -}}
{{- $collects := index . 3 -}}
{{- $queries := index . 4 -}}
{{- $name := printf "%s-%s" (include "hivemind-tracing.fullname" $root) $part -}}
{{- $badger := eq $root.Values.storage.type "badger" -}}
metadata:
  {{- $sum := include "hivemind-tracing.data" (list $root $collects $queries) | sha256sum }}
  {{- include "hivemind-tracing.podMetadata" (list $root $part $values (dict
    "checksum/config" $sum
    "prometheus.io/scrape" "true"
    "prometheus.io/port" "8888"
  )) | nindent 2 }}
spec:
  serviceAccountName: {{ include "hivemind-tracing.serviceAccountName" $root }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  securityContext:
    {{- toYaml $root.Values.podSecurityContext | nindent 4 }}
  {{- include "hivemind-tracing.scheduling" (list $root $part ($badger | ternary (omit $values "replicas") $values)) | nindent 2 }}
  containers:
    - name: jaeger
      image: {{ include "hivemind-tracing.image" (list $root $root.Values.image) }}
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      args: [--config=/etc/jaeger/config/jaeger.yaml]
      ports:
        - name: health
          containerPort: 13133
        - name: metrics
          containerPort: 8888
        {{- if $collects }}
        {{- range $port, $number := include "hivemind-tracing.collectorPorts" $root | fromYaml }}
        - name: {{ $port }}
          containerPort: {{ $number }}
        {{- end }}
        {{- end }}
        {{- if $queries }}
        - name: query-http
          containerPort: 16686
        - name: query-grpc
          containerPort: 16685
        {{- end }}
      startupProbe:
        httpGet:
          path: /status
          port: health
        periodSeconds: 5
        failureThreshold: 60
      livenessProbe:
        httpGet:
          path: /status
          port: health
        periodSeconds: 15
        timeoutSeconds: 5
      readinessProbe:
        httpGet:
          path: /status
          port: health
        periodSeconds: 5
        timeoutSeconds: 4
      resources:
        {{- toYaml $values.resources | nindent 8 }}
      securityContext:
        {{- toYaml $root.Values.securityContext | nindent 8 }}
      volumeMounts:
        - name: config
          mountPath: /etc/jaeger/config
          readOnly: true
        - name: temporary
          mountPath: /tmp
        {{- if $badger }}
        - name: data
          mountPath: /badger
        {{- else }}
        {{- include "hivemind-tracing.loginMounts" $root | nindent 8 }}
        {{- end }}
  volumes:
    - name: config
      configMap:
        name: {{ $name }}
    - name: temporary
      emptyDir: {}
    {{- if not $badger }}
    {{- include "hivemind-tracing.loginVolumes" $root | nindent 4 }}
    {{- else if not $root.Values.storage.badger.persistence.enabled }}
    - name: data
      emptyDir: {}
    {{- end }}
{{- end }}

{{- define "hivemind-tracing.loginMounts" -}}
{{- $elasticsearch := include "hivemind-tracing.elasticsearch" . | fromYaml -}}
{{- if $elasticsearch.passwordSecret }}
- name: login
  mountPath: /etc/jaeger/elasticsearch
  readOnly: true
{{- end }}
{{- if $elasticsearch.caSecret }}
- name: certificates
  mountPath: /etc/jaeger/certificates
  readOnly: true
{{- end }}
{{- end }}

{{- define "hivemind-tracing.loginVolumes" -}}
{{- $elasticsearch := include "hivemind-tracing.elasticsearch" . | fromYaml -}}
{{- with $elasticsearch.passwordSecret }}
- name: login
  secret:
    secretName: {{ . }}
    items:
      - key: {{ $.Values.storage.elasticsearch.passwordKey }}
        path: password
{{- end }}
{{- with $elasticsearch.caSecret }}
- name: certificates
  secret:
    secretName: {{ . }}
    items:
      - key: ca.crt
        path: ca.crt
{{- end }}
{{- end }}

{{/* The ports that traces come in on, by name. */}}
{{- define "hivemind-tracing.collectorPorts" -}}
otlp-grpc: 4317
otlp-http: 4318
sampling: 5778
sampling-grpc: 5779
{{- if .Values.receivers.jaeger }}
jaeger-grpc: 14250
jaeger-thrift: 14268
{{- end }}
{{- if .Values.receivers.zipkin }}
zipkin: 9411
{{- end }}
{{- end }}
