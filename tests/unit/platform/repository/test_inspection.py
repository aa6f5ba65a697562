from __future__ import annotations

import base64
import json

import pytest
from tests.unit.platform.repository.made import chart, packed

from hivehelm.platform.repository import inspection
from hivehelm.platform.repository.errors import ArchiveTooLargeError, InvalidArchiveError
from hivehelm.platform.repository.inspection import inspect, templates


def test_a_chart_is_loaded_whole() -> None:
    inspect(chart())
    broken = packed(
        {"web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n", "web/values.yaml": "a: ["}
    )
    with pytest.raises(InvalidArchiveError, match=r"cannot load values\.yaml"):
        inspect(broken)
    with pytest.raises(InvalidArchiveError, match="error unpacking subchart"):
        inspect(chart(**{"charts/db/values.yaml": ""}))


def test_templates_and_values_as_chart_museum_shows_them() -> None:
    shown = json.loads(templates(chart(**{"templates/a.yaml": "{{ 1 }}", "values.yaml": "b: é\n"})))
    assert shown["values"] == {"b": "é"}
    assert [(one["name"], base64.b64decode(one["data"])) for one in shown["templates"]] == [
        ("templates/a.yaml", b"{{ 1 }}")
    ]


def test_what_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection, "_PATIENCE", 0.001)
    with pytest.raises(ArchiveTooLargeError, match="too much time or memory"):
        inspect(chart())


def test_what_takes_too_much_is_given_up() -> None:
    values = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for last, name in zip("abcdefghi", "bcdefghij", strict=True):
        values += f"{name}: &{name} [{', '.join([f'*{last}'] * 9)}]\n"
    with pytest.raises((ArchiveTooLargeError, InvalidArchiveError)):
        inspect(chart(**{"values.yaml": values}))
