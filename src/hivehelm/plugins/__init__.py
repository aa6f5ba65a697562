"""Helm's plugins, run as subprocesses."""
