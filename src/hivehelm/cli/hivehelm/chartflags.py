"""Flags that say which chart, with what values, and how it is installed: shared by several commands."""

from __future__ import annotations

from hivehelm.cli.flags import Flag, array, boolean, duration, integer, mapping, string, strings
from hivehelm.cli.hivehelm.postrenderflags import post_renderer, post_renderer_flags

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from hivehelm.cli.command import Call
    from hivehelm.cli.flags import FlagSet
    from hivehelm.sources.stores import Access

_FIVE_MINUTES = 300_000_000_000
#: How many revisions are kept where neither a flag nor HELM_MAX_HISTORY says.
DEFAULT_HISTORY = 10
_STRATEGIES = ("watcher", "hookOnly", "legacy")


def chart_flags() -> tuple[Flag, ...]:
    """Return the flags that say where a chart comes from."""
    return (
        string("version", "version of the chart, or a constraint on it, where it comes from a repository"),
        boolean("devel", "take development versions too, unless --version is given"),
        boolean("verify", "check the chart's signature before anything is done with it"),
        keyring_flag(),
        string("repo", "URL of the repository that the chart is in, which need not have been added"),
        *access_flags(),
        boolean("pass-credentials", "send credentials to whatever server a chart's URL names"),
    )


def keyring_flag(says: str = "file with the public keys that signatures are checked with") -> Flag:
    """Return `--keyring`, about which the help `says` what it is for."""
    return string("keyring", says, shown=own_keyring)


def own_keyring() -> str:
    """Return the user's own keyring."""
    import os

    from hivehelm.cli.hivehelm.keyring import default_keyring

    return default_keyring(os.environ)


def access_flags() -> tuple[Flag, ...]:
    """Return the flags that say how servers of charts are reached, and as whom."""
    return (
        string("username", "name to go by at the repository or registry"),
        string("password", "password that goes with it"),
        string("cert-file", "file with the client certificate to show"),
        string("key-file", "file with the client certificate's private key"),
        boolean(
            "insecure-skip-tls-verify", "accept any certificate of the server; the connection is not safe"
        ),
        boolean("plain-http", "speak to registries without TLS"),
        string("ca-file", "trust this authority, and no other, for the server"),
    )


def access(flags: FlagSet) -> Access:
    """Return what a call's flags say of how servers of charts are reached."""
    from hivehelm.sources.stores import Access

    return Access(
        username=flags.string("username"),
        password=flags.string("password"),
        cert_file=flags.string("cert-file"),
        key_file=flags.string("key-file"),
        ca_file=flags.string("ca-file"),
        insecure=flags.boolean("insecure-skip-tls-verify"),
        plain_http=flags.boolean("plain-http"),
        pass_credentials=flags.find("pass-credentials") is not None and flags.boolean("pass-credentials"),
    )


def version(flags: FlagSet) -> str:
    """Return the versions of a chart that a call's flags allow."""
    wanted: str = flags.string("version")
    return ">0.0.0-0" if not wanted and flags.boolean("devel") else wanted


def keyring(call: Call) -> str:
    """Return the file of public keys that a call's flags name, or else the user's own."""
    if call.flags.given("keyring"):
        named: str = call.flags.string("keyring")
        return named
    from hivehelm.cli.hivehelm.keyring import default_keyring
    from hivehelm.cli.hivehelm.session import settings_of

    return default_keyring(settings_of(call).environ)


def value_flags() -> tuple[Flag, ...]:
    """Return the flags that set values, files first."""
    return (
        strings(
            "values", "file with values, - for standard input; may be repeated, later ones win", short="f"
        ),
        array("set", "set values: key=value, commas between; may be repeated"),
        array("set-string", "set values as text: key=value, commas between; may be repeated"),
        array("set-file", "set values to the contents of files: key=path, commas between; may be repeated"),
        array("set-json", "set values as JSON: key=json, commas between, or one object; may be repeated"),
        array("set-literal", "set one value as text that is taken as it is; may be repeated"),
    )


def install_flags(*, template: bool = False) -> tuple[Flag, ...]:
    """Return what `install` takes, and `template` too: for that some of them are there for nothing."""
    return (
        boolean("create-namespace", "create the namespace if it is not there"),
        boolean("server-side", "let the API server merge what is applied", default=True),
        boolean("no-hooks", "do not run hooks"),
        boolean("replace", "use the name of a release that was uninstalled and kept its history; not safe"),
        boolean("generate-name", "make a name up, and take no NAME", short="g"),
        string("name-template", "make the name with this template"),
        *_force_flags(),
        *_release_flags("uninstall again what fails to install; implies --wait", template=template),
    )


def upgrade_flags() -> tuple[Flag, ...]:
    """Return what `upgrade` takes, but for how it shows its result."""
    return (
        boolean("create-namespace", "with --install, create the namespace if it is not there"),
        boolean("install", "install what is not there yet", short="i"),
        boolean("no-hooks", "do not run hooks"),
        boolean("reset-values", "forget the values of the last revision"),
        boolean("reuse-values", "merge values over those that the last revision ran with"),
        boolean(
            "reset-then-reuse-values",
            "take the chart's own values anew, and merge values over what the last revision's user gave",
        ),
        *update_flags("upgrade", timing=False),
        *_release_flags("roll back an upgrade that fails; implies --wait"),
    )


def update_flags(verb: str, *, timing: bool = True) -> tuple[Flag, ...]:
    """Return what `upgrade` and `rollback` take; with `timing`, what says how long they may take as well."""
    return (
        *_force_flags(),
        string(
            "server-side",
            "let the API server merge what is applied: true, false, or auto, as the release was made",
            default="auto",
        ),
        integer("history-max", "how many revisions to keep, 0 for all", default=DEFAULT_HISTORY),
        boolean("cleanup-on-fail", f"delete what a failed {verb} has made"),
        *(_timing_flags() if timing else ()),
    )


def preflight_flag() -> Flag:
    """Return `--preflight`; ours, not Helm's."""
    return boolean("preflight", "try all on the server first, and report together what would be refused")


def split_records_flag() -> Flag:
    """Return `--split-records`; ours, not Helm's."""
    return boolean(
        "split-records",
        "leave chart templates and files out of a record over 1 MiB, and split it if need be; "
        "Helm itself does not see a revision that is split",
    )


def _force_flags() -> tuple[Flag, ...]:
    return (
        boolean("force-replace", "replace objects rather than update them"),
        boolean("force", "", deprecated="use --force-replace instead"),
        boolean("force-conflicts", "take fields over from other managers when applying server-side"),
    )


def _timing_flags() -> tuple[Flag, ...]:
    return (
        duration("timeout", "how long any one operation may take", default=_FIVE_MINUTES),
        boolean("wait-for-jobs", "with --wait, wait for Jobs to complete too"),
        wait_flag(),
    )


def _release_flags(on_failure: str, *, template: bool = False) -> tuple[Flag, ...]:
    """Return what `install` and `upgrade` share; `on_failure` is how they undo what fails."""
    without_effect = (
        "this flag has no effect for 'helm template' and will be removed in Helm 5" if template else ""
    )
    return (
        *_timing_flags(),
        string("description", "describe the release"),
        boolean("dependency-update", "put what Chart.yaml asks for into charts/, if it is not there"),
        boolean("disable-openapi-validation", "do not check objects against the API server's schema"),
        boolean("rollback-on-failure", on_failure),
        boolean("atomic", "", deprecated="use --rollback-on-failure instead"),
        boolean("skip-crds", "leave out the chart's CRDs"),
        boolean(
            "render-subchart-notes",
            "show the notes of subcharts along with the chart's",
            deprecated=without_effect,
        ),
        boolean("skip-schema-validation", "do not check values against the chart's schemas"),
        mapping("labels", "labels for the release's record, commas between", short="l"),
        boolean("enable-dns", "let templates look up names"),
        boolean("hide-notes", "do not show notes", deprecated=without_effect),
        boolean("take-ownership", "take over objects that are there and belong to no release"),
        *value_flags(),
        *chart_flags(),
        *post_renderer_flags(),
    )


EXCLUSIVE = (("force-replace", "force-conflicts"), ("force", "force-conflicts"))


def wait_flag() -> Flag:
    """Return `--wait`, which alone means the watcher."""
    return Flag(
        "wait",
        "wait until what was applied is ready: watcher (when it stands alone), legacy, or hookOnly",
        type="WaitStrategy",
        default="hookOnly",
        setter=_set_wait,
        bare="watcher",
        remark=_wait_remark,
    )


def _set_wait(_current: str, _given: bool, text: str) -> str:
    if text in ("true", "false"):
        return "watcher" if text == "true" else "hookOnly"
    if text not in _STRATEGIES:
        from hivehelm.golang.fmt import quote

        raise ValueError(f"invalid wait input {quote(text)}. Valid inputs are watcher, hookOnly, and legacy")
    return text


def _wait_remark(text: str) -> str:
    if text not in ("true", "false"):
        return ""
    strategy = "watcher" if text == "true" else "hookOnly"
    return f"--wait={text} is deprecated (boolean value) and can be replaced with --wait={strategy}"


def either(flags: FlagSet, names: Sequence[str]) -> bool:
    """Return the value of a boolean that goes by several names: the one that was set last."""
    return flags.boolean(flags.latest(*names))


def shared_options(call: Call) -> dict[str, Any]:
    """Return the fields that `InstallOptions` and `UpgradeOptions` have in common, as a call's flags say."""
    from hivehelm.cli.hivehelm.lockflag import wait_lock
    from hivehelm.cli.hivehelm.session import template_cache
    from hivehelm.sources.schema import load_schema

    flags = call.flags
    return {
        "hide_secret": flags.boolean("hide-secret"),
        "no_hooks": flags.boolean("no-hooks"),
        "force_replace": either(flags, ("force-replace", "force")),
        "force_conflicts": flags.boolean("force-conflicts"),
        "take_ownership": flags.boolean("take-ownership"),
        "wait": flags.string("wait"),
        "wait_for_jobs": flags.boolean("wait-for-jobs"),
        "timeout": flags.integer("timeout") / 1e9,
        "rollback_on_failure": either(flags, ("rollback-on-failure", "atomic")),
        "render_subchart_notes": flags.boolean("render-subchart-notes"),
        "skip_schema_validation": flags.boolean("skip-schema-validation"),
        "disable_openapi_validation": flags.boolean("disable-openapi-validation"),
        "enable_dns": flags.boolean("enable-dns"),
        "post_renderer": post_renderer(call),
        "description": flags.string("description"),
        "labels": flags.mapping("labels"),
        "wait_lock": wait_lock(flags),
        "preflight": flags.boolean("preflight"),
        "split_records": flags.boolean("split-records"),
        "cache": template_cache(call),
        "schema_loader": load_schema,
    }


def user_values(call: Call) -> dict[str, Any]:
    """Return the values that the flags of a call give, merged in Helm's order.

    Raises:
        InputError: a file or an argument is malformed.
        HivehelmError: a file cannot be read.
    """
    from hivehelm.cli.hivehelm.plugincommands import warn_again
    from hivehelm.cli.hivehelm.session import log_of
    from hivehelm.values.inputs import merge

    def read(reference: str) -> bytes:
        from hivehelm.cli.hivehelm.session import stores
        from hivehelm.sources.read import read

        return read(reference, lambda: stores(call), log)

    flags, log = call.flags, log_of(call)
    warn_again(log)
    return merge(
        flags.strings("values"),
        flags.strings("set"),
        flags.strings("set-string"),
        flags.strings("set-file"),
        flags.strings("set-json"),
        flags.strings("set-literal"),
        read,
    )
