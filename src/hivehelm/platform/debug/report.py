"""A report: the facts, and what the rules make of them."""

from __future__ import annotations

from hivehelm.platform.debug.rules import diagnose
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Self

    from hivehelm.platform.debug.diagnosis import Diagnosis
    from hivehelm.platform.debug.facts import Facts

HEALTHY, FAILING, BUSY, ABSENT = "healthy", "failing", "busy", "not there"


class Report(Record):
    """What is known of a release, `diagnoses` of what is wrong with it, the likeliest first.

    `state` is the release's own: what failed without a record leaves a healthy release healthy, though
    `likely` says why it failed.
    """

    facts: Facts
    diagnoses: tuple[Diagnosis, ...]
    state: str

    @classmethod
    def of(cls, facts: Facts) -> Self:
        """Return the report on some facts."""
        found = diagnose(facts)
        if not facts.history:
            state = ABSENT
        elif facts.last and facts.last.status.startswith("pending"):
            state = BUSY
        elif any(not one.note for one in _of_release(facts, found)):
            state = FAILING
        else:
            state = HEALTHY
        return cls(facts=facts, diagnoses=tuple(found), state=state)

    @property
    def found(self) -> bool:
        """Whether there is such a release."""
        return bool(self.facts.history)

    @property
    def likely(self) -> Diagnosis | None:
        """The likely cause; None where nothing is wrong, or nobody knows what."""
        return next((one for one in self.diagnoses if not one.note), None)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as JSON has it."""
        facts = _plain(self.facts)
        likely = self.likely
        return {
            "release": facts.pop("name"),
            "namespace": facts.pop("namespace"),
            "state": self.state,
            "likely_cause": _plain(likely) if likely else None,
            "diagnoses": [_plain(one) for one in self.diagnoses],
            **facts,
        }


def _of_release(facts: Facts, found: Sequence[Diagnosis]) -> Sequence[Diagnosis]:
    """Return what is found of the release itself, whatever was tried since and came to nothing."""
    if facts.failure is None or facts.failure.source == "record" or facts.last != facts.deployed:
        return found
    return diagnose(facts.replace(failure=None))


def _plain(value: Any) -> Any:
    if isinstance(value, Record):
        return {name: _plain(item) for name, item in value.__dict__.items()}
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
