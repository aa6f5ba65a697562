"""Each rule, by the words that Helm and the cluster really say."""

from __future__ import annotations

from typing import Any

import pytest

from hivehelm.platform.debug.facts import (
    CHANGED,
    MISSING,
    UNKNOWN_KIND,
    Change,
    ChartState,
    EventState,
    Facts,
    Failure,
    Holder,
    HookState,
    ObjectState,
    PodState,
    RepositoryState,
    Revision,
    Trouble,
)
from hivehelm.platform.debug.report import Report
from hivehelm.platform.debug.rules import LAST_RESORTS, RULES, diagnose
from hivehelm.platform.debug.text import text as text_of


def facts(**known: Any) -> Facts:
    return Facts(name="web", namespace="shop", **known)


def failed(text: str, chart: str = "stable/nginx", version: str = "", **known: Any) -> Facts:
    failure = Failure(text=text, verb="install", chart=chart, version=version, source="command line")
    return facts(failure=failure, **known)


def revision(number: int, status: str, version: str = "1.0.0") -> Revision:
    return Revision(
        revision=number,
        status=status,
        chart="web",
        version=version,
        app_version="",
        updated="2026-01-02T03:04:05Z",
        description="",
    )


TWICE = (revision(1, "deployed"), revision(2, "failed", "2.0.0"))


def thing(kind: str = "Deployment", state: str = "as wanted", **known: Any) -> ObjectState:
    version = known.pop("api_version", "apps/v1")
    return ObjectState(api_version=version, kind=kind, namespace="shop", name="web", state=state, **known)


def pod(reason: str, message: str = "", container: str = "app", **known: Any) -> Facts:
    code = known.pop("exit_code", 0)
    trouble = Trouble(reason=reason, message=message, container=container, exit_code=code)
    logs = known.pop("logs", {})
    state = PodState(
        namespace="shop",
        name="web-1",
        owner="Deployment/web",
        phase="Pending",
        restarts=3,
        troubles=(trouble,),
        logs=logs,
    )
    return facts(history=(revision(1, "failed"),), pods=(state,), **known)


def event(subject: str, reason: str, message: str) -> EventState:
    return EventState(
        kind="Warning", subject=subject, reason=reason, message=message, count=1, when="2026-01-02T03:04:05Z"
    )


def stable(**known: Any) -> tuple[RepositoryState, ...]:
    said = {"name": "stable", "url": "https://charts.example.com", "reachable": True, "cached": True, **known}
    return (RepositoryState(**said),)


CASES: dict[str, tuple[Facts, str, str]] = {
    "no cluster": (
        facts(cluster="kubernetes cluster unreachable: dial tcp 127.0.0.1:6443: connect: connection refused"),
        "cluster-unreachable",
        "the cluster cannot be reached",
    ),
    "stranger to the cluster": (
        facts(
            cluster=(
                "kubernetes cluster unreachable: the server has asked for the client to provide credentials"
            )
        ),
        "cluster-credentials",
        "does not accept your credentials",
    ),
    "records that may not be read": (
        facts(gaps={"history": 'secrets is forbidden: User "bob" cannot list resource "secrets"'}),
        "records-forbidden",
        "may not read the records",
    ),
    "nobody": (
        facts(elsewhere=("prod",), similar=("webb (namespace shop)",)),
        "no-release",
        'no release "web" in namespace "shop"; there is one in prod',
    ),
    "waiting took too long": (
        failed("resource Deployment/shop/web not ready\ncontext deadline exceeded"),
        "timeout",
        "not ready in time",
    ),
    "something else": (failed("the moon is in the wrong house"), "failure", "the moon is in the wrong house"),
    # Chart not found.
    "unknown repository": (failed("repo stable not found"), "unknown-repository", 'known as "stable"'),
    "unknown repository of ours": (
        failed("repo stable not found; 'hivemind helm repo list' shows those there are"),
        "unknown-repository",
        'known as "stable"',
    ),
    "stale index": (
        failed(
            "chart \"nginx\" matching  not found in stable index. (try 'helm repo update'): no "
            "chart name found",
            repositories=stable(fresh=("1.2.0", "1.1.0")),
        ),
        "stale-index",
        "its index here is older",
    ),
    "index that was never fetched": (
        failed(
            "no cached repo found. (try 'helm repo update')",
            repositories=stable(cached=False, fresh=("1.0.0",)),
        ),
        "stale-index",
        "has never been fetched",
    ),
    "unknown version": (
        failed(
            "chart \"nginx\" matching 9.0.0 not found in stable index. (try 'helm repo update'): "
            "no chart version found for nginx-9.0.0",
            version="9.0.0",
            repositories=stable(versions=("1.2.0", "1.1.0")),
        ),
        "unknown-version",
        'chart "stable/nginx" has no version 9.0.0',
    ),
    "unknown chart": (
        failed("no chart name found", "stable/ngnix", repositories=stable(similar=("nginx",))),
        "unknown-chart",
        'repository "stable" has no chart "ngnix"',
    ),
    "unknown chart of ours": (
        failed('chart "nginx" not found in /srv/charts; a repository\'s is REPOSITORY/nginx', "nginx"),
        "unknown-chart",
        'no chart "nginx"',
    ),
    "no such path": (
        failed('path "./nowhere" not found', "./nowhere"),
        "missing-path",
        "no chart at ./nowhere",
    ),
    "no chart in there": (failed("Chart.yaml file is missing", "./x"), "missing-path", "no chart at ./x"),
    "dependencies are missing": (
        failed(
            "an error occurred while checking for chart dependencies. You may need to run `helm "
            "dependency build` to "
            "fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory: db, cache"
        ),
        "missing-dependencies",
        "not in it: db, cache",
    ),
    "a chart that is gone": (
        facts(
            history=(revision(1, "deployed"),),
            chart=ChartState(name="web", version="1.0.0"),
            repositories=stable(),
        ),
        "chart-gone",
        "none of the repositories",
    ),
    "a newer chart": (
        facts(
            history=(revision(1, "deployed"),),
            chart=ChartState(name="web", version="1.0.0", newer=("stable/web 2.0.0",), available=("x",)),
        ),
        "newer-version",
        "a newer chart than web 1.0.0",
    ),
    # Repository issues.
    "credentials of a repository": (
        failed(
            "failed to download", repositories=stable(reachable=False, status=401, problem="401 Unauthorized")
        ),
        "repository-credentials",
        'repository "stable" (https://charts.example.com) does not accept',
    ),
    "credentials of a server that is not listed": (
        failed("failed to fetch https://other.example.com/web.tgz : 403 Forbidden"),
        "repository-credentials",
        "https://other.example.com/web.tgz",
    ),
    "a certificate": (
        failed(
            "failed to download",
            repositories=stable(
                reachable=False,
                problem="tls: failed to verify certificate: x509: certificate signed by unknown",
            ),
        ),
        "repository-certificate",
        "is not trusted",
    ),
    "no network": (
        failed(
            "failed to download",
            repositories=stable(reachable=False, problem="dial tcp: lookup charts.example.com: no such host"),
        ),
        "repository-network",
        "cannot be reached",
    ),
    "a server in trouble": (
        failed("failed to download", repositories=stable(reachable=False, status=503, problem="503")),
        "repository-availability",
        "its server answers 503",
    ),
    "what is no index": (
        failed(
            "failed to download",
            repositories=stable(reachable=False, status=200, problem="error unmarshaling JSON"),
        ),
        "repository-availability",
        "what it serves is no index",
    ),
    # Installation fails: values.
    "schema": (
        failed(
            "values don't meet the specifications of the schema(s) in the following chart(s):\nweb:\n"
            "- at '/image/tag': got number, want string\n- at '/replicas': got string, want integer\n"
        ),
        "values-schema",
        "value image.tag is not what the chart's schema allows: got number, want string",
    ),
    "required": (
        failed("execution error at (web/templates/x.yaml:1:3): image.tag is required"),
        "values-required",
        "image.tag is required",
    ),
    "a value that is missing": (
        failed(
            'web/templates/a.yaml:9:4\n  executing "web/templates/a.yaml" at <include "web.x" .>:\n    '
            'error calling include:\nweb/templates/_h.tpl:3:7\n  executing "web.x" at <.Values.image.tag>:\n'
            "    nil pointer evaluating interface {}.tag"
        ),
        "values-missing",
        "a template needs image.tag, and there is no image",
    ),
    "a value of the wrong kind": (
        failed(
            'web/templates/a.yaml:9:4\n  executing "web/templates/a.yaml" at <.Values.a.b>:\n    '
            "can't evaluate field b in type interface {}"
        ),
        "values-type",
        "can't evaluate field b",
    ),
    "a values file": (
        failed(
            "failed to parse values.yaml: error converting YAML to JSON: yaml: line 2: did not "
            "find expected key"
        ),
        "values-file",
        "values.yaml is not YAML",
    ),
    "--set": (
        failed('failed parsing --set data: key "a" has no value (cannot end with ,)'),
        "values-file",
        "what --set says",
    ),
    # Installation fails: templates.
    "template syntax": (
        failed("parse error at (web/templates/x.yaml:7): missing value for if"),
        "template-syntax",
        "web/templates/x.yaml has a syntax error in line 7: missing value for if",
    ),
    "an unknown template": (
        failed('template: no template "web.labels" associated with template "gotpl"'),
        "template-undefined",
        '"web.labels"',
    ),
    "no YAML": (
        failed(
            "YAML parse error on web/templates/x.yaml: error converting YAML to JSON: yaml: line "
            "3: mapping values "
            "are not allowed in this context"
        ),
        "template-yaml",
        "web/templates/x.yaml does not render to YAML: line 3",
    ),
    "a template that fails": (
        failed(
            'web/templates/a.yaml:9:4\n  executing "web/templates/a.yaml" at <fromJson .Values.x>:\n    '
            "error calling fromJson: unexpected end"
        ),
        "template-execution",
        "web/templates/a.yaml fails in line 9",
    ),
    # Installation fails: resources.
    "a kind that is unknown": (
        failed(
            'resource mapping not found for name: "w" namespace: "" from "": no matches for kind '
            '"Widget" in version '
            '"acme.io/v1"\nensure CRDs are installed first'
        ),
        "missing-kind",
        "knows no Widget of acme.io/v1",
    ),
    "quota": (
        facts(
            history=(revision(1, "failed"),),
            events=(
                event(
                    "ReplicaSet/web-1",
                    "FailedCreate",
                    'pods "web-1-x" is forbidden: exceeded quota: q, requested: cpu=1, used: cpu=1, '
                    "limited: cpu=1",
                ),
            ),
        ),
        "quota",
        "exceeded quota: q, requested: cpu=1",
    ),
    "quota at once": (
        failed('pods "x" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2'),
        "quota",
        "namespace shop is used up",
    ),
    "pod security": (
        failed('pods "x" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true'),
        "pod-security",
        "security standard",
    ),
    "a webhook": (
        failed('admission webhook "policy.example.com" denied the request: no latest tags'),
        "webhook-denied",
        '"policy.example.com" refuses an object: no latest tags',
    ),
    "a webhook that is away": (
        failed('failed calling webhook "policy.example.com": Post "https://x": dial tcp: connection refused'),
        "webhook-away",
        "does not answer",
    ),
    "rights": (
        failed(
            'secrets is forbidden: User "bob" cannot create resource "secrets" in API group "" in '
            'the namespace "shop"'
        ),
        "forbidden",
        'bob may not create secrets in the namespace "shop"',
    ),
    "somebody else's object": (
        failed(
            'unable to continue with install: Service "web" in namespace "shop" exists and cannot '
            "be imported into "
            "the current release: invalid ownership metadata; label validation error: missing key"
        ),
        "object-exists",
        "Service web is there already",
    ),
    "no namespace": (failed('namespaces "shop" not found'), "no-namespace", "no namespace shop"),
    "a namespace that goes away": (
        failed("unable to create new content in namespace shop because it is being terminated"),
        "namespace-terminating",
        "is being deleted",
    ),
    "an invalid object": (
        failed('Service "web" is invalid: spec.ports[0].port: Invalid value: 0: must be between 1 and 65535'),
        "invalid-object",
        "refuses Service web: spec.ports[0].port",
    ),
    "a value of a wrong type in an object": (
        failed(
            "failed to create typed patch object (shop/web; apps/v1, Kind=Deployment): "
            ".spec.replicas: expected "
            "numeric (int or float), got string"
        ),
        "invalid-object",
        "refuses Deployment web: .spec.replicas: expected numeric",
    ),
    "a field that is unknown": (
        failed('strict decoding error: unknown field "spec.replica"'),
        "unknown-field",
        "spec.replica",
    ),
    "a trial on the server": (
        failed(
            "preflight found 2 problems, nothing has been changed:\n"
            "- Service shop/web: spec.clusterIP: may not change once set; delete the Service first\n"
            "- Widget w: apiVersion: acme.io/v1 is not served by this cluster; install its definition first"
        ),
        "refused",
        "would refuse Service shop/web: spec.clusterIP: may not change once set",
    ),
    "a name in use": (
        failed("cannot reuse a name that is still in use"),
        "name-in-use",
        'release "web" already',
    ),
    "a node with room": (
        pod("Unschedulable", "0/3 nodes are available: 3 Insufficient cpu, 3 Insufficient memory.", ""),
        "unschedulable",
        "no node has enough cpu and memory",
    ),
    "a node that may": (
        pod(
            "Unschedulable",
            "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.",
            "",
        ),
        "unschedulable",
        "no node may take pod web-1",
    ),
    "a pod without its volume": (
        pod("Unschedulable", 'persistentvolumeclaim "data" not found', ""),
        "unschedulable",
        "waits for its volume",
    ),
    "a pod that waits": (pod("SchedulingGated", "gates", ""), "unschedulable", "cannot be scheduled"),
    "an image": (
        pod("ImagePullBackOff", 'Back-off pulling image "nginx:nope": not found'),
        "image",
        "container app of Deployment/web cannot be pulled",
    ),
    "an image for others": (
        pod("ErrImagePull", "unauthorized: authentication required"),
        "image",
        "cannot be pulled",
    ),
    "a Secret that is missing": (
        pod("CreateContainerConfigError", 'secret "db" not found'),
        "pod-configuration",
        'cannot be made: secret "db" not found',
    ),
    "a volume that is missing": (
        pod("Pending", events=(event("Pod/web-1", "FailedMount", 'configmap "web" not found'),)),
        "pod-configuration",
        "a volume of Pod/web-1 cannot be mounted",
    ),
    "memory": (pod("OOMKilled", exit_code=137), "out-of-memory", "more memory than its limit"),
    "a crash": (
        pod("Error", "", exit_code=3, logs={"app": "starting\nno database\n"}),
        "crash",
        "container app of Deployment/web ends with exit code 3",
    ),
    "a pod that failed": (pod("Failed", container=""), "crash", "pod web-1 of Deployment/web has failed"),
    "a probe": (
        pod(
            "ContainersNotReady",
            "it runs and is not ready",
            events=(event("Pod/web-1", "Unhealthy", "Readiness probe failed: 503"),),
        ),
        "not-ready",
        "pod web-1 of Deployment/web does not get ready",
    ),
    "a hook": (
        facts(
            history=(revision(1, "failed"),),
            hooks=(
                HookState(
                    name="init",
                    kind="Job",
                    events=("pre-install",),
                    phase="Failed",
                    started="",
                    completed="",
                    logs={"init-1 (c)": "no database"},
                ),
            ),
        ),
        "hook-failed",
        "hook Job/init (pre-install) has failed",
    ),
    "a hook that left nothing": (
        failed("failed post-upgrade: resource Job/shop/x not ready. status: Failed"),
        "hook-failed",
        "a hook (post-upgrade) has failed",
    ),
    "a claim": (
        facts(
            history=(revision(1, "failed"),),
            objects=(
                thing(
                    "PersistentVolumeClaim", status="InProgress", message="PVC is not Bound", api_version="v1"
                ),
            ),
            events=(event("PersistentVolumeClaim/web", "ProvisioningFailed", 'storageclass "x" not found'),),
        ),
        "claim-pending",
        "no volume is there for PersistentVolumeClaim/web",
    ),
    "objects that are gone": (
        facts(history=(revision(1, "deployed"),), objects=(thing("Service", MISSING),)),
        "objects-missing",
        "not in the cluster: Service/web",
    ),
    "an object that is not ready": (
        facts(
            history=(revision(1, "failed"),), objects=(thing(status="InProgress", message="Available: 0/1"),)
        ),
        "object-not-ready",
        "Deployment/web is not ready: Available: 0/1",
    ),
    "drift": (
        facts(
            history=(revision(1, "deployed"),),
            objects=(
                thing(
                    state=CHANGED,
                    changes=(
                        Change(path="spec.replicas", wanted=1, live=3, manager="kubectl", when="today"),
                    ),
                ),
            ),
        ),
        "drift",
        "Deployment/web",
    ),
    # Upgrade fails.
    "at work": (
        facts(history=(revision(1, "pending-install"),), holder=Holder(who="hivehelm on laptop", age=2.0)),
        "in-progress",
        "hivehelm on laptop is at work on revision 1",
    ),
    "broken off": (
        facts(history=(revision(1, "deployed"), revision(2, "pending-upgrade")), holder=Holder(who="")),
        "broken-off",
        "nobody is at work on it",
    ),
    "dead": (
        facts(history=(revision(1, "pending-install"),), holder=Holder(who="hivehelm on laptop", age=900.0)),
        "broken-off",
        "broken off",
    ),
    "Kubernetes": (
        failed("chart requires kubeVersion: >=1.99 which is incompatible with Kubernetes v1.35.4"),
        "kube-version",
        "for Kubernetes >=1.99, and the cluster is v1.35.4",
    ),
    "a breaking change": (
        failed(
            'Deployment.apps "web" is invalid: spec.selector: Invalid value: {"matchLabels":{"app":"x"}}: '
            "field is immutable",
            history=TWICE,
        ),
        "breaking-change",
        "a breaking change: the upgrade changes spec.selector of Deployment.apps web",
    ),
    "a stateful set": (
        failed(
            'StatefulSet.apps "db" is invalid: spec: Forbidden: updates to statefulset spec for '
            "fields other than "
            "'replicas' are forbidden"
        ),
        "breaking-change",
        "changes spec of StatefulSet.apps db",
    ),
    "a conflict": (
        failed(
            "conflict occurred while applying object shop/web apps/v1, Kind=Deployment: Apply "
            "failed with 1 conflict: "
            'conflict with "kubectl": .spec.replicas',
            history=TWICE,
        ),
        "resource-conflict",
        "kubectl has set .spec.replicas",
    ),
    "conflicts": (
        failed(
            'Apply failed with 2 conflicts: conflicts with "argo" using apps/v1:\n- '
            ".spec.replicas\n- .spec.paused"
        ),
        "resource-conflict",
        "argo has set .spec.replicas",
    ),
    "a conflict of writers": (
        failed("the object has been modified; please apply your changes to the latest version and try again"),
        "resource-conflict",
        "at the same moment",
    ),
    "an API that is gone": (
        facts(
            history=TWICE,
            objects=(
                thing("Widget", UNKNOWN_KIND, problem="no matches for kind", api_version="acme.io/v1beta1"),
            ),
        ),
        "removed-api",
        "no Widget of acme.io/v1beta1 any more",
    ),
    "never deployed": (failed('"web" has no deployed releases'), "never-deployed", "was never deployed"),
    "a major version": (
        facts(
            history=TWICE,
            failure=Failure(text="x", verb="upgrade", chart="web", version="2.0.0", source="record"),
        ),
        "major-version",
        "web goes from 1.0.0 to 2.0.0",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_cause_is_named(case: str) -> None:
    known, rule, words = CASES[case]
    found = diagnose(known)
    mine = [one for one in found if one.rule == rule]
    assert len(mine) == 1, [one.rule for one in found]
    assert words in mine[0].cause
    assert mine[0].next or rule in ("pod-configuration",)
    likely = Report.of(known).likely
    if not mine[0].note:
        assert likely == mine[0]


def test_every_rule_has_a_case() -> None:
    found = {
        rule for rule in (*RULES, *LAST_RESORTS) if any(list(rule(known)) for known, _, _ in CASES.values())
    }
    assert [rule.__name__ for rule in (*RULES, *LAST_RESORTS) if rule not in found] == []


def test_rules_leave_what_is_well_alone() -> None:
    well = facts(
        history=(revision(1, "deployed"),),
        objects=(thing(status="Current"),),
        repositories=stable(versions=("1.0.0",)),
        chart=ChartState(name="web", version="1.0.0", available=("stable/web",)),
    )
    report = Report.of(well)
    assert report.diagnoses == ()
    assert report.state == "healthy"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("cannot reuse a name that is still in use", "name-in-use"),
        ("parse error at (web/templates/a.yaml:3): unclosed action", "template-syntax"),
    ],
)
@pytest.mark.parametrize("objects", [(), (thing(state=MISSING),)], ids=["well", "missing"])
def test_what_failed_without_a_record_leaves_the_release_as_it_is(
    text: str, rule: str, objects: tuple[ObjectState, ...]
) -> None:
    tried = failed(text, history=(revision(1, "deployed"),), objects=objects)
    report = Report.of(tried)
    assert report.likely
    assert report.likely.rule == rule
    assert report.state == ("failing" if objects else "healthy")
    assert ("\nSTATE: healthy" in text_of(report)) == (not objects)
    told = Report.of(tried.replace(failure=tried.failure and tried.failure.replace(source="record")))
    assert told.state == "failing"


def test_a_repository_that_is_not_the_charts_is_but_a_note() -> None:
    known = facts(
        history=(revision(1, "deployed"),), repositories=stable(reachable=False, status=500, problem="500")
    )
    found = diagnose(known)
    assert [(one.rule, one.note) for one in found] == [("repository-availability", True)]
    assert Report.of(known).state == "healthy"


def test_causes_come_before_notes_and_guesses() -> None:
    known = failed(
        "context deadline exceeded",
        history=TWICE,
        objects=(thing("Service", MISSING),),
        pods=pod("OOMKilled").pods,
    )
    found = diagnose(known)
    assert found[0].rule == "out-of-memory"
    assert "timeout" not in [one.rule for one in found]
    assert [one.note for one in found] == sorted(one.note for one in found)


def test_what_to_do_next_can_be_typed() -> None:
    known = failed('namespaces "shop" not found', "./web")
    assert diagnose(known)[0].next == (
        "hivemind helm install --name web --chart ./web --namespace shop --create-namespace",
    )
    known = failed("x is immutable", history=TWICE)
    assert "hivemind helm rollback --name web --namespace shop --revision 1" in diagnose(known)[0].next[1]
