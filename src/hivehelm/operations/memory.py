"""Operations in memory: for one process, and for tests."""

from __future__ import annotations

import threading

from hivehelm.operations.errors import OperationExistsError, OperationNotFoundError, StaleOperationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.operations.model import Operation
    from hivehelm.operations.store import Listener


class MemoryStore:
    """A store that several runners of one process may share; see `operations.store.Store`."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._operations: dict[str, Operation] = {}
        self._beats: dict[str, int] = {}
        self._version = 0
        self._watchers: list[MemoryWatcher] = []

    def create(self, operation: Operation) -> Operation:
        """Keep a new operation."""
        with self._changed:
            if operation.id in self._operations:
                raise OperationExistsError(operation.id)
            return self._put(operation)

    def get(self, identifier: str) -> Operation:
        """Return an operation."""
        with self._changed:
            if (found := self._operations.get(identifier)) is None:
                raise OperationNotFoundError(identifier)
            return found

    def list(self) -> list[Operation]:
        """Return all operations."""
        with self._changed:
            return list(self._operations.values())

    def change(self, operation: Operation) -> Operation:
        """Replace an operation that is as it was."""
        with self._changed:
            if self.get(operation.id).version != operation.version:
                raise StaleOperationError(operation.id)
            return self._put(operation)

    def delete(self, identifier: str) -> None:
        """Forget an operation."""
        with self._changed:
            if self._operations.pop(identifier, None) is not None:
                self._tell("gone", identifier)

    def beat(self, holder: str) -> None:
        """Say that a holder lives."""
        with self._changed:
            self._beats[holder] = self._beats.get(holder, 0) + 1
            self._tell("beat", holder, str(self._beats[holder]))

    def leave(self, holder: str) -> None:
        """Say that a holder has gone."""
        with self._changed:
            if self._beats.pop(holder, None) is not None:
                self._tell("beat", holder, "")

    def watcher(self, listener: Listener) -> MemoryWatcher:
        """Return what tells of everything."""
        return MemoryWatcher(self, listener)

    def _put(self, operation: Operation) -> Operation:
        self._version += 1
        kept = operation.replace(version=str(self._version))
        self._operations[kept.id] = kept
        self._tell("changed", kept)
        return kept

    def _tell(self, what: str, *news: object) -> None:
        for watcher in self._watchers:
            watcher.news.append((what, news))
        self._changed.notify_all()


class MemoryWatcher:
    """Tells of what happens in a `MemoryStore`."""

    def __init__(self, store: MemoryStore, listener: Listener) -> None:
        self.news: list[tuple[str, tuple[object, ...]]] = []
        self._store = store
        self._listener = listener
        self._closed = False

    def run(self) -> None:
        """Tell of everything until `close`."""
        store = self._store
        with store._changed:
            store._watchers.append(self)
            beats = {holder: str(beat) for holder, beat in store._beats.items()}
            operations = list(store._operations.values())
        self._listener.reset(operations, beats)
        while True:
            with store._changed:
                store._changed.wait_for(lambda: self._closed or self.news)
                if self._closed:
                    store._watchers.remove(self)
                    return
                news, self.news = self.news, []
            for what, arguments in news:
                getattr(self._listener, what)(*arguments)

    def close(self) -> None:
        """End `run`."""
        with self._store._changed:
            self._closed = True
            self._store._changed.notify_all()
