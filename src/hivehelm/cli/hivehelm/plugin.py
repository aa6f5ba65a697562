"""`plugin`: install, list, update, package, verify and remove plugins (Helm's `pkg/cmd/plugin*.go`)."""

from __future__ import annotations

from hivehelm.cli.command import Command, exactly
from hivehelm.cli.flags import boolean, string
from hivehelm.cli.hivehelm.chartflags import access_flags, keyring_flag
from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.actions.plugins.installer import Settings
    from hivehelm.cli.command import Call


class PluginArgumentError(HivehelmError):
    """A command line of `plugin` that its flags allow and its rules do not."""


def _settings(call: Call, *, servers: bool = False) -> Settings:
    """Return where plugins are; with `servers`, how registries are reached as well."""
    from hivehelm.actions.plugins.installer import Settings
    from hivehelm.cli.hivehelm.plugincommands import outputs
    from hivehelm.cli.hivehelm.session import log_of, settings_of
    from hivehelm.settings import cache_path, config_path, data_path

    ours = settings_of(call)
    out, err = outputs(call)
    settings = Settings(
        plugins=ours.plugins,
        data=data_path(ours.environ, "plugins"),
        cache=cache_path(ours.environ, "plugins"),
        registry_config=config_path(ours.environ, "registry", "config.json"),
        environ=ours.environ,
        out=call.out.write,
        program_out=out,
        program_err=err,
        log=log_of(call),
    )
    if not servers:
        return settings
    from hivehelm.cli.hivehelm.chartflags import access

    return settings.replace(access=access(call.flags))


def run_install(call: Call) -> None:
    """Install a plugin."""
    from hivehelm.actions.plugins.install import install
    from hivehelm.cli.hivehelm.chartflags import keyring

    install(
        call.arguments[0],
        _settings(call, servers=True),
        version=call.flags.string("version"),
        verify=call.flags.boolean("verify"),
        keyring=keyring(call),
    )


def run_list(call: Call) -> None:
    """Print a table of the plugins that are installed, those of Python packages behind Helm's."""
    from hivehelm.cli.hivehelm.session import log_of, settings_of
    from hivehelm.cli.output import table
    from hivehelm.plugins.load import find, split
    from hivehelm.plugins.python import find as find_python
    from hivehelm.plugins.signing import status
    from hivehelm.settings import data_path

    settings, log, kind = settings_of(call), log_of(call), call.flags.string("type")
    log.debug("pluginDirs", directory=settings.plugins)
    data = data_path(settings.environ, "plugins")
    rows: list[tuple[str, ...]] = [("NAME", "VERSION", "TYPE", "APIVERSION", "PROVENANCE", "SOURCE")]
    for plugin in find(split(settings.plugins), kind=kind, log=log):
        about = plugin.metadata
        source = about.source_url or "unknown"
        rows.append((about.name, about.version, about.type, about.api_version, status(about, data), source))
    for python in find_python(kind):
        about = python.metadata
        rows.append(
            (about.name, about.version, about.type, about.api_version, "python package", python.package)
        )
    call.out.write(table(rows))


def run_update(call: Call) -> None:
    """Update plugins."""
    from hivehelm.actions.plugins.update import update

    if not call.arguments:
        raise PluginArgumentError("please provide plugin name to update")
    update(call.arguments, _settings(call))


def run_uninstall(call: Call) -> None:
    """Remove plugins."""
    from hivehelm.actions.plugins.uninstall import uninstall

    if not call.arguments:
        raise PluginArgumentError("please provide plugin name to uninstall")
    uninstall(call.arguments, _settings(call))


def run_package(call: Call) -> None:
    """Make an archive of a plugin."""
    from hivehelm.actions.plugins.package import PackageOptions, package
    from hivehelm.cli.hivehelm.chartflags import keyring
    from hivehelm.cli.hivehelm.epoch import source_date_epoch
    from hivehelm.cli.hivehelm.passphrase import plugin_passphrases
    from hivehelm.cli.hivehelm.session import settings_of

    flags = call.flags
    secret = plugin_passphrases(flags.string("passphrase-file"), call.out.write)
    package(
        call.arguments[0],
        PackageOptions(
            destination=flags.string("destination"),
            keyring=keyring(call),
            key=flags.string("key"),
            passphrase=secret if flags.boolean("sign") else None,
            epoch=source_date_epoch(settings_of(call).environ),
            out=call.out.write,
        ),
    )


def run_verify(call: Call) -> None:
    """Verify a plugin's archive."""
    from hivehelm.actions.plugins.verify import verify
    from hivehelm.cli.hivehelm.chartflags import keyring

    call.out.write(verify(call.arguments[0], keyring(call)))


command = Command(
    "plugin",
    long="""Look after plugins: programs that add commands, fetch charts, or work over what charts render to.

Helm's own plugins are in directories below $HELM_PLUGINS, each with a plugin.yaml, of Helm 4 or of Helm 3.
Python packages can bring plugins of their own.
""",
    commands=(
        Command(
            "install [options] <path|url>",
            "install a plugin",
            aliases=("add",),
            long="""Install a plugin from a directory or an archive, an http or https URL of one, a git
repository, or a registry (oci://).

What is not a directory has to be signed by a key of the keyring; --verify=false does without.
""",
            flags=(
                string("version", "version to check out of a repository, or a constraint on its tags"),
                boolean("verify", "check the plugin's signature before", default=True),
                keyring_flag(),
                *access_flags(),
            ),
            arguments=exactly(1),
            run=run_install,
        ),
        Command(
            "list",
            "list plugins",
            aliases=("ls",),
            long="List the plugins that are installed, and whether they are signed.",
            flags=(string("type", "list only plugins of this type, such as cli/v1"),),
            run=run_list,
        ),
        Command(
            "uninstall <plugin>...",
            "remove plugins",
            aliases=("rm", "remove"),
            long="Remove plugins, after what they want done at their removal.",
            run=run_uninstall,
        ),
        Command(
            "update <plugin>...",
            "bring plugins up to date",
            aliases=("up",),
            long="Bring plugins up to date that were installed from git repositories.",
            run=run_update,
        ),
        Command(
            "package [PATH]",
            "make an archive of a plugin",
            long="""Make an archive of a plugin's directory, NAME-VERSION.tgz, and sign it with a PGP key.

With $SOURCE_DATE_EPOCH, in seconds since 1970, the same files make the same archive every time.
""",
            flags=(
                boolean("sign", "sign the archive", default=True),
                string("key", "name of the key to sign with, or a part of it"),
                keyring_flag(),
                string("passphrase-file", "file with the passphrase of the key, - for standard input"),
                string("destination", "directory that the archive goes to", short="d", default="."),
            ),
            arguments=exactly(1),
            run=run_package,
        ),
        Command(
            "verify [PATH]",
            "check a plugin's signature",
            long="Check that a key of the keyring signed a plugin's archive, by the .prov file beside it.",
            flags=(keyring_flag(),),
            arguments=exactly(1),
            run=run_verify,
        ),
    ),
)
