"""What Go looks at first and last: its text/template's complaints about calls, constants and definitions."""

from __future__ import annotations

import pytest

from hivehelm.gotemplate.cache import TemplateCache
from hivehelm.gotemplate.errors import TemplateError
from hivehelm.gotemplate.functions.table import SPRIG
from hivehelm.gotemplate.template import TemplateSet

# Templates of the name t, and what Go prints or says.
CASES = [
    (
        "{{ get 1 .a.b }}",
        ('template: t:1:7: executing "t" at <1>: can\'t handle 1 for arg of type map[string]interface {}'),
    ),
    (
        '{{ get 1 (trunc "x" "y") }}',
        ('template: t:1:7: executing "t" at <1>: can\'t handle 1 for arg of type map[string]interface {}'),
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
        ('template: t:1:10: executing "t" at <1>: can\'t handle 1 for arg of type map[string]interface {}'),
    ),
    (
        '{{ with 1 }}{{ else }}{{ end }}{{ template "x" (get 1 .a.b) }}{{ define "x" }}{{ end }}',
        ('template: t:1:52: executing "t" at <1>: can\'t handle 1 for arg of type map[string]interface {}'),
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
    ("{{ $aµb }}", 'template: t:1: undefined variable "$aµb"'),
    ("{{ µa }}", 'template: t:1: function "µa" not defined'),
    (
        '{{ maxf "nan" 1 }} {{ maxf 1 "nan" }} {{ minf "-inf" 1 }} {{ minf 1 "nan" }} {{ maxf 1 "inf" }}',
        "NaN NaN -Inf NaN +Inf",
    ),
    ("{{ round 1.5 500 }} {{ round 1.5 -500 }}", "NaN NaN"),
    ('{{ "q".a\n-}}', 'template: t:2: unexpected . after term "\\"q\\""'),
    ('{{ "q".a.b\n }}', 'template: t:1: unexpected . after term "\\"q\\""'),
    ("{{\n1 ", "template: t:2: unclosed action started at t:1"),
    ('{{ 1\n"abc', "template: t:2: unterminated quoted string in action started at t:1"),
    (
        '{{ if .a }}{{ else "abcdefghijklmn" }}{{ end }}',
        'template: t:1: unexpected "\\"abcdefghi"... in else',
    ),
    ('{{ if .a "abcdefghijklmn" ) }}{{ end }}', "template: t:1: unexpected right paren"),
    ("{{ slice .l 0 1 0 }}", "[1]"),
    ("{{ slice (list 1 2 3) 0 2 1 }}", "[1 2]"),
    ("{{ 1e1+2e-1i }} {{ 1e-1+2i }} {{ 0x1p1+1i }}", "(10+0.2i) (0.1+2i) (2+1i)"),
    ("{{ 0x1p99999 }}", 'template: t:1: illegal number syntax: "0x1p99999"'),
    ("{{ 1e999 }}", 'template: t:1: illegal number syntax: "1e999"'),
    ("{{ ($z := 3) }}{{ $z }}", "33"),
    (
        "{{ get ($z := 1) .a.b }}",
        (
            'template: t:1:14: executing "t" at <1>: '
            "wrong type for value; expected map[string]interface {}; got int"
        ),
    ),
    ("{{ .a ($q := .l) }}", 'template: t:1:3: executing "t" at <.a>: a is not a method but has arguments'),
    (
        "{{ trunc ((.m).k | upper | lower) .a.b }}",
        'template: t:1:27: executing "t" at <lower>: wrong type for value; expected int; got string',
    ),
    (
        '{{ trunc (.l | join "") .a.b }}',
        'template: t:1:20: executing "t" at <"">: wrong type for value; expected int; got string',
    ),
    (
        "{{ $ | get (.m) | trunc }}",
        (
            'template: t:1:12: executing "t" at <.m>: '
            "wrong type for value; expected string; got map[string]interface {}"
        ),
    ),
    (
        "{{ .m.k.q 1 }}",
        'template: t:1:5: executing "t" at <.m.k.q>: can\'t evaluate field q in type interface {}',
    ),
    (
        '{{ toDate "2006" "2020" | .Year 1 }}',
        'template: t:1:26: executing "t" at <.Year>: Year is not a method but has arguments',
    ),
    (
        '{{ (toDate "2006-01-02" "2020-01-02").Format 1 .a.b }}',
        ('template: t:1:24: executing "t" at <"2020-01-02">: wrong number of args for Format: want 1 got 2'),
    ),
    (
        '{{ (toDate "2006-01-02" "2020-01-02").Nothing 1 .a.b }}',
        (
            'template: t:1:24: executing "t" at <"2020-01-02">: '
            "can't evaluate field Nothing in type time.Time"
        ),
    ),
    (
        '{{ (toDate "2006-01-02" "2020-01-02").Format (upper .a) | trunc }}',
        'template: t:1:58: executing "t" at <trunc>: wrong number of args for trunc: want 2 got 1',
    ),
    (
        "{{ substr (.zz.y) .a.b }}",
        'template: t:1:3: executing "t" at <substr>: wrong number of args for substr: want 3 got 2',
    ),
    ('{{ toStrings (b64dec "YQ==") }} {{ duration "x" }}', "[a] 0s"),
    (
        '{{ splitn "," 1 "a,b" }} {{ trimAll "\\xff" "a\\xff" }} {{ splitList "\\xff" "a\\xffb" }}',
        "map[_0:a,b] a [a b]",
    ),
    ("{{ $a·b }}", "template: t:1: bad character U+00B7 '·'"),
    ("{{ a·b }}", "template: t:1: bad character U+00B7 '·'"),
    ('{{ js "\\xff" }}', "\udcff"),
    (
        '{{ unset nil "k" }} {{ merge nil }} {{ mustMerge nil nil | printf "%T %#v" }}',
        "map[] map[] map[string]interface {} %!v(MISSING)",
    ),
    (
        '{{ printf "%#v" (toDate "2006-01-02" "2021-03-04" | list) }}',
        "[]interface {}{time.Date(2021, time.March, 4, 0, 0, 0, 0, time.Local)}",
    ),
    ("{{\nif 1\n}}{{/* x", "template: t:3: unclosed comment in action started at t:1"),
    ("{{\nif 1\n}}x{{ 1 }}\n{{/* x", "template: t:4: unclosed comment"),
    ("{{\nwith 1\n}}{{ else }}\n{{/* x", "template: t:4: unclosed comment"),
    ("{{\nif 1\n}}{{ else if\n2 }}\n{{/* x", "template: t:5: unclosed comment"),
    ('{{\nblock "b" .\n}}\n{{/* x', "template: t:4: unclosed comment"),
]


@pytest.mark.parametrize(("template", "told"), CASES, ids=range(len(CASES)))
def test_as_go_tells(template: str, told: str) -> None:
    templates = TemplateSet(SPRIG, cache=TemplateCache())
    data = {"a": "x", "m": {"k": "v"}, "l": [1.0], "n": None}
    try:
        templates.add("t", template)
        assert templates.execute("t", data) == told
    except TemplateError as error:
        assert str(error) == told


def test_templates_that_call_themselves_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hivehelm.gotemplate.runtime.MAX_DEPTH", 20)
    templates = TemplateSet(SPRIG)
    templates.add("t", '{{ template "t" . }}')
    with pytest.raises(TemplateError, match="exceeded maximum template depth"):
        templates.execute("t", {})
