"""Indexes fetched anew before dependencies are looked for (of `pkg/downloader/manager.go`)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hivehelm.actions.staging import VendorOptions
    from hivehelm.errors import HivehelmError
    from hivehelm.sources.repositories import Repository


def refresh_unmanaged(addresses: Mapping[str, str], options: VendorOptions) -> None:
    """Fetch indexes of repositories that are not configured; `addresses` by the names to cache them under.

    Raises:
        SourceError: an address is none.
    """
    from hivehelm.sources.repositories import Repository

    if addresses:
        options.say("Getting updates for unmanaged Helm repositories...\n")
        _update([Repository(name=name, url=url) for name, url in addresses.items()], options, named=False)


def refresh(options: VendorOptions) -> None:
    """Fetch the indexes of all configured repositories. Where one is not to be had the old one stays.

    Raises:
        SourceError: the list of repositories cannot be read, or an address in it is none.
    """
    from hivehelm.sources.repositories import load

    known = load(options.stores.repository_config)
    if known:
        options.say("Hang tight while we grab the latest from your chart repositories...\n")
        _update(known, options, named=True)
        options.say("Update Complete. ⎈Happy Helming!⎈\n")


def _update(repositories: Sequence[Repository], options: VendorOptions, *, named: bool) -> None:
    """Fetch indexes, one of each address, and tell of each when it is there."""
    from hivehelm.golang.fmt import quote
    from hivehelm.sources.address import without_password
    from hivehelm.sources.update import check, update_all

    once = {one.url.removesuffix("/"): one for one in repositories}
    for one in once.values():
        check(one, options.stores)

    def done(one: Repository, problem: HivehelmError | None) -> None:
        address = without_password(one.url)
        name = quote(one.name if named else address)
        if problem is None:
            options.say(f"...Successfully got an update from the {name} chart repository\n")
        else:
            where = f" ({address})" if named else ""
            options.say(f"...Unable to get an update from the {name} chart repository{where}:\n\t{problem}\n")

    update_all(list(once.values()), options.stores, done, log=options.log)
