"""Waiting for what a cluster does by itself: for as long as that may take on a machine that is busy."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.kube.client import Client

PATIENCE = 120.0


def until(condition: Callable[[], object], told: Callable[[], object] = lambda: None) -> None:
    """Wait until something holds; `told` says what there is, where it never does."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, told()
        time.sleep(0.05)


def make_namespace(client: Client, name: str) -> None:
    """Make a namespace in which pods can be made: their service account comes to it in its own time."""
    client.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    until_furnished(client, name)


def until_furnished(client: Client, name: str) -> None:
    """Wait until all is in a namespace that comes to each."""

    def found(kind: str, wanted: str) -> bool:
        return wanted in [one["metadata"]["name"] for one in client.list("v1", kind, name)]

    until(lambda: found("ServiceAccount", "default") and found("ConfigMap", "kube-root-ca.crt"))


def until_allowed(client: Client, user: str, verb: str, resource: str, namespace: str) -> None:
    """Wait until a user has a right that was given: the server hears of roles and bindings in its own time.

    `resource` is as in `deployments.apps` or `pods/log`.
    """
    name, _, part = resource.partition("/")
    name, _, group = name.partition(".")
    asked = {"namespace": namespace, "verb": verb, "group": group, "resource": name, "subresource": part}
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "spec": {"user": user, "resourceAttributes": asked},
    }
    until(lambda: client.create(review)["status"]["allowed"], lambda: asked)
