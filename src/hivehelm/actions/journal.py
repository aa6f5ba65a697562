"""The record of a release while an action is changing it."""

from __future__ import annotations

from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.actions.context import Context
    from hivehelm.release.model import Hook, Release


class Journal:
    """The newest state of one revision, held for the one action that owns it and written down when told."""

    def __init__(self, context: Context, release: Release) -> None:
        self._context = context
        self.release = release

    def status(self, status: str, description: str) -> None:
        """Note another state and what to say of it."""
        self.release = self.release.with_status(status, description)

    def hook(self, index: int, **changes: Any) -> Hook:
        """Note changes to a hook, given its place among the release's hooks, and return it as it is now."""
        hooks = list(self.release.hooks)
        hooks[index] = hooks[index].replace(**changes)
        self.release = self.release.replace(hooks=tuple(hooks))
        return hooks[index]

    def save(self) -> None:
        """Update the stored record.

        Raises:
            StorageError: it cannot be.
        """
        self._context.storage.update(self.release)

    def write(self, level: str = "WARN", failure: str = "") -> None:
        """Update the stored record; a failure is only logged: there is more at stake than the record.

        `failure` is what is logged then, in place of the words that most actions have for it.
        """
        try:
            self._context.storage.update(self.release)
        except HivehelmError as error:
            if failure:
                self._context.log(level, failure, error=error)
                return
            name, revision = self.release.name, self.release.version
            self._context.log(level, "failed to update release", name=name, revision=revision, error=error)
