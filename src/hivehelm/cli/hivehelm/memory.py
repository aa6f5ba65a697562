"""`HELM_DRIVER=memory`: records from YAML files, for trying without a cluster (Helm's `pkg/cmd/root.go`)."""

from __future__ import annotations

from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.release.drivers.memory import Memory


class MemoryDataError(HivehelmError):
    """A file of records cannot be read."""


def load(paths: str) -> Memory:
    """Return a store with the records of the YAML lists in files, `:` between their paths.

    Raises:
        MemoryDataError: a file does not hold records.
    """
    from hivehelm.golang.yaml import YAMLError
    from hivehelm.golang.yaml import load as read_yaml
    from hivehelm.release.codec import from_document
    from hivehelm.release.drivers.memory import Memory
    from hivehelm.release.errors import ReleaseError
    from hivehelm.release.storage import key

    store = Memory()
    for path in paths.split(":"):
        try:
            with open(path, "rb") as file:
                documents = read_yaml(file.read())
            releases = [from_document(_whole(document)) for document in documents or ()]
        except (OSError, YAMLError, ReleaseError, TypeError) as error:
            raise MemoryDataError(f"Unable to unmarshal memory driver data: {error}") from error
        for release in releases:
            try:
                store.create(key(release.name, release.version), release)
            except ReleaseError as error:
                raise MemoryDataError(str(error)) from error
    return store


def _whole(value: object) -> object:
    """Return the value with the integers that YAML reads as floats for integers again."""
    if isinstance(value, dict):
        return {name: _whole(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
