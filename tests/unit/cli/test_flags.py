"""pflag's grammar, rule by rule."""

from __future__ import annotations

import pytest

from hivehelm.cli import flags
from hivehelm.cli.flags import Flag, FlagSet


def make() -> FlagSet:
    return FlagSet(
        [
            flags.boolean("all", "everything", short="a"),
            flags.boolean("quiet", "less", short="q"),
            flags.boolean("deep", "deeply", default=True),
            flags.string("name", "a name", short="n", default="nobody"),
            flags.integer("max", "at most", short="m", default=9),
            flags.number("rate", "how fast"),
            flags.duration("timeout", "how long", default=5),
            flags.strings("values", "files", short="f"),
            flags.array("set", "values"),
            flags.mapping("labels", "labels", short="l"),
            Flag("wait", "wait", type="WaitStrategy", default="no", bare="yes", remark=lambda t: f"got {t}"),
            flags.boolean("old", "", deprecated="use --all instead"),
        ]
    )


def parse(*arguments: str) -> FlagSet:
    found = make()
    found.parse(arguments)
    return found


def test_defaults() -> None:
    found = parse()
    assert (found.boolean("all"), found.boolean("deep"), found.string("name")) == (False, True, "nobody")
    assert (found.integer("max"), found.integer("timeout"), found.number("rate")) == (9, 5, 0.0)
    assert (found.strings("values"), found.strings("set"), found.mapping("labels")) == ([], [], {})
    assert not found.given("name")


@pytest.mark.parametrize("spelling", [["--name=x"], ["--name", "x"], ["-n", "x"], ["-nx"], ["-n=x"]])
def test_spellings_of_a_value(spelling: list[str]) -> None:
    found = parse("one", *spelling, "two")
    assert found.string("name") == "x"
    assert found.arguments == ["one", "two"]
    assert found.given("name")


def test_short_flags_bundle_and_the_last_takes_a_value() -> None:
    found = parse("-aqn", "x", "rest")
    assert (found.boolean("all"), found.boolean("quiet"), found.string("name")) == (True, True, "x")
    assert parse("-qm5").integer("max") == 5
    assert found.arguments == ["rest"]


def test_a_lone_equals_sign_is_a_value() -> None:
    assert parse("-n=").string("name") == "="
    assert parse("--name=").string("name") == ""


def test_booleans_take_values_only_with_an_equals_sign() -> None:
    found = parse("--deep=false", "--all", "true")
    assert (found.boolean("deep"), found.boolean("all"), found.arguments) == (False, True, ["true"])


def test_a_flag_with_a_value_of_its_own_takes_no_argument() -> None:
    assert parse("--wait", "release").string("wait") == "yes"
    assert parse("--wait", "release").arguments == ["release"]
    assert parse("--wait=legacy").string("wait") == "legacy"


def test_two_dashes_end_the_flags_and_one_is_an_argument() -> None:
    found = parse("-", "--", "--name", "x", "-q")
    assert found.arguments == ["-", "--name", "x", "-q"]
    assert not found.given("name")


def test_slices_arrays_and_maps_gather() -> None:
    found = parse("-f", "a,b", "--values=c", "--set", "x=1,2", "--set", "y", "-la=1", "--labels", "b=2")
    assert found.strings("values") == ["a", "b", "c"]
    assert found.strings("set") == ["x=1,2", "y"]
    assert found.mapping("labels") == {"a": "1", "b": "2"}


def test_the_last_of_several_names_counts() -> None:
    assert parse("--all", "-q").latest("all", "quiet") == "quiet"
    assert parse("--all", "-q", "-a").latest("all", "quiet") == "all"
    assert parse().latest("all", "quiet") == "all"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--nope"], "unknown flag: --nope"),
        (["--nope=1"], "unknown flag: --nope"),
        (["-qxa"], "unknown shorthand flag: 'x' in -xa"),
        (["-ƒ"], "unknown shorthand flag: 'Ã' in -ƒ"),
        (["--name"], "flag needs an argument: --name"),
        (["-qn"], "flag needs an argument: 'n' in -n"),
        (["--=x"], "bad flag syntax: --=x"),
        (["---x"], "bad flag syntax: ---x"),
        (
            ["--all=maybe"],
            (
                'invalid argument "maybe" for "-a, --all" flag: '
                'strconv.ParseBool: parsing "maybe": invalid syntax'
            ),
        ),
        (
            ["--rate", 'x"'],
            ('invalid argument "x\\"" for "--rate" flag: strconv.ParseFloat: parsing "x\\"": invalid syntax'),
        ),
    ],
)
def test_what_is_refused(arguments: list[str], problem: str) -> None:
    with pytest.raises(flags.FlagError) as raised:
        parse(*arguments)
    assert str(raised.value) == problem


@pytest.mark.parametrize("spelling", ["-h", "--help", "-qh"])
def test_help_is_asked_for_where_it_is_no_flag(spelling: str) -> None:
    with pytest.raises(flags.HelpRequested):
        parse(spelling)


def test_what_go_test_would_take_is_passed_over() -> None:
    assert parse("-test.v", "x").arguments == ["x"]


def test_deprecated_flags_work_and_say_so_each_time() -> None:
    found = parse("--old", "--old")
    assert found.boolean("old")
    assert found.notices == ["Flag --old has been deprecated, use --all instead"] * 2
    assert found.find("old") is not None
    assert found.find("old").hidden  # type: ignore[union-attr]


def test_remarks_on_values_are_kept() -> None:
    assert parse("--wait", "--wait=x").remarks == ["got yes", "got x"]


@pytest.mark.parametrize(
    ("arguments", "name", "left"),
    [
        (["--nope", "v", "-n", "x"], "x", []),
        (["--nope=v", "w", "-n", "x"], "x", ["w"]),
        (["--nope", "-n", "x"], "x", []),
        (["-zname"], "ame", []),
        (["-z=n", "a"], "nobody", ["a"]),
        (["-zy", "v", "w"], "nobody", ["w"]),
        (["-z", "v"], "nobody", []),
        (["-zq", "v"], "nobody", ["v"]),
    ],
)
def test_unknown_flags_can_be_skipped(arguments: list[str], name: str, left: list[str]) -> None:
    found = make()
    found.parse(arguments, skip_unknown=True)
    assert (found.string("name"), found.arguments) == (name, left)


def test_a_set_inherits_flags_with_their_values() -> None:
    above = make()
    above.parse(["--name", "x", "--set", "a"])
    below = FlagSet([flags.boolean("name", "another of that name")])
    below.inherit(above)
    assert below.boolean("name") is False
    below.parse(["--set", "b"])
    assert below.strings("set") == ["a", "b"]
    assert {flag.name for flag in below} == {flag.name for flag in above}
    assert below.find_short("q") is above.find_short("q")
