"""Published charts with changed values: what is switched on, filled, or wrong; our bytes against Helm's.

HIVEHELM_CHANGES says how many changes are tried for each chart.
"""

from __future__ import annotations

import os
from pathlib import Path

from hivehelm.chart.load import load

from .changes import changes
from .test_charts import wrong

CHANGES_PER_CHART = int(os.environ.get("HIVEHELM_CHANGES", "3"))


def test_changed_values_render_as_helm_renders_them(
    published_chart: Path, helm: Path, tmp_path: Path
) -> None:
    """Output, messages and exit code agree, apart from what differs between runs of the real Helm."""
    values = load(str(published_chart)).values or {}
    found = []
    for change in changes(values, published_chart.name, CHANGES_PER_CHART):
        arguments = ["template", "release", str(published_chart), *change]
        if lines := wrong(helm, arguments, tmp_path):
            found.append((change, lines))
    assert not found
