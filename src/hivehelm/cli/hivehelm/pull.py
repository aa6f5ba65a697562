"""`pull`: fetch charts (Helm's `pkg/cmd/pull.go`)."""

from __future__ import annotations

from hivehelm.cli.command import Command, at_least
from hivehelm.cli.flags import boolean, string
from hivehelm.cli.hivehelm.chartflags import chart_flags

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call


def run(call: Call) -> None:
    """Fetch charts, and print who signed them if that was to be found out."""
    from hivehelm.actions.pull import PullOptions, pull
    from hivehelm.cli.hivehelm.chartflags import access, keyring, version
    from hivehelm.cli.hivehelm.session import check_registry, log_of, stores

    flags, log = call.flags, log_of(call)
    if not flags.string("version") and flags.boolean("devel"):
        log.debug("setting version to >0.0.0-0")
    check_registry(call)
    verify = flags.boolean("verify")
    said: list[str] = []
    options = PullOptions(
        stores=stores(call),
        access=access(flags),
        version=version(flags),
        repository=flags.string("repo"),
        destination=flags.string("destination"),
        untar=flags.boolean("untar"),
        untar_directory=flags.string("untardir"),
        keyring=keyring(call) if verify else None,
        provenance=flags.boolean("prov"),
        out=said.append,
        registry_out=call.out.write,
        log=log,
    )
    for reference in call.arguments:
        said.clear()
        found = pull(reference, options)
        if found is not None:
            said += [f"Signed by: {name}\n" for name in found.signed_by]
            said.append(f"Using Key With Fingerprint: {found.fingerprint}\n")
            said.append(f"Chart Hash Verified: {found.file_hash}\n")
        # Helm prints nothing of a chart that it could not get.
        call.out.write("".join(said))


command = Command(
    "pull [chart URL | repo/chartname] [...]",
    long="""Fetch charts from repositories and registries, to archives or unpacked.

    $ helm pull web/nginx --version ^1.2.0
    $ helm pull nginx --repo https://charts.example.com/web --untar
    $ helm pull oci://registry.example.com/charts/nginx --version 1.2.3

With --verify a chart has to be signed by someone whose key is in the keyring.
""",
    flags=(
        boolean("untar", "unpack the chart, and keep no archive"),
        boolean("prov", "fetch the signature too, and do not check it"),
        string("untardir", "with --untar, the directory to unpack to, below --destination", default="."),
        string("destination", "the directory that charts go to", default=".", short="d"),
        *chart_flags(),
    ),
    arguments=at_least(1),
    run=run,
)
