from __future__ import annotations

import pytest

from hivehelm.actions.plan import plan
from hivehelm.chart.load import load_files
from hivehelm.chart.model import File
from hivehelm.values.schema import SchemaError


def test_an_empty_schema_is_one_that_cannot_be_read() -> None:
    chart = load_files(
        [File("Chart.yaml", b"apiVersion: v2\nname: a\nversion: 1.0.0\n"), File("values.schema.json", b"")]
    )
    with pytest.raises(SchemaError, match=r"a:\nEOF$"):
        plan(chart, {})
