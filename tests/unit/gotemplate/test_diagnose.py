"""What Go looks at first and last: its text/template's complaints about calls, constants and definitions."""

from __future__ import annotations

import pytest

from hivehelm.gotemplate.errors import TemplateError
from hivehelm.gotemplate.functions.table import SPRIG
from hivehelm.gotemplate.template import TemplateSet

# Templates of the name t, and what Go prints or says.
CASES = [
    (
        "{{ get 1 .a.b }}",
        'template: t:1:7: executing "t" at <1>: can\'t handle 1 for arg of type map[string]interface {}',
    ),
    (
        '{{ get 1 (trunc "x" "y") }}',
        'template: t:1:7: executing "t" at <1>: can\'t handle 1 for arg of type map[string]interface {}',
    ),
    (
        "{{ list (get .a .a.b) }}",
        (
            'template: t:1:13: executing "t" at <.a>: '
            "wrong type for value; expected map[string]interface {}; got string"
        ),
    ),
    (
        "{{ hasKey (dict) 1 .a.b }}",
        'template: t:1:3: executing "t" at <hasKey>: wrong number of args for hasKey: want 2 got 3',
    ),
    (
        "{{ trunc .a (upper .a.b) }}",
        'template: t:1:9: executing "t" at <.a>: wrong type for value; expected int; got string',
    ),
    (
        "{{ trunc (upper .a) .a.b }}",
        'template: t:1:16: executing "t" at <.a>: wrong type for value; expected int; got string',
    ),
    (
        "{{ trunc (list 1 | first) .a.b }}",
        'template: t:1:28: executing "t" at <.a.b>: can\'t evaluate field b in type interface {}',
    ),
    (
        "{{ trunc .n .a.b }}",
        'template: t:1:9: executing "t" at <.n>: wrong type for value; expected int; got interface {}',
    ),
    (
        "{{ trunc .zz .a.b }}",
        'template: t:1:9: executing "t" at <.zz>: wrong type for value; expected int; got interface {}',
    ),
    ("{{ trunc nil .a.b }}", 'template: t:1:9: executing "t" at <nil>: cannot assign nil to int'),
    (
        "{{ hasKey .n .a.b }}",
        (
            'template: t:1:10: executing "t" at <.n>: '
            "wrong type for value; expected map[string]interface {}; got interface {}"
        ),
    ),
    (
        '{{ $x := "s" }}{{ trunc $x .a.b }}',
        'template: t:1:24: executing "t" at <$x>: wrong type for value; expected int; got string',
    ),
    (
        "{{ trunc (.m).k .a.b }}",
        'template: t:1:10: executing "t" at <.m>: wrong type for value; expected int; got string',
    ),
    (
        '{{ trunc (and 1 "s" 0) .a.b }}',
        'template: t:1:25: executing "t" at <.a.b>: can\'t evaluate field b in type interface {}',
    ),
    (
        '{{ trunc (or 0 "s" 0) .a.b }}',
        'template: t:1:15: executing "t" at <"s">: wrong type for value; expected int; got string',
    ),
    (
        "{{ trunc (not 1) .a.b }}",
        'template: t:1:14: executing "t" at <1>: wrong type for value; expected int; got bool',
    ),
    (
        "{{ range .l }}{{ trunc . .b }}{{ end }}",
        'template: t:1:23: executing "t" at <.>: wrong type for value; expected int; got float64',
    ),
    (
        "{{ if get 1 .a.b }}{{ end }}",
        'template: t:1:10: executing "t" at <1>: can\'t handle 1 for arg of type map[string]interface {}',
    ),
    (
        '{{ with 1 }}{{ else }}{{ end }}{{ template "x" (get 1 .a.b) }}{{ define "x" }}{{ end }}',
        'template: t:1:52: executing "t" at <1>: can\'t handle 1 for arg of type map[string]interface {}',
    ),
    ("{{ $x = and 0 1 }}", 'template: t:1:12: executing "t" at <0>: undefined variable: $x'),
    (
        "{{ range $i, $x = and (list) 1 }}{{ end }}",
        'template: t:1:23: executing "t" at <list>: undefined variable: $i',
    ),
    ('{{ range and 1 (or "s" 3) 2 }}{{ end }}', ""),
    ('{{ (and "" 1).k }}', 'template: t:1:8: executing "t" at <"">: can\'t evaluate field k in type string'),
    ("{{ (or 1 0 2).k }}", 'template: t:1:7: executing "t" at <1>: can\'t evaluate field k in type int'),
    (
        "{{ 1 | and 0 2 | .a }}",
        'template: t:1:17: executing "t" at <.a>: a is not a method but has arguments',
    ),
    ("{{ and 0 1 | (1) }}", 'template: t:1:7: executing "t" at <0>: can\'t give argument to non-function 1'),
    (
        "{{ 9223372036854775808 }}",
        'template: t:1:3: executing "t" at <9223372036854775808>: 9223372036854775808 overflows int',
    ),
    (
        "{{ round 9223372036854775808 2 }}",
        'template: t:1:9: executing "t" at <9223372036854775808>: 9223372036854775808 overflows int',
    ),
    (
        '{{ trunc 9223372036854775808 "s" }}',
        (
            'template: t:1:9: executing "t" at <9223372036854775808>: '
            "expected integer; found 9223372036854775808"
        ),
    ),
    (
        "{{ trunc 1 9223372036854775808 }}",
        (
            'template: t:1:11: executing "t" at <9223372036854775808>: '
            "expected string; found 9223372036854775808"
        ),
    ),
    (
        "{{ list 9223372036854775808 .a.b }}",
        'template: t:1:8: executing "t" at <9223372036854775808>: 9223372036854775808 overflows int',
    ),
    (
        "{{ .m.k 9223372036854775808 }}",
        'template: t:1:5: executing "t" at <.m.k>: k is not a method but has arguments',
    ),
    (
        "{{ -0x1E }} {{ +0x1E }} {{ -0x1F }} {{ kindOf -0x1E }} {{ trunc -0x1E \"s\" }} {{ 'e' }}",
        "-30 30 -31 float64 s 101",
    ),
    ('{{ define "t" }}\n{{ end -}}', ""),
    ('{{ define "t" }}x{{ end -}}', "x"),
    ("{{ $y.k\n}}", 'template: t:1: undefined variable "$y"'),
    ("{{ $y\n}}", 'template: t:2: undefined variable "$y"'),
    ('{{ block "b" . }}\n\n{{ else }}{{ end }}', "template: t:1: unexpected {{else}} in block clause"),
    ('{{ define "b" }}\n\n{{ else }}{{ end }}', "template: t:3: unexpected {{else}} in define clause"),
]


@pytest.mark.parametrize(("template", "told"), CASES, ids=range(len(CASES)))
def test_as_go_tells(template: str, told: str) -> None:
    templates = TemplateSet(SPRIG)
    data = {"a": "x", "m": {"k": "v"}, "l": [1.0], "n": None}
    try:
        templates.add("t", template)
        assert templates.execute("t", data) == told
    except TemplateError as error:
        assert str(error) == told
