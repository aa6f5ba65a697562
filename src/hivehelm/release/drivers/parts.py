"""The parts of split records in a cluster, all but the first (see `release.split`).

They carry a label that Helm never asks for, and neither the type nor the member that it reads records from.
"""

from __future__ import annotations

from hivehelm.kube.errors import ApiError
from hivehelm.release.drivers import metadata as notes
from hivehelm.release.errors import ReleaseDecodeError
from hivehelm.release.split import join

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from hivehelm.release.drivers.requests import Requests
    from hivehelm.release.model import Release
    from hivehelm.release.split import Mark

    Object = dict[str, Any]

OWNER = "hivehelm"
_RECORD = "hivehelm.dev/record"
_TYPE = "hivehelm.dev/release-part"
_PAGE = 8
_NAMES = 1000


class Parts:
    """Parts as objects of one kind; `seal` and `open` turn bytes into an object's data and back."""

    def __init__(
        self, requests: Requests, kind: str, seal: Callable[[bytes], str], unseal: Callable[[str], bytes]
    ) -> None:
        self._requests = requests
        self._kind = kind
        self._seal = seal
        self._unseal = unseal

    def write(self, key: str, namespace: str, release: Release, mark: Mark, parts: Sequence[bytes]) -> None:
        """Store the parts that follow the first one, `key`; those that are there already are the same."""
        labels = {
            "owner": OWNER,
            "name": release.name,
            "version": str(release.version),
            _RECORD: mark.digest[:63],
        }
        for name, part in zip(mark.keys(key), parts, strict=True):
            obj: Object = {
                "apiVersion": "v1",
                "kind": self._kind,
                "metadata": {"name": name, "namespace": namespace, "labels": labels},
                "data": {"part": self._seal(part)},
            }
            if self._kind == "Secret":
                obj["type"] = _TYPE
            try:
                self._requests.create(obj, namespace)
            except ApiError as error:
                if not error.already_exists:
                    raise

    def joined(self, key: str, namespace: str, mark: Mark, first: bytes) -> bytes:
        """Return the whole record of its first part.

        Raises:
            ReleaseDecodeError: a part is missing, or is not what was written.
        """
        found: dict[str, bytes] = {}
        selector = f"{_RECORD}={mark.digest[:63]},owner={OWNER}"
        for item in self._requests.objects(namespace, selector, page_size=_PAGE):
            if (name := item["metadata"]["name"]) in mark.keys(key):
                found[name] = self._unseal((item.get("data") or {}).get("part") or "")
        if len(found) != mark.count - 1:
            raise ReleaseDecodeError("a part of the record is missing")
        return join(mark, [first, *(found[name] for name in mark.keys(key))])

    def remove(self, key: str, namespace: str, mark: Mark) -> None:
        """Remove the parts that follow the first one, `key`."""
        self._delete(mark.keys(key), namespace)

    def sweep(self, name: str, version: int, namespace: str) -> None:
        """Remove the parts of release `name` up to revision `version` that belong to no record.

        Only for who holds the release: nobody else is about to write a first part then.
        """
        stray: set[str] = set()
        selector = f"name={name},owner={OWNER}"
        for item in self._listed(selector, namespace):
            number = notes.number((item["metadata"].get("labels") or {}).get("version"))
            if number is not None and number <= version:
                stray.add(item["metadata"]["name"])
        if not stray:
            return
        for item in self._listed(f"name={name},owner=helm", namespace):
            try:
                mark = notes.mark(item["metadata"])
            except ReleaseDecodeError:
                # What is split in a way of tomorrow's is not ours to judge.
                return
            stray.difference_update(mark.keys(item["metadata"]["name"]) if mark is not None else ())
        self._delete(sorted(stray), namespace)

    def _listed(self, selector: str, namespace: str) -> Iterable[Object]:
        return self._requests.objects(namespace, selector, page_size=_NAMES, metadata_only=True)

    def _delete(self, names: Iterable[str], namespace: str) -> None:
        for name in names:
            try:
                self._requests.delete(name, namespace)
            except ApiError as error:
                if not error.not_found:
                    raise
