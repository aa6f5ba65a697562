"""Templates of strangers, each with what is said of it."""

from __future__ import annotations

TIME = r"^Error: the chart takes more than 0\.3s of processor time \(limit: --render-timeout\)$"
MEMORY = r"^Error: the chart takes more than 256Mi of memory \(limit: --render-memory\)$"
OUTPUT = r"^Error: the chart comes to more than 32Mi of output \(limit: --max-output\)$"
LIMIT = f"({TIME}|{MEMORY}|{OUTPUT})"
DEEP = "nested too deeply"

SELF = '{{ $d := dict "k" "v" }}{{ $_ := set $d "x" $d }}'
DAG = '{{ $a := list "lol" }}{{ range until 40 }}{{ $a = list $a $a }}{{ end }}'
BIG = '{{ $s := repeat 30000000 "x" }}'
LAUGHS = (
    '{{ $y := "a0: &a0 [x,x]\\n" }}{{ range $i := until 60 }}'
    '{{ $y = printf "%sa%d: &a%d [*a%d,*a%d,*a%d,*a%d]\\n" $y (add1 $i) (add1 $i) $i $i $i $i }}{{ end }}'
)

#: Ours ends them, within limits; the real Helm takes all the time and memory there is.
ENDLESS: dict[str, tuple[str, str]] = {
    "range": ("{{ range 1000000000 }}{{ end }}", TIME),
    "range-sized": ("{{ range int64 1000000000 }}{{ end }}", TIME),
    "range-nested": ("{{ range 100000 }}{{ range 100000 }}{{ end }}{{ end }}", TIME),
    "range-writes": ("{{ range 1000000000 }}xxxxxxxxxx{{ end }}", LIMIT),
    "range-documents": ("{{ range 20000000 }}---\na: 1\n{{ end }}", LIMIT),
    "until": ("{{ until 1000000000 }}", "makeslice: len out of range"),
    "until-step": ("{{ untilStep 0 1000000000 1 }}", "makeslice: len out of range"),
    "until-most": ("{{ range until 16777215 }}{{ end }}", MEMORY),
    "seq": ("{{ seq 1 1000000000 }}", "makeslice: len out of range"),
    "repeat": ('{{ repeat 1000000000 "x" }}', "Repeat output length overflow"),
    "repeat-twice": ('{{ repeat 100000 (repeat 100000 "x") }}', "Repeat output length overflow"),
    "repeat-most": ('{{ repeat 268435456 "x" | upper | title }}', MEMORY),
    "doubled": ('{{ $s := "xx" }}{{ range 100 }}{{ $s = print $s $s }}{{ end }}', MEMORY),
    "doubled-in-json": ('{{ $s := "xx" }}{{ range 100 }}{{ $s = toJson (list $s $s) }}{{ end }}', LIMIT),
    "replaced": (BIG + '{{ replace "x" "xxxxxxxxxxxxxxxxxxxxx" $s }}', MEMORY),
    "joined": (BIG + '{{ join "" (list $s $s $s $s $s $s $s $s $s $s $s $s $s $s) }}', MEMORY),
    "printed": (BIG + "{{ print $s $s $s $s $s $s $s $s $s $s $s $s $s $s $s }}", MEMORY),
    "split": (BIG + '{{ splitList "" $s | len }}', LIMIT),
    "found": ('{{ regexFindAll "" (repeat 30000000 "x") -1 | len }}', LIMIT),
    "indent": ('{{ repeat 10000000 "\\n" | indent 100000 }}', "Repeat output length overflow"),
    "nindent": ('{{ repeat 1000000 "\\n" | nindent 100000 }}', "Repeat output length overflow"),
    "wrapped": (BIG + '{{ wrapWith 1 "yyyyyyyyyyyyy" $s }}', "makeslice: len out of range"),
    "widths": ('{{ range 100000 }}{{ printf "%0999999d" 1 }}{{ end }}', LIMIT),
    "random": ("{{ randAlphaNum 1000000000 }}", "makeslice: len out of range"),
    "random-bytes": ("{{ randBytes 1000000000 }}", "makeslice: len out of range"),
    "keys": ('{{ range 100000 }}{{ genPrivateKey "ecdsa" }}{{ end }}', TIME),
    "certificates": ('{{ range 1000 }}{{ $c := genCA "x" 1 }}{{ end }}', TIME),
    "passwords": ('{{ range 1000 }}{{ derivePassword 1 "long" "a" "b" "c" }}{{ end }}', TIME),
    "hashes": ('{{ range 1000 }}{{ htpasswd "a" "b" }}{{ end }}', TIME),
    "self-pretty": (SELF + "{{ toYamlPretty $d }}", f"{MEMORY}|{DEEP}"),
    "self-toml": (SELF + "{{ toToml $d }}", LIMIT),
    "self-copy": (SELF + "{{ deepCopy $d | len }}", DEEP),
    "self-print": (SELF + "{{ $d }}", DEEP),
    "shared-yaml": (DAG + "{{ toYaml $a }}", LIMIT),
    "shared-json": (DAG + "{{ toJson $a }}", LIMIT),
    "shared-toml": (DAG + '{{ toToml (dict "a" $a) }}', LIMIT),
    "shared-print": (DAG + "{{ $a }}", LIMIT),
    "shared-copy": (DAG + "{{ deepCopy $a | len }}", LIMIT),
    "many-keys": (
        "{{ $d := dict }}{{ range $i := until 9000000 }}{{ $_ := set $d (print $i) $i }}{{ end }}",
        LIMIT,
    ),
    "appended": ("{{ $l := list }}{{ range until 1000000 }}{{ $l = append $l . }}{{ end }}", LIMIT),
    "include-tree": (
        (
            '{{ define "x" }}{{ if lt (len .) 40 }}{{ include "x" (append . 1) }}'
            '{{ include "x" (append . 1) }}'
            '{{ end }}{{ end }}{{ include "x" list }}'
        ),
        TIME,
    ),
    "tpl-and-include": (
        '{{ define "x" }}{{ tpl "{{ include \\"x\\" . }}" . }}{{ end }}{{ include "x" . }}',
        f"{LIMIT}|nested reference name: x",
    ),
    "tpl-itself": (
        '{{ $t := "{{ tpl .t . }}" }}{{ tpl $t (dict "t" $t "Template" .Template) }}',
        f"{LIMIT}|tpl is nested more than 2000 deep",
    ),
    "tpl-texts": ('{{ range until 10000000 }}{{ tpl (printf "{{ %d }}" .) $ }}{{ end }}', LIMIT),
    "tpl-doubled": (
        '{{ $t := "{{ 1 }}" }}{{ range 40 }}{{ $t = print $t $t }}{{ end }}{{ tpl $t . }}',
        MEMORY,
    ),
    "tpl-parentheses": (
        '{{ tpl (printf "{{ %s1%s }}" (repeat 1000000 "(") (repeat 1000000 ")")) . }}',
        f"{LIMIT}|max expression depth exceeded",
    ),
    "tpl-blocks": (
        '{{ tpl (printf "%s%s" (repeat 100000 "{{if 1}}") (repeat 100000 "{{end}}")) . }}',
        f"{LIMIT}|{DEEP}",
    ),
    "states": (
        '{{ regexMatch (repeat 100000 "(a|b)*") (repeat 10000 "ab") }}',
        f"{LIMIT}|expression nests too deeply|too large|cannot unmarshal bool",
    ),
    "wide-yaml": ('{{ fromYamlArray (printf "[%s]" (repeat 20000000 "1,")) | len }}', LIMIT),
    "wide-json": ('{{ fromJsonArray (printf "[%s1]" (repeat 20000000 "1,")) | len }}', LIMIT),
    "output-wide": ('a: [{{ repeat 9000000 "1," }}]', LIMIT),
    "output-anchors": ("{{ range $i := until 1000000 }}a{{ $i }}: &a{{ $i }} 1\n{{ end }}", LIMIT),
}

#: The real Helm ends them, too, and ours does the same.
SAME: dict[str, str] = {
    "self-yaml": SELF + "{{ toYaml $d }}",
    "self-values": '{{ $_ := set .Values "x" .Values }}{{ toYaml .Values }}',
    "include": '{{ define "x" }}{{ include "x" . }}{{ end }}{{ include "x" . }}',
    "template": '{{ define "x" }}{{ template "x" . }}{{ end }}{{ template "x" . }}',
    "evil-regex": '{{ regexMatch "(a+)+$" (print (repeat 100000 "a") "b") }}',
    "repeated-regex": '{{ mustRegexMatch "((a{100}){100}){100}" "b" }}',
    "long-version": '{{ semver (printf "%s.1.1" (repeat 100000 "9")) }}',
    "long-constraint": '{{ semverCompare (repeat 200000 ">1 || ") "1.0.0" }}',
    "long-integer": 'a: {{ int64 (repeat 1000000 "9") }}',
    "wide-printf": 'a: {{ printf "%1000000000d" 1 }}',
    "yaml-laughs": LAUGHS + "{{ fromYaml $y | toYaml }}",
    "deep-yaml": '{{ fromYaml (repeat 1000000 "[") | toYaml }}',
    "deep-json": '{{ fromJson (repeat 1000000 "[") | toYaml }}',
    "output-laughs": LAUGHS + "{{ $y }}",
    "output-deep": 'a: {{ repeat 1000000 "[" }}',
    "braces": '{{ .Files.Glob (repeat 2000 "{a,b}*") | len }}',
    "stars": '{{ .Files.Glob (print (repeat 50 "*a") "b") | len }}',
}
