"""Helm, native in Python: load charts, render them, and run releases without a `helm` binary."""
