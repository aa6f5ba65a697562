from __future__ import annotations

import json
from typing import Any

from hivehelm.platform.debug.facts import (
    CHANGED,
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
    Value,
)
from hivehelm.platform.debug.report import Report
from hivehelm.platform.debug.text import text

WHEN = "2026-01-02T03:04:05Z"


def revision(number: int, status: str) -> Revision:
    return Revision(
        revision=number,
        status=status,
        chart="web",
        version=f"{number}.0.0",
        app_version="9",
        updated=WHEN,
        description="said\nso",
    )


def thing(name: str, **more: Any) -> ObjectState:
    said = {"api_version": "v1", "kind": "Service", "namespace": "shop", "state": "as wanted", **more}
    return ObjectState(name=name, **said)


FACTS = Facts(
    name="web",
    namespace="shop",
    kube_version="v1.35.4",
    history=(revision(1, "superseded"), revision(2, "failed")),
    failure=Failure(
        text="repo stable not found", verb="upgrade", chart="stable/web", when=WHEN, source="command line"
    ),
    values=(
        Value(path="image.tag", value="", origin="user-supplied", default="latest"),
        Value(path="replicas", value=2.0, origin="user-supplied"),
        *(Value(path=f"v{number}", value=[number], origin="chart default") for number in range(80)),
    ),
    objects=(
        thing(
            "web",
            state=CHANGED,
            changes=(
                Change(
                    path="spec.type", wanted="A", live=None, manager="kubectl", operation="Apply", when=WHEN
                ),
            ),
            status="InProgress",
            message="not yet",
            conditions=("Ready=False Why: because",),
            reasons=("no endpoints",),
        ),
        thing("other", namespace="prod", state="unreadable", problem="forbidden"),
        *(thing(f"s{number}", status="Current") for number in range(20)),
    ),
    pods=(
        PodState(
            namespace="shop",
            name="web-1",
            owner="Deployment/web",
            phase="Running",
            restarts=4,
            troubles=(Trouble(reason="Error", message="x", container="app", exit_code=3),),
            logs={"app": "one\ntwo"},
        ),
    ),
    hooks=(
        HookState(
            name="init",
            kind="Job",
            events=("pre-install",),
            phase="Succeeded",
            started=WHEN,
            completed="",
            logs={},
        ),
    ),
    events=(
        EventState(
            kind="Warning", subject="Pod/web-1", reason="BackOff", message="again", count=7, when=WHEN
        ),
    ),
    chart=ChartState(
        name="web", version="2.0.0", kube_version=">=1.20", newer=("shop/web 3.0.0",), deprecated=True
    ),
    repositories=(
        RepositoryState(
            name="shop", url="https://x.example.com", reachable=True, cached=True, versions=("3.0.0", "2.0.0")
        ),
        RepositoryState(name="old", url="https://y.example.com", reachable=False, problem="no such host"),
    ),
    gaps={"events": "events is forbidden"},
)


def test_a_report_has_all_there_is() -> None:
    shown = text(Report.of(FACTS))
    for line in """
RELEASE: web
STATUS: failed, revision 2 of 2026-01-02T03:04:05Z
CHART: web 2.0.0 (9)
CLUSTER: Kubernetes v1.35.4
LIKELY CAUSE: no repository is known as "stable"
  (chart not found)
  1. hivemind helm repo add --name stable --url URL
  2  2026-01-02T03:04:05Z  failed  web-2.0.0  said so
  image.tag = ""  [user-supplied; the chart's own is latest]
  replicas = 2  [user-supplied]
  v0 = [0]  [chart default]
  … and 22 more that nobody set (-o yaml shows all)
  Service/web: changed, InProgress: not yet
      spec.type: null instead of A  (by kubectl, Apply, 2026-01-02T03:04:05Z)
      Ready=False Why: because
      no endpoints
  prod/Service/other: unreadable
      forbidden
  web-1 (Deployment/web): Running, 4 restarts
      app: Error (exit code 3) x
      log of app:
        | two
  Job/init (pre-install): Succeeded 2026-01-02T03:04:05Z
  2026-01-02T03:04:05Z  Warning  Pod/web-1  BackOff: again (7 times)
  web 2.0.0, deprecated
  for Kubernetes >=1.20
  newer versions: shop/web 3.0.0
  shop (https://x.example.com): can be reached, has the chart: 3.0.0, 2.0.0
  old (https://y.example.com): CANNOT BE REACHED: no such host, its index was never fetched
  events: events is forbidden
""".strip("\n").split("\n"):  # fmt: skip
        assert f"{line}\n" in shown, line
    assert "s11 and 8 more" in shown
    assert "failed, without a record (command line): repo stable not found" in shown


def test_a_report_is_data_as_well() -> None:
    said = json.loads(json.dumps(Report.of(FACTS).to_dict()))
    assert (said["release"], said["namespace"], said["state"]) == ("web", "shop", "failing")
    assert said["likely_cause"]["rule"] == "unknown-repository"
    assert said["diagnoses"][0] == said["likely_cause"]
    assert said["objects"][0]["changes"][0]["manager"] == "kubectl"


def test_little_is_said_of_what_is_not_there() -> None:
    shown = text(Report.of(Facts(name="web", namespace="shop")))
    assert "STATUS: no such release" in shown
    assert "HISTORY" not in shown
    shown = text(Report.of(Facts(name="web", namespace="shop", cluster="no route")))
    assert "CLUSTER: no route" in shown


def test_one_that_is_busy_says_so() -> None:
    holder = Holder(who="ann", age=3.0)
    facts = FACTS.replace(history=(revision(1, "pending-install"),), failure=None, holder=holder)
    assert Report.of(facts).state == "busy"
    assert "  held by ann, last heard of 3 s ago\n" in text(Report.of(facts))
