"""`repo add --name --url`: make a repository known by a name, a registry's too."""

from __future__ import annotations

from hivehelm.cli.command import Command
from hivehelm.cli.flags import boolean, string
from hivehelm.cli.hivehelm.repoadd import command as _add
from hivehelm.cli.hivemind.helm.named import gather, name_flag, site_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call

_USAGE = "hivemind helm repo add --name NAME --url URL [--username NAME --password PASSWORD] [--oci]"


def run(call: Call) -> None:
    """Note a repository: Helm's way, or with --oci among the platform's own."""
    from hivehelm.cli.hivehelm.repoadd import run as add
    from hivehelm.platform.repositories import OCI, RepositoryExistsError

    name, url = call.arguments = gather(call, ["name", "url"], _USAGE)
    repositories = site_of(call).repositories
    if not (call.flags.boolean("oci") or url.startswith(OCI)):
        if repositories.registry(name) is not None:
            if not call.flags.boolean("force-update"):
                raise RepositoryExistsError(name)
            repositories.remove(name)
        add(call)
        return
    _add_registry(call, name, url)


def _add_registry(call: Call, name: str, url: str) -> None:
    from hivehelm.cli.hivehelm.repoadd import password_of
    from hivehelm.golang.fmt import quote
    from hivehelm.platform.model import HelmRepository

    flags, site = call.flags, site_of(call)
    username, password = flags.string("username"), flags.string("password")
    if username and not password:
        password = password_of(call)
    repository = HelmRepository(
        name=name,
        url=url,
        username=username or None,
        password_encrypted=site.vault.encrypt(password) if password else None,
        is_oci=True,
    )
    if site.repositories.add(repository, force_update=flags.boolean("force-update")):
        call.out.write(f"{quote(name)} has been added to your repositories\n")
    else:
        call.out.write(f"{quote(name)} already exists with the same configuration, skipping\n")


command = Command(
    "add [NAME] [URL]",
    long=f"""{_add.long}
Spelt out:

    $ hivemind helm repo add --name stable --url https://charts.example.com/stable
    $ hivemind helm repo add --name team --url oci://registry.example.com/charts --oci

With --oci it is a registry: nothing is fetched yet, and --chart team/CHART is oci://registry.example.com/charts/CHART
from then on. Its password is kept encrypted, and only Hivemind knows of it; 'helm registry login' tells Helm.
""",
    flags=(
        name_flag("what the repository is to be called"),
        string("url", "where it is"),
        boolean("oci", "it is a registry: oci://HOST/PATH"),
        *_add.flags,
    ),
    run=run,
)
