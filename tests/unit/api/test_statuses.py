"""One status for every error there is."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

import pytest

import hivehelm
from hivehelm.actions.errors import DeadlineError, InstallError, LockedError, NameInUseError
from hivehelm.api.auth.errors import TooManyRequestsError
from hivehelm.api.problems import ProblemError
from hivehelm.api.statuses import CAUSED, TABLE, status_of, status_of_told
from hivehelm.errors import HivehelmError
from hivehelm.kube.errors import ApiError, UnreachableError, WaitError
from hivehelm.operations.errors import problem_of
from hivehelm.platform.repository.errors import NoArchiveError
from hivehelm.release.errors import ReleaseNotFoundError, StorageError
from hivehelm.release.model import Release
from hivehelm.sources.errors import SourceError
from hivehelm.sources.getter import StatusError

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSED = {"ApiError", "StatusError", "RefusedError", "WaitError"}
OWN = {"ProblemError", "AccessError", "ChartRepositoryError"}


def subclasses(kind: type) -> Iterator[type]:
    one: type
    for one in kind.__subclasses__():
        yield one
        yield from subclasses(one)


def everything() -> list[type]:
    for module in pkgutil.walk_packages(hivehelm.__path__, "hivehelm."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    # What commands say of themselves no request can bring about.
    ours = [one for one in subclasses(HivehelmError) if one.__module__.startswith("hivehelm.")]
    return [one for one in ours if not one.__module__.startswith("hivehelm.cli.")]


def test_every_error_has_a_status() -> None:
    known = TABLE.keys() | PASSED | OWN
    lost = [one.__qualname__ for one in everything() if not known & {base.__name__ for base in one.__mro__}]
    assert lost == []


def test_the_table_names_nothing_that_is_not_there() -> None:
    there = {one.__name__ for one in everything()}
    assert sorted(TABLE.keys() - there) == []
    assert TABLE.keys() >= CAUSED


FAILED = Release(name="web")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ReleaseNotFoundError(), 404),
        (NameInUseError("web"), 409),
        (LockedError("web", "me"), 409),
        (DeadlineError(), 504),
        (UnreachableError("no"), 503),
        (InstallError(FAILED, WaitError("slow", timed_out=True)), 504),
        (InstallError(FAILED, WaitError("gone", cancelled=True)), 409),
        (InstallError(FAILED, WaitError("broken")), 422),
        (InstallError(FAILED, ApiError(403, "Forbidden", "quota")), 403),
        (InstallError(FAILED, ApiError(401, "Unauthorized", "who")), 503),
        (InstallError(FAILED, ApiError(418, "Teapot", "no")), 502),
        (InstallError(FAILED, ValueError("?")), 422),
        (StorageError("get", "failed", ApiError(404, "NotFound", "no")), 404),
        (StorageError("get", "failed", OSError()), 503),
        (SourceError("no"), 424),
        (StatusError("http://x", "404 Not Found"), 404),
        (StatusError("http://x", "500 Internal Server Error"), 424),
        (ProblemError(418, "no"), 418),
        (NoArchiveError("no"), 404),
        (TooManyRequestsError("no", 1), 429),
        (HivehelmError("new"), 500),
        (ValueError("?"), 500),
    ],
    ids=str,
)
def test_a_status_goes_with(error: Exception, status: int) -> None:
    assert status_of(error) == status
    if isinstance(error, HivehelmError):
        assert status_of_told(problem_of(error)) == status


def test_what_is_told_without_classes_is_our_fault() -> None:
    assert status_of_told({"kind": "ZeroDivisionError", "kinds": [], "message": "?"}) == 500


def test_a_cause_that_nobody_knows_decides_nothing() -> None:
    told = {"kinds": ["InstallError"], "cause": {"kinds": ["Strange"]}}
    assert status_of_told(told) == 422
