from __future__ import annotations

import json

from hivehelm.sources.oci.rawjson import compact, indented, members, sorted_object

TEXT = ' { "b" : [ 1.50 , {"y" :"a\\"} ,:" , "x": null} ] , "a" : {} ,"c":[],"a":"<\\u00e9>" } '


def test_members_are_kept_as_they_are_spelt() -> None:
    found = members(TEXT)
    assert found == {"b": '[ 1.50 , {"y" :"a\\"} ,:" , "x": null} ]', "a": '"<\\u00e9>"', "c": "[]"}
    assert members("{}") == {}


def test_compact_is_without_space_and_safe_in_html() -> None:
    assert compact(TEXT) == (
        '{"b":[1.50,{"y":"a\\"} ,:","x":null}],"a":{},"c":[],"a":"\\u003c\\u00e9\\u003e"}'
    )


def test_objects_are_sorted() -> None:
    assert sorted_object({"b": " 1 ", "<": "2"}) == '{"\\u003c":2,"b":1}'


def test_indented_has_tabs_and_keeps_what_is_empty_together() -> None:
    text = compact('{"a": {"b": [1, [], {}, [[true]]]}, "c": {}}')
    assert indented(text) == json.dumps(json.loads(text), indent="\t").replace("[\n\t\t\t]", "[]")
    assert indented("{}") == "{}"
