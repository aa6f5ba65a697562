"""Random templates, well-formed or not, and random values through functions, against Go's text/template."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hivehelm.gotemplate import parser
from hivehelm.gotemplate.errors import TemplateError
from hivehelm.gotemplate.functions.table import SPRIG
from hivehelm.gotemplate.template import TemplateSet
from hivehelm.render.functions import SERIALIZATION

from .grammar import DATA, Grammar
from .program import Oracle
from .values import Values


def rendered(template: str, data: dict[str, Any]) -> tuple[str | None, str | None]:
    """Return output and error of a template of the name `t`, as `Oracle.render` does."""
    names = ("toYaml", "toJson")
    templates = TemplateSet({**SPRIG, **{name: SERIALIZATION[name] for name in names}})
    try:
        templates.add("t", template)
        return templates.execute("t", data), None
    except TemplateError as error:
        return None, str(error)


def test_templates_render_as_in_go(oracle: Oracle, cases: range, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong: dict[str, str] = {}
    text = json.dumps(DATA)
    for seed in cases:
        # Every block of every other template is compiled on its own, as large ones are.
        monkeypatch.setattr(parser, "_PART", 0 if seed % 2 else 15)
        template = Grammar(seed).template()
        ours, theirs = rendered(template, json.loads(text)), oracle.render(template, DATA)
        if ours != theirs:
            known = f"{ours[1]}{theirs[1]}"[:60]
            if len(template) < len(wrong.get(known, template + " ")):
                wrong[known] = f"{template}\n  ours {ours}\n  Go's {theirs}\n  seed {seed}"
    assert not wrong, "\n".join(sorted(wrong.values(), key=len)[:20])


_SERIALIZED = (
    "{{ toYaml .v }}\x01{{ toJson .v }}\x01{{ toPrettyJson .v }}\x01{{ toRawJson .v }}\x01{{ quote .v }}"
)
_VERBS = (
    "v",
    "+v",
    "#v",
    "s",
    "q",
    "d",
    "t",
    "T",
    "x",
    "X",
    "e",
    "g",
    "f",
    "08.3f",
    "-12v|",
    "+.2e",
    "c",
    "U",
    "5.1s",
    "# x",
)
_PRINTED = (
    "\x01".join(f'{{{{ printf "%{verb}" .v }}}}' for verb in _VERBS) + "\x01{{ .v }}\x01{{ print .v 1 .v }}"
)


def _valid(value: Any) -> Any:
    """Return a value whose texts are UTF-8: Go gets it as JSON."""
    raw = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogateescape")
    return json.loads(raw.decode("utf-8", "replace"))


# So many values are asked about at once.
_BATCH = 100
# Of keys that go-yaml orders in a circle, Go writes now these first, now those.
_TRIES = 40


@pytest.mark.parametrize("template", [_SERIALIZED, _PRINTED], ids=["written", "printed"])
def test_values_come_through_functions_as_in_go(oracle: Oracle, cases: range, template: str) -> None:
    each = f"{{{{ range .all }}}}{template}\x02{{{{ end }}}}"
    for batch in range(cases.start, cases.stop, _BATCH):
        seeds = cases[batch - cases.start :][:_BATCH]
        data = {"all": [{"v": _valid(Values(seed).plain())} for seed in seeds]}
        if rendered(each, data) == oracle.render(each, data):
            continue
        for seed, item in zip(seeds, data["all"], strict=True):
            ours = rendered(template, item)
            theirs = [oracle.render(template, item)]
            while theirs[-1] != ours and len(theirs) < _TRIES:
                theirs.append(oracle.render(template, item))
            assert ours == theirs[-1], f"seed {seed}: {item}"
