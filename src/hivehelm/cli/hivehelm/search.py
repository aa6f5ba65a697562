"""`search`: look for charts in repositories, registries and hubs (Helm's `pkg/cmd/search.go`)."""

from __future__ import annotations

from hivehelm.cli.command import Command

_HERE = "hivehelm.cli.hivehelm"

command = Command(
    "search [keyword]",
    long="Look for charts: in a hub, or in the repositories that were added.",
    commands=(
        Command("hub", "look in Artifact Hub, or another hub", module=f"{_HERE}.searchhub"),
        Command("repo", "look in the repositories that were added", module=f"{_HERE}.searchrepo"),
    ),
)
