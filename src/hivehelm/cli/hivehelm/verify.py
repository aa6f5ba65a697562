"""`verify`: check the signature of a chart's archive (Helm's `pkg/cmd/verify.go`)."""

from __future__ import annotations

from hivehelm.cli.command import Command, exactly
from hivehelm.cli.hivehelm.chartflags import keyring_flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call


def run(call: Call) -> None:
    """Say who signed the archive, and its hash."""
    from hivehelm.cli.hivehelm.chartflags import keyring
    from hivehelm.provenance.verify import verify

    archive = call.arguments[0]
    found = verify(archive, f"{archive}.prov", keyring(call))
    call.out.write(
        "".join(f"Signed by: {name}\n" for name in found.signed_by)
        + f"Using Key With Fingerprint: {found.fingerprint}\n"
        + f"Chart Hash Verified: {found.file_hash}\n"
    )


command = Command(
    "verify PATH",
    long="""Check that an archive is the one that was signed, and who signed it.

The provenance file is the one beside the archive, PATH.prov, as `package --sign` writes it. The keys that
may have signed it are those of --keyring: a file of GnuPG's, old or new, or what `gpg --export` writes.
""",
    arguments=exactly(1),
    flags=(keyring_flag(),),
    run=run,
)
