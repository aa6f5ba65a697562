"""Creating an object in the way that was chosen (pkg/kube/client.go's `makeCreateApplyFunc`)."""

from __future__ import annotations

from hivehelm.kube import write
from hivehelm.kube.errors import KubeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.kube.client import Client
    from hivehelm.kube.resources import Resource


def silent(level: str, message: str, **attributes: object) -> None:
    """Log nothing."""


class Creation:
    """How objects are created: applied server-side, else posted."""

    def __init__(
        self,
        client: Client,
        *,
        server_side: bool,
        force_conflicts: bool,
        dry_run: bool,
        field_validation: str,
        log: Callable[..., None] | None = None,
    ) -> None:
        self._client = client
        self._server_side = server_side
        self._force = force_conflicts
        self._dry_run = dry_run
        self._field_validation = field_validation
        self._log = log or silent

    def announce(self) -> None:
        """Log which way it is."""
        if not self._server_side:
            self._log("DEBUG", "using client-side apply for resource creation")
            return
        self._log(
            "DEBUG",
            "using server-side apply for resource creation",
            forceConflicts=self._force,
            dryRun=self._dry_run,
            fieldValidationDirective=self._field_validation,
        )

    def perform(self, resource: Resource) -> None:
        """Create an object; its `object` becomes what the server holds.

        Raises:
            KubeError: the server refused.
        """
        if not self._server_side:
            write.post(self._client, resource, dry_run=self._dry_run)
            return
        named = {"namespace": resource.namespace, "name": resource.name, "gvk": str(resource.type)}

        def once() -> None:
            try:
                write.apply(
                    self._client,
                    resource,
                    force=self._force,
                    dry_run=self._dry_run,
                    field_validation=self._field_validation,
                )
            except KubeError as error:
                self._log("DEBUG", "Error creating resource via patch", **named, error=str(error))
                raise
            self._log("DEBUG", "Created resource via patch", **named)

        write.retry(once, write.is_quota_conflict)
