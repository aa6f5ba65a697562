"""`--kube-version`: the Kubernetes version that templates see, of several commands."""

from __future__ import annotations

from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.render.capabilities import KubeVersion


class KubeVersionFlagError(HivehelmError):
    """The flag's `text` is not a version, as `problem` says."""

    def __init__(self, text: str, problem: HivehelmError) -> None:
        super().__init__(text, problem)
        self.text = text
        self.problem = problem

    def __str__(self) -> str:
        return f"invalid kube version '{self.text}': {self.problem}"


def kube_version(text: str) -> KubeVersion | None:
    """Return the version that the flag gives, None where it is empty.

    Raises:
        KubeVersionFlagError: it is not a version.
    """
    if not text:
        return None
    from hivehelm.render.capabilities import KubeVersionError, parse_kube_version

    try:
        return parse_kube_version(text)
    except KubeVersionError as error:
        raise KubeVersionFlagError(text, error) from error
