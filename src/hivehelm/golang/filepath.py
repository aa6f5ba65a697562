"""Paths as Go's path/filepath takes them apart and puts them together on POSIX systems."""

from __future__ import annotations

import os


def clean(path: str) -> str:
    """Return the shortest path of the same meaning (`filepath.Clean`)."""
    cleaned = os.path.normpath(path)
    return cleaned[1:] if cleaned.startswith("//") else cleaned


def join(*elements: str) -> str:
    """Return the elements with slashes between, cleaned; empty ones count for nothing (`filepath.Join`)."""
    kept = [element for element in elements if element]
    return clean("/".join(kept)) if kept else ""


def base(path: str) -> str:
    """Return the last element, `.` of nothing (`filepath.Base`)."""
    if not path:
        return "."
    return path.rstrip("/").rpartition("/")[2] or "/"


def directory(path: str) -> str:
    """Return all but the last element, cleaned (`filepath.Dir`)."""
    return clean(path[: path.rfind("/") + 1])


def absolute(path: str) -> str:
    """Return the path from the root (`filepath.Abs`)."""
    return clean(path) if path.startswith("/") else join(os.getcwd(), path)
