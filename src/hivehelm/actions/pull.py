"""Fetch a chart to a directory, as an archive or unpacked (Helm's `pkg/action/pull.go`)."""

from __future__ import annotations

import os

from hivehelm.actions.errors import ActionError
from hivehelm.record import Record
from hivehelm.sources.download import ALWAYS, LATER, NEVER
from hivehelm.sources.stores import Access, Stores

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.provenance.signatory import Verification

    Log = Callable[..., None]


class UntarError(ActionError):
    """A chart cannot be unpacked where it should be."""

    def __init__(self, problem: object, *, step: str = "") -> None:
        super().__init__(f"failed to untar{f' ({step})' if step else ''}: {problem}")
        self.problem = problem


class PullOptions(Record):
    """How a chart is fetched.

    `repository` is the URL of a repository that the chart is in by its name. The archive goes to the
    directory `destination`; with `untar` its files go to `untar_directory` instead, below that unless
    it starts with a `/`. With a `keyring` the chart has to be signed with one of its keys; `provenance` only
    fetches the signature. `out(text)` takes what Helm prints on the way, `registry_out` what it prints of
    registries, `log(level, message, **attributes)` what it logs.
    """

    stores: Stores
    access: Access = Access()
    version: str = ""
    repository: str = ""
    destination: str = "."
    untar: bool = False
    untar_directory: str = "."
    keyring: str | None = None
    provenance: bool = False
    out: Callable[[str], object] | None = None
    registry_out: Callable[[str], object] | None = None
    log: Log | None = None


def pull(reference: str, options: PullOptions) -> Verification | None:
    """Fetch the chart of a reference: `repository/chart`, a URL, `oci://…`, or a name in a repository.

    Returns:
        Who signed it, where that was to be found out.

    Raises:
        UntarError: what it would be unpacked to is there.
        HivehelmError: it cannot be found, fetched, verified or written.
    """
    from hivehelm.sources.download import Downloader

    downloader = Downloader(
        options.stores,
        options.access,
        verify=ALWAYS if options.keyring is not None else LATER if options.provenance else NEVER,
        keyring=options.keyring or "",
        out=options.out,
        registry_out=options.registry_out,
        log=options.log,
    )
    source = reference
    if options.repository:
        source = downloader.find(options.repository, reference, options.version)
    if not options.untar:
        return downloader.download(source, options.version, options.destination).verification
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="helm-") as directory:
        saved = downloader.download(source, options.version, directory)
        _unpack(saved.path, reference, options)
    return saved.verification


def _unpack(archive: str, reference: str, options: PullOptions) -> None:
    from hivehelm.chart.errors import PathError
    from hivehelm.chart.expand import expand
    from hivehelm.chart.save import make_directory
    from hivehelm.golang.filepath import join

    directory = options.untar_directory
    if not directory.startswith("/"):
        directory = join(options.destination, directory)
    name = reference.rpartition("/")[2]
    expected = name if directory == "." else join(directory, name)
    if expected and os.path.exists(expected):
        raise UntarError(f"a file or directory with the name {expected} already exists")
    try:
        # Helm leaves it there, though the chart's own name may be another.
        make_directory(expected)
    except PathError as error:
        raise UntarError(error, step="mkdir") from error
    with open(archive, "rb") as stream:
        expand(directory, stream)
