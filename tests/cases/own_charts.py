"""Values for the platform's own charts: what makes renderings repeatable, and what turns everything on."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PARTS = ("hivemind-core", "hivemind-monitoring", "hivemind-logging", "hivemind-tracing")
UMBRELLA = "hivemind-complete"

_USERS = ("admin", "kibana", "fluentd", "jaeger", "reader")
_KEY, _PASSWORD = "key-to-encrypt-with", "password-of-grafana"
_PASSWORDS = {user: f"password-of-{user}" for user in _USERS}
#: What must be in Secrets only.
SECRETS = (_KEY, _PASSWORD, *_PASSWORDS.values())

#: In place of what would be made up anew by each rendering.
FIXED: dict[str, dict[str, Any]] = {
    "hivemind-core": {"encryption": {"key": _KEY}, "tls": {"existingSecret": "api-certificate"}},
    "hivemind-monitoring": {
        "grafana": {
            "adminPassword": _PASSWORD,
            "datasources": {"elasticsearch": {"caSecret": "certificates"}},
        }
    },
    "hivemind-logging": {
        "elasticsearch": {
            "passwords": _PASSWORDS,
            "certificates": {"existingSecret": "certificates"},
        },
        "kibana": {"existingSecret": "kibana-keys"},
    },
    "hivemind-tracing": {"storage": {"elasticsearch": {"caSecret": "certificates"}}},
}

_INGRESS = {
    "enabled": True,
    "className": "nginx",
    "annotations": {"a": "b"},
    "tls": [{"hosts": ["a.example.com"], "secretName": "tls"}],
}
_PEERS = [{"namespaceSelector": {"matchLabels": {"team": "a"}}}]
_RUNS: dict[str, Any] = {
    "podLabels": {"team": "a"},
    "podAnnotations": {"note": "b"},
    "priorityClassName": "high",
    "nodeSelector": {"disk": "ssd"},
    "affinity": {"nodeAffinity": {}},
    "tolerations": [{"operator": "Exists"}],
}
_COMMON: dict[str, Any] = {
    "commonLabels": {"owner": "platform"},
    "commonAnnotations": {"contact": "platform@example.com"},
    "imagePullSecrets": [{"name": "own-login"}],
}

#: Every switch that adds something, at once.
ALL: dict[str, dict[str, Any]] = {
    "hivemind-core": {
        **_COMMON,
        **_RUNS,
        "autoscaling": {"enabled": True},
        "namespaces": ["shop"],
        "auth": {
            "tokensSecret": "tokens",
            "kubernetes": {"enabled": True, "audiences": ["hivemind"]},
            "oidc": {
                "issuer": "https://issuer.example.com",
                "audiences": ["hivemind"],
                "grants": ["ops=admin", "shop=deployer:shop,pay"],
                "roleClaim": "role",
                "namespacesClaim": "namespaces",
                "jwksUrl": "https://issuer.example.com/keys",
                "caConfigMap": "issuer",
            },
        },
        "tls": {"enabled": True, "existingSecret": "api-certificate", "clientCASecret": "clients"},
        "repository": {"url": "oci://registry.example.com/charts", "public": True},
        "registryLogin": "registry-login",
        "rbac": {"namespaces": ["shop", "pay"]},
        "ingress": _INGRESS,
        "trustedProxies": ["10.0.0.0/8"],
        "extraArgs": ["--renders=4"],
        "extraEnv": [{"name": "HTTPS_PROXY", "value": "http://proxy:3128"}],
        "networkPolicy": {"from": _PEERS},
        "image": {"digest": f"sha256:{'0' * 64}"},
    },
    "hivemind-monitoring": {
        **_COMMON,
        "prometheus": {
            **_RUNS,
            "replicas": 2,
            "retentionSize": "10GB",
            "externalLabels": {"cluster": "a"},
            "extraScrapeConfigs": [{"job_name": "own", "static_configs": [{"targets": ["a:1"]}]}],
            "rules": {"own.yaml": {"groups": [{"name": "own", "rules": []}]}},
            "alertmanagers": ["alertmanager:9093"],
            "remoteWrite": [{"url": "https://remote.example.com/write"}],
            "extraSecretMounts": [{"name": "login", "secretName": "remote-login", "mountPath": "/etc/login"}],
            "extraArgs": ["--log.level=debug"],
            "ingress": _INGRESS,
        },
        "grafana": {
            **_RUNS,
            "ini": {"server": {"domain": "grafana.example.com"}, "smtp": {"enabled": True}},
            "datasources": {
                "extra": [{"name": "Loki", "type": "loki", "url": "http://loki:3100"}],
                "jaeger": {"enabled": True, "url": "http://jaeger.example.com:16686"},
                "elasticsearch": {
                    "enabled": True,
                    "url": "https://elasticsearch.example.com:9200",
                    "passwordSecret": "users",
                    "caSecret": "certificates",
                },
            },
            "dashboards": {"own.json": "{}"},
            "extraEnv": [{"name": "A", "value": "b"}],
            "ingress": _INGRESS,
        },
        "networkPolicy": {"from": _PEERS},
    },
    "hivemind-logging": {
        **_COMMON,
        "elasticsearch": {
            **_RUNS,
            "heap": "1g",
            "mmap": True,
            "config": {"indices.query.bool.max_clause_count": 8192},
        },
        "kibana": {**_RUNS, "replicas": 2, "config": {"i18n.locale": "en"}, "ingress": _INGRESS},
        "fluentd": {
            **_RUNS,
            "exclude": ["noisy-*.log"],
            "extraFilters": "<filter kubernetes.**>\n  @type grep\n</filter>",
            "extraMatches": "<match kubernetes.**audit**>\n  @type null\n</match>",
        },
        "networkPolicy": {"from": _PEERS},
    },
    "hivemind-tracing": {
        **_COMMON,
        "storage": {
            "type": "elasticsearch",
            "elasticsearch": {
                "url": "https://elasticsearch.example.com:9200",
                "passwordSecret": "users",
                "caSecret": "certificates",
                "indexPrefix": "shop",
            },
        },
        "receivers": {"jaeger": True, "zipkin": True},
        "sampling": {"strategies": {"default_strategy": {"type": "probabilistic", "param": 0.5}}},
        "config": {"service": {"telemetry": {"logs": {"level": "debug"}}}},
        "collector": {**_RUNS, "autoscaling": {"enabled": True}},
        "query": {**_RUNS, "basePath": "/jaeger", "ui": {"menu": []}, "ingress": _INGRESS},
        "networkPolicy": {"sendFrom": _PEERS, "queryFrom": _PEERS},
    },
}


def merged(*layers: dict[str, Any]) -> dict[str, Any]:
    """Return values with later ones laid over earlier ones, mapping by mapping."""
    found: dict[str, Any] = {}
    for layer in layers:
        for key, value in layer.items():
            there = found.get(key)
            found[key] = (
                merged(there, value) if isinstance(there, dict) and isinstance(value, dict) else value
            )
    return found


def cases() -> list[tuple[str, str, dict[str, Any]]]:
    """Return charts, what is special, and values: each rendering is the same every time."""
    found: list[tuple[str, str, dict[str, Any]]] = []
    for part in PARTS:
        found.append((part, "defaults", FIXED[part]))
        found.append((part, "everything", merged(FIXED[part], ALL[part])))
    found.append((UMBRELLA, "defaults", FIXED))
    found.append(
        (UMBRELLA, "everything", merged(FIXED, ALL, {"global": {"imageRegistry": "mirror.example.com"}}))
    )
    shared = {"hivemind-tracing": {"storage": {"type": "elasticsearch"}}, "global": {"storageClass": "fast"}}
    found.append((UMBRELLA, "traces in Elasticsearch", merged(FIXED, shared)))
    off = {"hivemind-tracing": {"enabled": False}, "hivemind-logging": {"enabled": False}}
    found.append((UMBRELLA, "no logs, no traces", merged(FIXED, off)))
    return found
