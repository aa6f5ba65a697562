"""What is said of repositories that have moved."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from hivehelm.cli.hivehelm.expired import warn_of_expired
from hivehelm.cli.stream import Stream

STABLE = "{name: stable, url: 'https://kubernetes-charts.storage.googleapis.com'}"
INCUBATOR = "{name: incubator, url: 'https://kubernetes-charts-incubator.storage.googleapis.com/'}"


@pytest.mark.parametrize(
    ("entries", "count"),
    [
        ([], 0),
        (["{name: stable, url: 'https://charts.helm.sh/stable'}"], 0),
        ([STABLE], 3),
        ([STABLE, INCUBATOR], 6),
        ([INCUBATOR], 0),
        (["{name: stable, url: x}", INCUBATOR], 3),
    ],
)
def test_warnings(tmp_path: Path, entries: list[str], count: int) -> None:
    path = tmp_path / "repositories.yaml"
    path.write_text(f"repositories: [{', '.join(entries)}]\n")
    text = io.StringIO()
    warn_of_expired(str(path), Stream(text))
    lines = text.getvalue().splitlines()
    assert len(lines) == count
    if entries == [STABLE]:
        assert lines == [
            (
                'WARNING: "kubernetes-charts.storage.googleapis.com" is deprecated for "stable" and will be '
                "deleted Nov. 13, 2020."
            ),
            'WARNING: You should switch to "https://charts.helm.sh/stable" via:',
            'WARNING: helm repo add "stable" "https://charts.helm.sh/stable" --force-update',
        ]


@pytest.mark.parametrize("content", [None, "kubernetes-charts: ["])
def test_files_that_cannot_be_read(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "repositories.yaml"
    if content is not None:
        path.write_text(content)
    text = io.StringIO()
    warn_of_expired(str(path), Stream(text))
    assert text.getvalue() == ""
