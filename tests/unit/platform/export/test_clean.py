"""Objects without what the server and controllers added."""

from __future__ import annotations

import json

import pytest

from hivehelm.platform.export.clean import cleaned

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SERVER = {
    "uid": "x",
    "resourceVersion": "1",
    "generation": 2,
    "creationTimestamp": "2026-01-01T00:00:00Z",
    "ownerReferences": [],
    "finalizers": ["kubernetes.io/pvc-protection"],
}


def live(kind: str, api_version: str = "v1", **members: Any) -> dict[str, Any]:
    metadata = {"name": "a", "namespace": "n", **SERVER, **members.pop("metadata", {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **members, "status": {"x": 1}}


def test_what_every_object_gets_is_dropped() -> None:
    found = cleaned(live("ConfigMap", data={"a": "b"}))
    assert found == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "a", "namespace": "n"},
        "data": {"a": "b"},
    }


def test_a_users_finalizers_annotations_and_labels_stay() -> None:
    metadata = {
        "labels": {"app": "web"},
        "annotations": {
            "mine": "1",
            "deployment.kubernetes.io/revision": "3",
            "meta.helm.sh/release-name": "a",
        },
        "finalizers": ["example.com/mine", "foregroundDeletion"],
    }
    assert cleaned(live("ConfigMap", metadata=metadata))["metadata"] == {
        "name": "a",
        "namespace": "n",
        "labels": {"app": "web"},
        "annotations": {"mine": "1"},
        "finalizers": ["example.com/mine"],
    }


def test_what_was_applied_stays_though_it_is_the_default() -> None:
    fields: dict[str, Any] = {
        "f:spec": {"f:type": {}, "f:ports": {'k:{"port":80,"protocol":"TCP"}': {".": {}, "f:port": {}}}}
    }
    managed = [{"manager": "helm", "operation": "Apply", "apiVersion": "v1", "fieldsV1": fields}]
    spec = {
        "type": "ClusterIP",
        "clusterIP": "10.0.0.1",
        "ports": [{"port": 80, "protocol": "TCP", "targetPort": 80, "nodePort": 30000}],
        "sessionAffinity": "None",
    }
    found = cleaned(live("Service", metadata={"managedFields": managed}, spec=spec))
    assert found["spec"] == {"type": "ClusterIP", "ports": [{"port": 80, "protocol": "TCP"}]}


def test_what_somebody_edited_stays_too() -> None:
    entries = [
        {
            "manager": "helm",
            "operation": "Apply",
            "apiVersion": "v1",
            "fieldsV1": {
                "f:spec": {"f:selector": {}, "f:ports": {'k:{"port":80,"protocol":"TCP"}': {"f:port": {}}}}
            },
        },
        {
            "manager": "kubectl-edit",
            "operation": "Update",
            "apiVersion": "v1",
            "fieldsV1": {
                "f:spec": {"f:externalName": {}, "f:type": {}},
                "f:metadata": {"f:labels": {"f:x": {}}},
            },
        },
    ]
    spec = {
        "selector": {"app": "web"},
        "ports": [{"port": 80, "protocol": "TCP"}, {"port": 81, "protocol": "TCP"}],
        "externalName": "other",
        "type": "ClusterIP",
    }
    metadata = {"managedFields": entries, "labels": {"x": "1", "y": "2"}}
    found = cleaned(live("Service", metadata=metadata, spec=spec))
    assert found["spec"] == {
        "selector": {"app": "web"},
        "ports": [{"port": 80, "protocol": "TCP"}],
        "externalName": "other",
    }
    assert found["metadata"]["labels"] == {"x": "1"}


def test_a_secrets_data_stays_though_it_was_applied_as_text() -> None:
    managed = [
        {
            "manager": "helm",
            "operation": "Apply",
            "apiVersion": "v1",
            "fieldsV1": {"f:stringData": {"f:a": {}}},
        }
    ]
    found = cleaned(live("Secret", metadata={"managedFields": managed}, data={"a": "eA=="}, type="Opaque"))
    assert found["data"] == {"a": "eA=="}


WANTED = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "a"},
    "spec": {
        "replicas": 1,
        "template": {"spec": {"containers": [{"name": "b", "image": "b:1"}, {"name": "a", "image": "a:1"}]}},
    },
}
SPEC = {
    "replicas": 1,
    "progressDeadlineSeconds": 600,
    "revisionHistoryLimit": 3,
    "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}},
    "template": {
        "metadata": {"creationTimestamp": None},
        "spec": {
            "dnsPolicy": "ClusterFirst",
            "containers": [
                {"name": "b", "image": "b:1", "imagePullPolicy": "IfNotPresent", "resources": {}},
                {"name": "a", "image": "a:1", "imagePullPolicy": "Always", "resources": {}},
            ],
        },
    },
}


@pytest.mark.parametrize("told", ["given", "kubectl"])
def test_what_the_manifest_says_stays(told: str) -> None:
    metadata: dict[str, Any] = {}
    if told == "kubectl":
        name = "kubectl.kubernetes.io/last-applied-configuration"
        metadata["annotations"] = {name: json.dumps(WANTED)}
    obj = live("Deployment", "apps/v1", metadata=metadata, spec=SPEC)
    found = cleaned(obj, WANTED if told == "given" else None)
    assert found["spec"]["replicas"] == 1
    assert found["spec"]["revisionHistoryLimit"] == 3
    assert "strategy" not in found["spec"]
    assert "annotations" not in found["metadata"]
    assert found["spec"]["template"]["spec"] == {
        "containers": [
            {"name": "b", "image": "b:1"},
            {"name": "a", "image": "a:1", "imagePullPolicy": "Always"},
        ]
    }


def test_a_broken_note_of_kubectls_tells_nothing() -> None:
    for text in ("{", "[]"):
        metadata = {"annotations": {"kubectl.kubernetes.io/last-applied-configuration": text}}
        assert cleaned(live("ConfigMap", metadata=metadata, data={"a": "b"}))["data"] == {"a": "b"}


DEFAULTS: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    (
        "v1",
        "Service",
        {
            "type": "LoadBalancer",
            "clusterIP": "10.0.0.1",
            "clusterIPs": ["10.0.0.1"],
            "ipFamilies": ["IPv4"],
            "ipFamilyPolicy": "SingleStack",
            "externalTrafficPolicy": "Cluster",
            "internalTrafficPolicy": "Cluster",
            "sessionAffinity": "None",
            "allocateLoadBalancerNodePorts": True,
            "ports": [{"port": 80, "targetPort": 80, "protocol": "TCP", "nodePort": 31000}],
        },
        {"type": "LoadBalancer", "ports": [{"port": 80}]},
    ),
    (
        "v1",
        "Service",
        {
            "clusterIP": "None",
            "clusterIPs": ["None"],
            "ipFamilyPolicy": "PreferDualStack",
            "externalTrafficPolicy": "Local",
        },
        {"clusterIP": "None", "ipFamilyPolicy": "PreferDualStack", "externalTrafficPolicy": "Local"},
    ),
    ("v1", "PersistentVolumeClaim", {"volumeName": "pv", "volumeMode": "Filesystem", "x": 1}, {"x": 1}),
    (
        "v1",
        "Pod",
        {
            "nodeName": "n",
            "serviceAccount": "s",
            "serviceAccountName": "s",
            "priority": 0,
            "enableServiceLinks": True,
        },
        {"serviceAccountName": "s"},
    ),
    (
        "batch/v1",
        "Job",
        {
            "selector": {"matchLabels": {"controller-uid": "x"}},
            "completions": 1,
            "suspend": False,
            "template": {
                "metadata": {"labels": {"job-name": "a", "mine": "1"}},
                "spec": {"restartPolicy": "Never"},
            },
        },
        {"template": {"metadata": {"labels": {"mine": "1"}}, "spec": {"restartPolicy": "Never"}}},
    ),
    (
        "batch/v1",
        "CronJob",
        {"schedule": "* * * * *", "suspend": False, "jobTemplate": {"spec": {"template": {"spec": {}}}}},
        {"schedule": "* * * * *", "jobTemplate": {"spec": {"template": {"spec": {}}}}},
    ),
    (
        "apps/v1",
        "DaemonSet",
        {"revisionHistoryLimit": 10, "template": {"spec": {}}},
        {"template": {"spec": {}}},
    ),
    ("apps/v1", "ReplicaSet", {"replicas": 1, "template": {"spec": {}}}, {"template": {"spec": {}}}),
    (
        "apps/v1",
        "StatefulSet",
        {
            "podManagementPolicy": "OrderedReady",
            "volumeClaimTemplates": [{"spec": {"volumeMode": "Filesystem"}, "status": {"phase": "Pending"}}],
        },
        {"volumeClaimTemplates": [{"spec": {}}]},
    ),
    ("autoscaling/v2", "HorizontalPodAutoscaler", {"minReplicas": 1, "maxReplicas": 3}, {"maxReplicas": 3}),
    (
        "networking.k8s.io/v1",
        "NetworkPolicy",
        {"egress": [{"ports": [{"port": 53, "protocol": "TCP"}]}], "ingress": [{}]},
        {"egress": [{"ports": [{"port": 53}]}], "ingress": [{}]},
    ),
    ("example.com/v1", "Widget", {"replicas": 1}, {"replicas": 1}),
]


@pytest.mark.parametrize(("api_version", "kind", "spec", "left"), DEFAULTS)
def test_defaults_are_dropped(
    api_version: str, kind: str, spec: dict[str, Any], left: dict[str, Any]
) -> None:
    assert cleaned(live(kind, api_version, spec=spec))["spec"] == left


def test_defaults_of_pods_are_dropped_wherever_they_are() -> None:
    spec = {
        "containers": [
            {
                "name": "a",
                "image": "localhost:5000/a@sha256:abc",
                "imagePullPolicy": "IfNotPresent",
                "terminationMessagePath": "/dev/termination-log",
                "ports": [{"containerPort": 80, "protocol": "TCP"}],
                "env": [{"name": "IP", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "x"}}}],
                "livenessProbe": {
                    "httpGet": {"port": 80, "scheme": "HTTP", "path": "/"},
                    "timeoutSeconds": 1,
                    "periodSeconds": 5,
                },
                "lifecycle": {"preStop": {"httpGet": {"port": 1, "scheme": "HTTP"}}},
            },
            {"name": "b", "image": "b", "imagePullPolicy": "Always"},
            "odd",
        ],
        "volumes": [
            {"name": "c", "configMap": {"name": "c", "defaultMode": 420}},
            {
                "name": "p",
                "projected": {
                    "defaultMode": 420,
                    "sources": [{"serviceAccountToken": {"expirationSeconds": 3600}}],
                },
            },
            {"name": "h", "hostPath": {"path": "/x", "type": ""}},
        ],
    }
    found = cleaned(live("Pod", spec=spec))["spec"]
    assert found["containers"] == [
        {
            "name": "a",
            "image": "localhost:5000/a@sha256:abc",
            "ports": [{"containerPort": 80}],
            "env": [{"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "x"}}}],
            "livenessProbe": {"httpGet": {"port": 80}, "periodSeconds": 5},
            "lifecycle": {"preStop": {"httpGet": {"port": 1}}},
        },
        {"name": "b", "image": "b"},
        "odd",
    ]
    assert found["volumes"] == [
        {"name": "c", "configMap": {"name": "c"}},
        {"name": "p", "projected": {"sources": [{"serviceAccountToken": {}}]}},
        {"name": "h", "hostPath": {"path": "/x"}},
    ]


def test_defaults_that_are_in_no_spec() -> None:
    hooks = [{"name": "w", "timeoutSeconds": 10, "rules": [{"scope": "*", "resources": ["pods"]}]}]
    kind = "ValidatingWebhookConfiguration"
    found = cleaned(live(kind, "admissionregistration.k8s.io/v1", webhooks=hooks))
    assert found["webhooks"] == [{"name": "w", "rules": [{"resources": ["pods"]}]}]
    account = live("ServiceAccount", secrets=[{"name": "a-token-x"}, {"name": "mine"}])
    assert cleaned(account)["secrets"] == [{"name": "mine"}]
    assert "secrets" not in cleaned(live("ServiceAccount", secrets=[{"name": "a-dockercfg-x"}]))
    assert "type" not in cleaned(live("Secret", type="Opaque"))
    assert cleaned(live("Secret", type="kubernetes.io/tls"))["type"] == "kubernetes.io/tls"
    storage = live("StorageClass", "storage.k8s.io/v1", reclaimPolicy="Delete", provisioner="p")
    assert "reclaimPolicy" not in cleaned(storage)
    space = live(
        "Namespace", metadata={"labels": {"kubernetes.io/metadata.name": "a"}}, spec={"finalizers": []}
    )
    assert cleaned(space) == {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": "a", "namespace": "n"},
    }
    definition = live(
        "CustomResourceDefinition", "apiextensions.k8s.io/v1", spec={"conversion": {"strategy": "None"}}
    )
    assert cleaned(definition)["spec"] == {}


def test_what_somebody_added_to_a_list_stays_in_its_place() -> None:
    def held(*keys: str) -> dict[str, Any]:
        inner: dict[str, Any] = {
            f'k:{{"name":"{key}"}}': {".": {}, "f:name": {}, "f:image": {}} for key in keys
        }
        return {"f:spec": {"f:containers": inner}}

    edited = held("added")
    edited["f:spec"]["f:containers"]['k:{"name":"web"}'] = {"f:args": {}}
    entries = [
        {"manager": "helm", "operation": "Apply", "apiVersion": "v1", "fieldsV1": held("web", "last")},
        {"manager": "kubectl-edit", "operation": "Update", "apiVersion": "v1", "fieldsV1": edited},
    ]
    containers = [
        {"name": "web", "image": "w:1", "args": ["x"], "terminationMessagePolicy": "File"},
        {"name": "added", "image": "a:1", "imagePullPolicy": "IfNotPresent"},
        {"name": "last", "image": "l:1"},
    ]
    pod = live("Pod", metadata={"managedFields": entries}, spec={"containers": containers})
    assert cleaned(pod)["spec"]["containers"] == [
        {"name": "web", "image": "w:1", "args": ["x"]},
        {"name": "added", "image": "a:1"},
        {"name": "last", "image": "l:1"},
    ]
