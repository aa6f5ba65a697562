"""The `hivehelm` command."""
