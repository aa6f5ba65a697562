"""A plugin installed, from wherever it is (pkg/cmd/plugin_install.go, installer.go)."""

from __future__ import annotations

import os

from hivehelm.actions.plugins.installer import InstallerError, make_directories
from hivehelm.errors import HivehelmError
from hivehelm.golang.filepath import directory as parent
from hivehelm.plugins.load import load_dir
from hivehelm.plugins.run import run_hook

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.actions.plugins.installer import Installer, Settings
    from hivehelm.plugins.load import Plugin


def choose(source: str, version: str, settings: Settings) -> Installer:
    """Return what installs from a source: a registry, a path, the URL of an archive, or of a repository.

    Raises:
        HivehelmError: nothing does.
    """
    if source.startswith("oci://"):
        from hivehelm.actions.plugins.registry import RegistryInstaller

        return RegistryInstaller(source, settings)
    try:
        if os.path.exists(source):
            from hivehelm.actions.plugins.local import LocalInstaller

            return LocalInstaller(source, settings)
        from hivehelm.actions.plugins.web import WebInstaller, is_remote_archive

        if is_remote_archive(source, settings):
            return WebInstaller(source, settings)
        from hivehelm.actions.plugins.repository import RepositoryInstaller

        return RepositoryInstaller.of_url(source, version, settings)
    except HivehelmError as error:
        from hivehelm.golang.fmt import quote
        from hivehelm.sources.address import without_password

        raise InstallerError(
            f"cannot get information about plugin source {quote(without_password(source))} "
            f"(if it's a local directory, does it exist?), last error was: {error}"
        ) from error


def install(
    source: str, settings: Settings, *, version: str = "", verify: bool = True, keyring: str = ""
) -> Plugin:
    """Install a plugin and run its hook; what is done is printed as it is done.

    A directory is linked to and needs no signature; all else has to be signed by a key of the `keyring`,
    unless `verify` says otherwise. `version` is for repositories: a reference, or a constraint on tags.

    Raises:
        HivehelmError: it cannot be had, or is not what it should be.
    """
    installer = choose(source, version, settings)
    out = settings.out
    if installer.development:
        verify = False
        out("Installing plugin from local directory (development mode)\n")
    elif not verify:
        out("WARNING: Skipping plugin signature verification\n")
    elif not installer.verifiable:
        raise InstallerError(
            "plugin source does not support verification. Use --verify=false to skip verification"
        )
    if verify:
        out("Verifying plugin signature...\n")
    report = _install(installer, keyring if verify else None)
    out(report)
    settings.note("DEBUG", "loading plugin", path=installer.path)
    try:
        plugin = load_dir(installer.path)
    except HivehelmError as error:
        raise InstallerError(f"plugin is installed but unusable: {error}") from error
    hook(plugin, "install", settings)
    out(f"Installed plugin: {plugin.name}\n")
    return plugin


def hook(plugin: Plugin, event: str, settings: Settings) -> None:
    """Run a plugin's hook.

    Raises:
        PluginError: it cannot be run, or failed.
    """
    run_hook(plugin, event, out=settings.program_out, err=settings.program_err, log=settings.log)


def _install(installer: Installer, keyring: str | None) -> str:
    """Verify, if there is a keyring, then install; return what is to be said about the signature."""
    make_directories(parent(installer.path))
    if os.path.exists(installer.path):
        installer.settings.note("WARN", "plugin already exists", path=installer.path, error="<nil>")
        raise InstallerError("plugin already exists")
    report = "" if keyring is None else _verify(installer, keyring)
    installer.install()
    return report


def _verify(installer: Installer, keyring: str) -> str:
    from hivehelm.actions.plugins.verify import describe, verify_data

    try:
        evidence = installer.evidence()
    except HivehelmError as error:
        raise InstallerError(f"failed to get verification data: {error}") from error
    if not evidence.provenance:
        raise InstallerError("plugin verification failed: no provenance file (.prov) found")
    try:
        verification = verify_data(evidence.archive, evidence.provenance, evidence.name, keyring)
    except HivehelmError as error:
        raise InstallerError(f"plugin verification failed: {error}") from error
    return describe(verification)
