"""`package`: make archives of charts (Helm's `pkg/cmd/package.go`)."""

from __future__ import annotations

import os

from hivehelm.cli.command import Command
from hivehelm.cli.flags import boolean, string
from hivehelm.cli.hivehelm.chartflags import access_flags, keyring_flag
from hivehelm.cli.hivehelm.limitflags import limit_flags, limits_of
from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from hivehelm.actions.signing import Signing
    from hivehelm.cli.command import Call


class PackageError(HivehelmError):
    """A command line of `package` that its flags allow and its rules do not."""


def run(call: Call) -> None:
    """Write the archives and say where they are."""
    from hivehelm.actions.package import PackageOptions, package
    from hivehelm.cli.hivehelm.chartflags import access
    from hivehelm.cli.hivehelm.epoch import source_date_epoch
    from hivehelm.cli.hivehelm.session import check_registry, log_of, settings_of, stores

    if not call.arguments:
        raise PackageError("need at least one argument, the path to the chart")
    flags, settings, log = call.flags, settings_of(call), log_of(call)
    epoch = source_date_epoch(settings.environ)
    destination = flags.string("destination")
    options = PackageOptions(
        version=flags.string("version"),
        app_version=flags.string("app-version"),
        destination=_working_directory(settings.environ) if destination == "." else destination,
        epoch=epoch,
        signing=_signing(call) if flags.boolean("sign") else None,
        log=log,
    )
    check_registry(call)
    for path in call.arguments:
        _check_path(path)
        if flags.boolean("dependency-update"):
            from hivehelm.actions.vendor import VendorOptions, update
            from hivehelm.golang.filepath import absolute

            update(
                absolute(path),
                VendorOptions(
                    stores=stores(call),
                    access=access(flags),
                    epoch=epoch,
                    registry_out=call.out.write,
                    log=log,
                ),
            )
        with limits_of(flags).watched():
            packaged = package(path, options)
        call.out.write(f"Successfully packaged chart and saved it to: {packaged}\n")


def _signing(call: Call) -> Signing:
    """Return what archives are signed with."""
    from hivehelm.actions.signing import Signing
    from hivehelm.cli.hivehelm.chartflags import keyring
    from hivehelm.cli.hivehelm.passphrase import passphrases

    key, ring = call.flags.string("key"), keyring(call)
    for flag, value in (("key", key), ("keyring", ring)):
        if not value:
            raise PackageError(f"--{flag} is required for signing a package")
    return Signing(
        key=key,
        keyring=ring,
        passphrases=passphrases(call.flags.string("passphrase-file"), call.out.write),
    )


def _check_path(path: str) -> None:
    try:
        os.stat(path)
    except OSError as error:
        raise PackageError(f"stat {path}: {os.strerror(error.errno or 0).lower()}") from error


def _working_directory(environ: Mapping[str, str]) -> str:
    """Return where the process is, by the name that the shell has for it (`os.Getwd`)."""
    named = environ.get("PWD", "")
    if named.startswith("/") and os.path.exists(named) and os.path.samefile(named, "."):
        return named
    return os.getcwd()


command = Command(
    "package [CHART_PATH] [...]",
    long="""Make archives of charts' directories, NAME-VERSION.tgz, as repositories serve them.

With $SOURCE_DATE_EPOCH, in seconds since 1970, the same files make the same archive every time.

With --sign, NAME-VERSION.tgz.prov says what the archive is and has, signed with a key of OpenPGP; `verify`
and --verify check it. GnuPG keeps secret keys to itself: `gpg --export-secret-keys` writes a keyring of them.
""",
    flags=(
        boolean("sign", "write a provenance file beside the archive, signed with --key"),
        string("key", "name of the key to sign with, or a part that only its name has"),
        keyring_flag("file with the secret key to sign with"),
        string("passphrase-file", "file with the key's passphrase in its first line; - for standard input"),
        string("version", "give the chart this version"),
        string("app-version", "give the chart this appVersion"),
        string("destination", "the directory that archives go to", default=".", short="d"),
        boolean("dependency-update", "put what Chart.yaml asks for into charts/ before", short="u"),
        *access_flags(),
        *limit_flags(output=False),
    ),
    run=run,
)
