import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.base.text.document import BROKEN, DEEPEST, read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r'{"a":"evil","z":"\ud800"}', {"a": "evil", "z": "\ufffd"}),
        (r'{"a":"evil","\udc00":"x\ud800y\ud83d\ude00"}', {"a": "evil", "\ufffd": "x\ufffdy\U0001f600"}),
        ('{"a":"evil","z":[1e999,-1e999,NaN,Infinity]}', {"a": "evil", "z": [None] * 4}),
        ('{"a":"evil","z":1e999,"n":%s}' % ("9" * 5000), {"a": "evil", "z": None, "n": None}),
        ('{"z":1e999,"n":18446744073709551615}', {"z": None, "n": 2**64 - 1}),
        ('{"a":"evil","z":"x\ty\n\x01"}', {"a": "evil", "z": "x\ty\n\x01"}),
        ('"x\ty"', "x\ty"),
        ("[1,2]", [1, 2]),
    ],
)
def test_one_odd_value_leaves_the_rest_readable(text: str, expected: object) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text", ["", "evil", "1e999", "NaN", "[EXTERNAL] hello", '{"a":1e999} x', '{"a":"\ud7ff', "{" * 200]
)
def test_what_is_no_json_is_broken(text: str) -> None:
    assert read(text) is BROKEN


@pytest.mark.parametrize("start", ['{"a":"evil","z":', '{"a":"evil","y":1e999,"z":'])
@pytest.mark.parametrize("levels", [DEEPEST - 1, DEEPEST, 300, 3000])
def test_what_lies_too_deep_is_a_text(start: str, levels: int) -> None:
    held = read(start + "[" * levels + '"]"' + "]" * levels + "}")
    assert isinstance(held, dict)
    assert held["a"] == "evil"
    inner, depth = held["z"], 1
    while isinstance(inner, list):
        inner, depth = inner[0], depth + 1
    over = levels + 1 - DEEPEST
    assert depth == min(levels + 1, DEEPEST)
    assert inner == ("[" * over + '"]"' + "]" * over if over > 0 else "]")


def test_many_brackets_are_not_deep() -> None:
    assert read(json.dumps([{"a": [each]} for each in range(300)])) == [{"a": [each]} for each in range(300)]


@given(st.text(alphabet='[]{}":\\,1eud80ab \n', max_size=40))
def test_no_text_raises(text: str) -> None:
    read(text)
