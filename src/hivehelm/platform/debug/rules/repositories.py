"""Repositories that cannot be reached, do not let us in, or are broken."""

from __future__ import annotations

from hivehelm.platform.debug.diagnosis import Diagnosis
from hivehelm.platform.debug.rules.steps import REPOSITORY, lines, search

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from hivehelm.platform.debug.facts import Facts, RepositoryState

_CERTIFICATE = ("x509", "certificate", "tls:")
_NETWORK = (
    "no such host",
    "connection refused",
    "i/o timeout",
    "context deadline exceeded",
    "no route to host",
    "network is unreachable",
    "connection reset",
    "Client.Timeout",
    "server misbehaving",
    "lookup ",
)
_FETCHING = r"failed to fetch|failed to download|is not a valid chart repository|Unable to get an update"


def _is_about(facts: Facts, state: RepositoryState) -> bool:
    """Tell whether the failure is about a repository: it then explains it."""
    failure = facts.failure
    if failure is None:
        return False
    return failure.chart.startswith(f"{state.name}/") or state.url.rstrip("/") in failure.text


def _broken(facts: Facts) -> Iterator[tuple[str, str, int, bool]]:
    """Yield what cannot be used: its title, the problem, its server's status, and whether it explains."""
    about = False
    for state in facts.repositories:
        if not state.reachable:
            explains = _is_about(facts, state)
            about = about or explains
            yield f'repository "{state.name}" ({state.url})', state.problem, state.status, explains
    if about or facts.failure is None:
        return
    # One that is not in the list: it was named with the chart.
    found = search(r"failed to fetch (https?://\S+) : ([0-9]{3})", facts)
    if found:
        yield found[1], facts.text, int(found[2]), True
    elif facts.failed_with("HttpError", "DialError", "FetchError", "RegistryError") and not facts.cluster:
        address = search(r"\"((?:https?|oci)://[^\"]+)\"", facts)
        status = search(r"status code ([0-9]{3})", facts)
        yield (
            address[1] if address else "the chart's server",
            facts.text,
            int(status[1]) if status else 0,
            True,
        )


def _is_certificate(problem: str) -> bool:
    return any(word in problem for word in _CERTIFICATE)


def _is_network(problem: str) -> bool:
    return any(word in problem for word in _NETWORK)


def credentials(facts: Facts) -> Iterator[Diagnosis]:
    """A repository wants other credentials."""
    for what, problem, status, explains in _broken(facts):
        if status in (401, 403) or "basic credential not found" in problem or "unauthorized" in problem:
            yield Diagnosis(
                rule="repository-credentials",
                topic=REPOSITORY,
                cause=f"{what} does not accept the credentials that are known for it",
                evidence=lines(problem, 2),
                next=(
                    "hivemind helm repo add --name NAME --url URL --username USERNAME --password PASSWORD",
                    "for a registry: hivemind helm registry login HOST",
                ),
                note=not explains,
            )


def certificate(facts: Facts) -> Iterator[Diagnosis]:
    """A repository's certificate is not trusted."""
    for what, problem, _, explains in _broken(facts):
        if _is_certificate(problem):
            yield Diagnosis(
                rule="repository-certificate",
                topic=REPOSITORY,
                cause=f"the certificate of {what} is not trusted",
                evidence=lines(problem, 2),
                next=("give the authority that signed it with --ca-file, or have its certificate renewed",),
                note=not explains,
            )


def network(facts: Facts) -> Iterator[Diagnosis]:
    """A repository cannot be reached over the network."""
    for what, problem, status, explains in _broken(facts):
        if not status and not _is_certificate(problem) and _is_network(problem):
            yield Diagnosis(
                rule="repository-network",
                topic=REPOSITORY,
                cause=f"{what} cannot be reached",
                evidence=lines(problem, 2),
                next=(
                    "check the address, the name server, and HTTPS_PROXY and NO_PROXY",
                    "hivemind helm repo list shows the addresses that are used",
                ),
                note=not explains,
            )


def availability(facts: Facts) -> Iterator[Diagnosis]:
    """A repository's server answers, but not with an index."""
    for what, problem, status, explains in _broken(facts):
        if status in (401, 403) or _is_certificate(problem) or (not status and _is_network(problem)):
            continue
        if explains and not status and not search(_FETCHING, facts):
            continue
        why = f"its server answers {status}" if status and status != 200 else "what it serves is no index"
        yield Diagnosis(
            rule="repository-availability",
            topic=REPOSITORY,
            cause=f"{what} is not available: {why}",
            evidence=lines(problem, 2),
            next=(
                "try again later, or ask who runs it",
                "check the address: URL/index.yaml has to be there"
                if status in (404, 410, 200)
                else "meanwhile use an archive that you have, by its path",
            ),
            note=not explains,
        )
