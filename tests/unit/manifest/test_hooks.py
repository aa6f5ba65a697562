from __future__ import annotations

from typing import Any

import pytest

from hivehelm.manifest.documents import ManifestError
from hivehelm.manifest.hooks import sort_manifests
from hivehelm.manifest.order import UNINSTALL_ORDER


def _document(kind: str, name: str, **annotations: str) -> str:
    lines = [f"kind: {kind}", "metadata:", f"  name: {name}"]
    if annotations:
        lines.append("  annotations:")
        lines += [f'    helm.sh/{key.replace("_", "-")}: "{value}"' for key, value in annotations.items()]
    return "\n".join(lines) + "\n"


def test_files_are_read_by_name_and_documents_in_order() -> None:
    files = {
        "c/templates/b.yaml": _document("Pod", "b1") + "---\n" + _document("Pod", "b2"),
        "c/templates/a.yaml": _document("Pod", "a"),
        "c/templates/_p.yaml": "x: [",
        "c/templates/blank.yaml": " \n",
        "c/templates/_d/e.yaml": _document("Namespace", "e"),
    }
    hooks, manifests = sort_manifests(files)
    assert hooks == []
    assert [manifest.head.name for manifest in manifests] == ["e", "a", "b1", "b2"]
    assert manifests[0].name == "c/templates/_d/e.yaml"
    assert manifests[2].content == "kind: Pod\nmetadata:\n  name: b1\n"


def test_manifests_go_by_kind() -> None:
    text = "---\n".join(
        _document(kind, kind) for kind in ("Zebra", "Service", "Ape", "ConfigMap", "Namespace")
    )
    kinds = [manifest.head.kind for manifest in sort_manifests({"a.yaml": text})[1]]
    assert kinds == ["Namespace", "ConfigMap", "Service", "Ape", "Zebra"]
    kinds = [manifest.head.kind for manifest in sort_manifests({"a.yaml": text}, UNINSTALL_ORDER)[1]]
    assert kinds == ["Service", "ConfigMap", "Namespace", "Ape", "Zebra"]


def test_hooks_are_set_apart() -> None:
    files = {
        "t/b.yaml": _document("Job", "job", hook="Pre-Install, post-upgrade", hook_weight="-5"),
        "t/a.yaml": _document(
            "Pod",
            "pod",
            hook="test-success",
            hook_delete_policy="before-hook-creation, Hook-Succeeded",
            hook_output_log_policy="hook-failed",
        ),
        "t/c.yaml": _document("Pod", "plain", other="x"),
    }
    hooks, manifests = sort_manifests(files)
    assert [manifest.head.name for manifest in manifests] == ["plain"]
    pod, job = hooks
    assert (pod.name, pod.kind, pod.path, pod.manifest) == ("pod", "Pod", "t/a.yaml", files["t/a.yaml"])
    assert (pod.events, pod.weight) == (("test",), 0)
    assert pod.delete_policies == ("before-hook-creation", "hook-succeeded")
    assert pod.output_log_policies == ("hook-failed",)
    assert (job.events, job.weight) == (("pre-install", "post-upgrade"), -5)
    assert (job.delete_policies, job.output_log_policies) == ((), ())


@pytest.mark.parametrize("events", ["crd-install", "pre-install,bogus", "", "pre-install,"])
def test_hooks_of_unknown_events_are_left_out(events: str) -> None:
    told: list[tuple[Any, ...]] = []

    def log(*arguments: Any, **attributes: Any) -> None:
        told.append((*arguments, attributes))

    files = {"a.yaml": _document("Pod", "x", hook=events)}
    assert sort_manifests(files, log=log) == ([], [])
    assert told == [("INFO", "skipping unknown hooks", {"hookTypes": events})]
    assert sort_manifests(files) == ([], [])


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("5", 5), ("+3", 3), ("-0", 0), ("x", 0), ("", 0), ("1_0", 0), ("1.0", 0), (" 1", 0), ("\u0663", 0),
        ("9223372036854775807", 2**63 - 1), ("9223372036854775808", 0), ("-9223372036854775808", -(2**63)),
        ("9" * 30, 0), ("0" * 30 + "7", 7),
    ],
)  # fmt: skip
def test_weights_are_what_atoi_reads(text: str, weight: int) -> None:
    (hook,) = sort_manifests({"a.yaml": _document("Pod", "x", hook="test", hook_weight=text)})[0]
    assert hook.weight == weight


def test_a_broken_document_names_its_template() -> None:
    with pytest.raises(ManifestError) as caught:
        sort_manifests({"c/templates/a.yaml": "kind: Pod\n---\nkind: [\n"})
    assert str(caught.value) == (
        "YAML parse error on c/templates/a.yaml: error converting YAML to JSON: yaml: line 1: "
        "did not find expected node content"
    )
    assert (caught.value.path, caught.value.reason[:5]) == ("c/templates/a.yaml", "error")
