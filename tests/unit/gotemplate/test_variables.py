"""Variables that hold now an element, now a pipeline's value: Go tells the nil of the one from the other."""

from __future__ import annotations

import pytest

from hivehelm.gotemplate.errors import TemplateError
from hivehelm.gotemplate.functions.table import SPRIG
from hivehelm.gotemplate.template import TemplateSet

_NO_FIELD = "can't evaluate field"


@pytest.mark.parametrize(
    ("template", "told"),
    [
        (
            "{{ $x := 0 }}{{ $y := 1 }}{{ range $x, $y = .l }}{{ $y.z.y }}{{ end }}",
            f'template: t:1:54: executing "t" at <$y.z.y>: {_NO_FIELD} z in type interface {{}}',
        ),
        (
            "{{ $y := 1 }}{{ range $y = (list nil) }}{{ $y.z }}{{ end }}",
            'template: t:1:45: executing "t" at <$y.z>: nil pointer evaluating interface {}.z',
        ),
        (
            '{{ $y := 1 }}{{ range $y = (list nil) }}{{ trunc $y "s" }}{{ end }}',
            ('template: t:1:49: executing "t" at <$y>: wrong type for value; expected int; got interface {}'),
        ),
        (
            "{{ $y := 1 }}{{ range $y = 3 }}{{ $y.z }}{{ end }}",
            f'template: t:1:36: executing "t" at <$y.z>: {_NO_FIELD} z in type int',
        ),
        (
            "{{ range $i, $x := .l }}{{ range $x, $i = $.l }}{{ $x.y }}{{ end }}{{ end }}",
            f'template: t:1:53: executing "t" at <$x.y>: {_NO_FIELD} y in type int',
        ),
        ("{{ range $x := .l }}{{ $x = $.n }}{{ $x.y }},{{ end }}", "<no value>,<no value>,"),
        ('{{ $x := 1 }}{{ ($x := "k") | printf "%v-%v" $x }} {{ $x }}', "k-k k"),
        ('{{ $x := 1 }}{{ ($x = "k") | printf "%v-%v" $x }} {{ $x }}', "k-k k"),
        (
            '{{ $x := .n }}{{ ($x := "k") | get $x }}',
            (
                'template: t:1:35: executing "t" at <$x>: wrong type for value; '
                "expected map[string]interface {}; got string"
            ),
        ),
        (
            "{{ range $i, $x := .l }}{{ with $x = $.n }}{{ else }}{{ $x.y }},{{ end }}{{ end }}",
            "<no value>,<no value>,",
        ),
        ("{{ range $x := .l }}{{ list ($x = $.n) $x.y }},{{ end }}", "[<nil> <nil>],[<nil> <nil>],"),
        (
            "{{ range $x := .l }}{{ range $x = $.n }}{{ else }}{{ $x.y }},{{ end }}{{ end }}",
            "<no value>,<no value>,",
        ),
        (
            '{{ range $x := .l }}{{ if $x = "s" }}{{ $x.y }}{{ end }}{{ end }}',
            f'template: t:1:42: executing "t" at <$x.y>: {_NO_FIELD} y in type string',
        ),
    ],
)
@pytest.mark.parametrize("depth", [0, 20])
def test_variables_as_go_tells(template: str, told: str, depth: int) -> None:
    # Deeply nested blocks keep their variables elsewhere.
    assert rendered(template + "{{ if 0 }}" * depth + "{{ end }}" * depth) == told


@pytest.mark.parametrize(
    ("template", "told"),
    [
        (
            "{{ $x := 1 }}{{ range $x = .l }}{{ end }}{{ $x.y }}",
            f'template: t:1:46: executing "t" at <$x.y>: {_NO_FIELD} y in type interface {{}}',
        ),
        (
            "{{ $x := 1 }}{{ range $x = (list nil) }}{{ else }}{{ end }}{{ $x.y }}",
            'template: t:1:64: executing "t" at <$x.y>: nil pointer evaluating interface {}.y',
        ),
        (
            '{{ $x := 1 }}{{ range $x = (list nil) }}{{ end }}{{ trunc $x "s" }}',
            ('template: t:1:58: executing "t" at <$x>: wrong type for value; expected int; got interface {}'),
        ),
        (
            '{{ $x := 1 }}{{ range $x = .n }}{{ end }}{{ trunc $x "s" }}',
            'template: t:1:50: executing "t" at <$x>: invalid value; expected int',
        ),
        (
            "{{ $x := 1 }}{{ range $x = list }}{{ end }}{{ $x.y }}",
            f'template: t:1:48: executing "t" at <$x.y>: {_NO_FIELD} y in type []interface {{}}',
        ),
        ("{{ $x := 1 }}{{ range $x = .n }}{{ end }}{{ $x.y }}", "<no value>"),
        ("{{ $x := 1 }}{{ range $x = .l }}{{ end }}{{ $x = .n }}{{ $x.y }}", "<no value>"),
        ("{{ $x := 1 }}{{ range $x = .l }}{{ end }}{{ if 1 }}{{ $x = .n }}{{ end }}{{ $x.y }}", "<no value>"),
        (
            "{{ $x := 1 }}{{ range $x = .l }}{{ end }}{{ if 0 }}{{ $x = .n }}{{ end }}{{ $x.y }}",
            f'template: t:1:78: executing "t" at <$x.y>: {_NO_FIELD} y in type interface {{}}',
        ),
        (
            "{{ $x := 1 }}{{ if 1 }}{{ range $x = .l }}{{ end }}{{ end }}{{ $x.y }}",
            f'template: t:1:65: executing "t" at <$x.y>: {_NO_FIELD} y in type interface {{}}',
        ),
        (
            "{{ $x := 1 }}{{ range $x = .l }}{{ end }}{{ $y := ($x = `s`) }}{{ $x.y }}",
            f'template: t:1:68: executing "t" at <$x.y>: {_NO_FIELD} y in type string',
        ),
        (
            "{{ range $x := .l }}{{ if 1 }}{{ $x = `s` }}{{ end }}{{ $x.y }}{{ end }}",
            f'template: t:1:58: executing "t" at <$x.y>: {_NO_FIELD} y in type string',
        ),
        (
            "{{ $x := 1 }}{{ $y := 2 }}{{ range $x, $y = .l }}{{ end }}{{ $x.y }}",
            f'template: t:1:63: executing "t" at <$x.y>: {_NO_FIELD} y in type int',
        ),
        (
            "{{ $x := 1 }}{{ range $x = 2 }}{{ end }}{{ $x.y }}",
            f'template: t:1:45: executing "t" at <$x.y>: {_NO_FIELD} y in type int',
        ),
        (
            "{{ range $x := 2 }}{{ if 1 }}{{ if 1 }}{{ $x.y }}{{ end }}{{ end }}{{ end }}",
            f'template: t:1:44: executing "t" at <$x.y>: {_NO_FIELD} y in type int',
        ),
        (
            "{{ range $.l }}{{ $ = . }}{{ end }}{{ range $ = $.n }}{{ end }}{{ $.y }}",
            f'template: t:1:49: executing "t" at <$.n>: {_NO_FIELD} n in type float64',
        ),
    ],
)
@pytest.mark.parametrize("depth", [0, 20, 60])
def test_variables_after_a_range_as_go_tells(template: str, told: str, depth: int) -> None:
    assert rendered(template + "{{ if 0 }}" * depth + "{{ end }}" * depth) == told


@pytest.mark.parametrize("blocks", ["{{ if 1 }}", "{{ with 1 }}", "{{ range 1 }}"])
def test_elements_far_below_their_range_as_go_tells(blocks: str) -> None:
    """Where CPython takes no deeper blocks, functions of their own go on."""
    inside = blocks * 50 + "{{ $x.y }}" + "{{ end }}" * 50
    place = len("{{ range $x := .l }}") + len(blocks) * 50 + 5
    assert rendered(f"{{{{ range $x := .l }}}}{inside}{{{{ end }}}}") == (
        f'template: t:1:{place}: executing "t" at <$x.y>: {_NO_FIELD} y in type interface {{}}'
    )
    assert rendered(f"{{{{ range $x := 2 }}}}{inside}{{{{ end }}}}") == (
        f'template: t:1:{place - 1}: executing "t" at <$x.y>: {_NO_FIELD} y in type int'
    )
    assert rendered(f"{{{{ range $x := .n }}}}{{{{ else }}}}{inside}{{{{ end }}}}") == "<no value>"


def rendered(template: str) -> str:
    """Return the output or the error of a template of the name t."""
    templates = TemplateSet(SPRIG)
    templates.add("t", template)
    try:
        return templates.execute("t", {"l": ["x", 1.0], "n": None})
    except TemplateError as error:
        return str(error)
