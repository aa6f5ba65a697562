"""One value changes, again and again, that few templates read: a process that remembers, and `helm template`.

Which value that is, is found for each chart by trying those that people change most; every change has to show
in the documents, and all of them have to be Helm's.
"""

from __future__ import annotations

from benchmarks.processes import FailedError, Run
from benchmarks.ratios import Sample
from benchmarks.session import WrongError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.session import Session, Subject

_RELEASE = "incremental"


def measure(session: Session, subjects: Sequence[Subject]) -> list[Sample]:
    """Return a sample for each chart that has such a value."""
    samples = []
    for number, subject in enumerate(subjects):
        session.progress.step("changing a value", subject.name, number, len(subjects))
        try:
            samples += _sample(session, subject)
        except FailedError as error:
            session.failed(f"{subject.name}, incremental", error)
        except WrongError as error:
            session.wrong[f"{subject.name}, incremental"] = str(error)
    return samples


def _sample(session: Session, subject: Subject) -> list[Sample]:
    helm: list[Run] = []
    ours: list[Run] = []
    with session.library() as library:
        value = library.call("find", chart=str(subject.path), name=_RELEASE)
        if not value:
            session.left_out[f"{subject.name}, incremental"] = "no value that few templates read"
            return []
        for number in range(session.runs + 1):
            # A port is a number of five digits, too.
            fresh = str(20_000 + number * 37) if value["kind"] == "number" else f"benchmark{number + 1}"
            setting = f"{value['path']}={fresh}"
            command = ("template", _RELEASE, str(subject.path), "--set", setting)
            for who in ("helm", "ours") if number % 2 else ("ours", "helm"):
                if who == "helm":
                    run = session.helm.run(*command, out=session.out("helm"))
                else:
                    run = library.change(setting, session.out("library"))
                # The first round fills caches.
                if number:
                    (helm if who == "helm" else ours).append(run)
            session.check(subject, fresh, "library")
    note = f"`{value['path']}` changes {value['changed']} of {value['documents']} documents"
    return [Sample(name=subject.name, helm=helm, ours=ours, note=note)]
