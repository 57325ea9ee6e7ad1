import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.base.errors import BadQuery
from workbench.events.query.kql.dynamic import dynamic, literal
from workbench.events.query.kql.lexer import tokens
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.statements import parse

DOCUMENTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


def held(text: str) -> object:
    found = dynamic(Parser(text)).value
    return None if found is None else json.loads(str(found))


@given(DOCUMENTS)
def test_json_is_read_as_json(document: object) -> None:
    text = json.dumps(document, ensure_ascii=True)
    assert held(f"({text})") == json.loads(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(null)", None),
        ("({'a': 1})", {"a": 1}),
        ("([1d, datetime(2026-01-08)])", ["1.00:00:00", "2026-01-08T00:00:00.0000000Z"]),
        ("([-1d, -1.5, -2])", ["-1.00:00:00", -1.5, -2]),
        ("({'a': dynamic([1])})", {"a": [1]}),
        ("([guid(74be27de-1e4e-49d9-b579-fe0b331d3642)])", ["74be27de-1e4e-49d9-b579-fe0b331d3642"]),
        ("(-9223372036854775808)", -9223372036854775808),
        ("([])", []),
        ("({'a': 1, 'a': 2})", {"a": 2}),
    ],
)
def test_literals_of_the_language_may_stand_inside(text: str, expected: object) -> None:
    assert held(text) == expected


@pytest.mark.parametrize("text", ["({a: 1})", "([1 2])", "(x)", "({'a'})", "([1", "(- 'x')", "(-datetime(2026-01-01))"])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(BadQuery, match="Expected"):
        held(text)


def test_a_number_past_a_long_is_refused() -> None:
    with pytest.raises(BadQuery, match="-9223372036854775809"):
        held("([-9223372036854775809])")


def test_a_literal_keeps_its_place() -> None:
    assert literal(Parser("  5")).at == 2
    with pytest.raises(BadQuery, match="is not a value of its type"):
        literal(Parser("int(5000000000)"))


@given(
    st.lists(st.text(st.characters(exclude_characters='"\\\n', exclude_categories=["Cs"])), min_size=1),
    st.integers(1, 90),
    st.sampled_from([", ", ",", " ,\n "]),
)
def test_a_long_list_of_strings_is_read_as_a_short_one(texts: list[str], times: int, by: str) -> None:
    many = [f"{text}{at}" for at in range(times) for text in texts]
    inner = by.join(f'"{text}"' for text in many)
    assert held(f"([{inner}])") == held(f"([{inner}{by}'last'])")[:-1] == many
    assert held(f"([[{inner}], {{'a': [{inner}]}}])") == [many, {"a": many}]


def test_a_long_list_that_does_not_end_is_refused() -> None:
    inner = ", ".join(['"a"'] * 100)
    for text in (f"([{inner})", f"([{inner}]", f"([{inner}] x)"):
        with pytest.raises(BadQuery):
            held(text)


def test_ten_thousand_strings_are_few_tokens() -> None:
    many = ", ".join(f'"{at}"' for at in range(10_000))
    assert len(tokens(f"dynamic([{many}])")) == 5
    assert parse(f"datatable (a:string) [{many}]").body == parse(f"datatable(a:string)[{many}]").body
    assert "strings" not in {token.kind for token in tokens(f"datatable(a:string)[{many}]")}
