"""A word to those who still have the repositories of Helm before 2020 (`pkg/cmd/root.go`)."""

from __future__ import annotations

from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.stream import Stream

_SIGN = b"kubernetes-charts"
#: Name, the address it had, and the one it has.
_MOVED = (
    ("stable", "kubernetes-charts.storage.googleapis.com", "https://charts.helm.sh/stable"),
    (
        "incubator",
        "kubernetes-charts-incubator.storage.googleapis.com",
        "https://charts.helm.sh/incubator",
    ),
)


def warn_of_expired(repository_config: str, err: Stream) -> None:
    """Write what Helm says of them, whatever the command. A file that cannot be read counts as none."""
    try:
        with open(repository_config, "rb") as file:
            if _SIGN not in file.read():
                return
        from hivehelm.sources.repositories import load

        urls = {repository.name: repository.url for repository in reversed(load(repository_config))}
    except (OSError, HivehelmError):
        return
    from hivehelm.golang.fmt import quote

    for name, old, new in _MOVED:
        if name not in urls:
            return  # Helm looks no further
        if old in urls[name]:
            err.write(
                f"WARNING: {quote(old)} is deprecated for {quote(name)} and will be deleted Nov. 13, 2020.\n"
                f"WARNING: You should switch to {quote(new)} via:\n"
                f"WARNING: helm repo add {quote(name)} {quote(new)} --force-update\n"
            )
