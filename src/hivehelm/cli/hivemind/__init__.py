"""The `hivemind` command."""
