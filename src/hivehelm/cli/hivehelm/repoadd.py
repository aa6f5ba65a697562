"""`repo add`: make a repository known by a name (Helm's `pkg/cmd/repo_add.go`)."""

from __future__ import annotations

from hivehelm.cli.command import Command, exactly
from hivehelm.cli.flags import boolean, duration, string

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call


def run(call: Call) -> None:
    """Fetch the index of a repository, and note it in repositories.yaml."""
    from hivehelm.actions.repositories import add
    from hivehelm.cli.hivehelm.session import log_of, stores
    from hivehelm.golang.fmt import quote
    from hivehelm.sources.repositories import Repository

    flags = call.flags
    name, url = call.arguments
    repository = Repository(
        name=name,
        url=url,
        username=flags.string("username"),
        password=flags.string("password"),
        cert_file=flags.string("cert-file"),
        key_file=flags.string("key-file"),
        ca_file=flags.string("ca-file"),
        insecure=flags.boolean("insecure-skip-tls-verify"),
        pass_credentials=flags.boolean("pass-credentials"),
    )
    added = add(
        repository,
        stores(call),
        password=lambda: password_of(call),
        force_update=flags.boolean("force-update"),
        allow_deprecated=flags.boolean("allow-deprecated-repos"),
        timeout=flags.integer("timeout") / 1e9,
        log=log_of(call),
    )
    if added:
        call.out.write(f"{quote(name)} has been added to your repositories\n")
    else:
        call.out.write(f"{quote(name)} already exists with the same configuration, skipping\n")


def password_of(call: Call) -> str:
    """Return the password that stands on standard input, or is typed there unseen."""
    from hivehelm.cli.hivehelm.credentialprompt import LoginError, hidden, piped

    if call.flags.boolean("password-stdin"):
        return piped()
    try:
        return hidden("Password: ", call.out.write)
    except LoginError:
        call.out.write("\n")
        raise


command = Command(
    "add [NAME] [URL]",
    long="""Make a repository known by a name: charts of it are NAME/CHART from then on.

Its index is fetched at once. A user's name without --password has the password asked for, or read from
standard input with --password-stdin. What is noted of it is for your eyes only.
""",
    flags=(
        string("username", "the user to name to the repository"),
        string("password", "the password of that user"),
        boolean("password-stdin", "read the password from standard input"),
        boolean("force-update", "replace what is known by that name"),
        string("cert-file", "show servers this certificate, a PEM file"),
        string("key-file", "the private key of --cert-file"),
        string("ca-file", "trust the authorities in this PEM file, not those of the system"),
        boolean("insecure-skip-tls-verify", "believe any server that it is the repository"),
        boolean("allow-deprecated-repos", "take addresses that are known to be gone for good"),
        boolean("pass-credentials", "show user and password to every server that the index names"),
        duration("timeout", "how long the index may take to come", default=120_000_000_000),
    ),
    arguments=exactly(2),
    run=run,
)
