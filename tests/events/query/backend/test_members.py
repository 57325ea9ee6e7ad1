"""Members of a document are the same whether one is asked for or many, which are read in one pass."""

from collections.abc import Sequence

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.events.query.conftest import DAY, NOW, Frames
from tests.events.query.documents import CELLS
from tests.laws import often
from workbench.events.query import ask, bind, lazy, parse
from workbench.events.query.backend import members

STEPS = (
    ".UserId",
    ".DMARC",
    ".displayName",
    ".user",
    '["other"]',
    ".userPrincipalName",
    ".user.UserId",
    "[0]",
    "[0].user",
)
USES = (
    "{}",
    "tostring({})",
    "tolong({})",
    "todatetime({})",
    "gettype({})",
    "array_length({})",
    "{}.other",
    "tostring({}[0])",
    "isempty({})",
    "strcat({}, '|')",
    "{} == '5'",
    "tostring({}) has 'pass'",
    "tostring(parse_json(tostring({})).UserId)",
)
BASES = ("d", "parse_json(s)", "parse_json(tostring(s))", "todynamic(d)")
ODD = [
    *(f'{{"UserId":"kim",{each}}}' for each in (r'"z":"\ud800"', '"z":1e999', '"z":"x\ty"', '"DMARC":NaN')),
    *(f'{{"UserId":"kim","user":{"[" * deep}"evil"{"]" * deep}}}' for deep in (100, 126, 127, 300)),
    r'{"UserId":"\u0001kim","DMARC":"a\"b","user":"\n","other":"ß","displayName":18446744073709551616}',
    '{"UserId":1,"UserId":2,"userid":3}',
    '{"UserId":"kim"',
    "[[{}]]",
    "",
]


def documents(cells: Sequence[str | None]) -> Frames:
    rows = [(number, cell, cell or "", DAY) for number, cell in enumerate(cells)]
    return Frames().add("T", {"n": "long", "d": "dynamic", "s": "string", "Timestamp": "datetime"}, rows, "Timestamp")


def together(found: Frames, kql: str, exprs: Sequence[str]) -> pl.DataFrame:
    named = [f"m{number} = {expr}" for number, expr in enumerate(exprs)]
    return ask(found, f"{kql} | project {', '.join(named)}", now=NOW).frame


def passes(found: Frames, kql: str) -> int:
    """How often documents are read as a whole, for many members at once."""
    return lazy(bind(parse(kql), found, now=NOW), found).explain().count('python_udf().alias("\0member ")')


@settings(max_examples=often(10))
@given(cells=st.lists(st.none() | CELLS | st.sampled_from(ODD), min_size=1, max_size=16), base=st.sampled_from(BASES))
def test_what_is_read_in_one_pass_is_what_is_read_member_by_member(cells: list[str | None], base: str) -> None:
    found = documents(cells)
    exprs = [use.format(base + steps) for use in USES for steps in STEPS]
    once = together(found, "T", exprs)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(members, "once", lambda frame, _: frame)
        apart = together(found, "T", exprs)
    for name, expr in zip(once.columns, exprs, strict=True):
        assert once[name].equals(apart[name]), expr


@pytest.mark.parametrize(
    ("kql", "base"),
    [
        ("T | extend x = parse_json(s)", "x"),
        ("T | project x = d, n | sort by n desc", "x"),
        ("T | extend x = d.user", "x"),
        ("T | extend d = s, x = d | extend d = parse_json(d)", "d"),
        ("T | extend d = s, x = d", "x"),
        ("T | extend x = parse_json(strcat(s, '')) | where tostring(x.user) != 'x'", "x"),
        ("T | join kind=inner (T | project n, x = d) on n", "x"),
        ("union T, (T | extend d = parse_json(s))", "d"),
        ("T | summarize x = take_any(d) by n", "x"),
        ("T | summarize x = make_list(d)", "x"),
        ("T | mv-expand x = d", "x"),
        ("let t = materialize(T | extend x = d); t | where n in (t | where tostring(x.user) == '' | project n)", "x"),
    ],
)
def test_many_are_the_same_after_every_step(kql: str, base: str) -> None:
    cells = ['{"user":"kim","other":[1,{"user":2}]}', '[{"user":{"UserId":"lee"}}]', "5", "x", None, *ODD]
    found, exprs = documents(cells), [f"tostring({base}{steps})" for steps in STEPS]
    whole = together(found, kql, exprs)
    for name, expr in zip(whole.columns, exprs, strict=True):
        assert whole[name].equals(together(found, kql, [expr])["m0"]), expr


def test_documents_are_read_once_for_a_whole_question() -> None:
    found = documents(['{"a":1}'])
    names = "abcdef"
    one_step = ", ".join(f"{name} = tostring(x.{name})" for name in names)
    many_steps = " | extend ".join(f"{name} = tostring(x.{name})" for name in names)
    for kql in (
        f"T | extend x = parse_json(s) | extend {one_step} | where n > 0",
        f"T | extend x = parse_json(s) | extend {many_steps}",
        f"T | extend x = parse_json(s) | extend {many_steps} | where a == 1 and b == 2 | project {', '.join(names)}",
        f"T | extend x = parse_json(s) | summarize count() by {one_step}",
        "T | where " + " or ".join(f"parse_json(s).{name} == 1" for name in names),
    ):
        assert passes(found, kql) == 1, kql
    assert passes(found, f"T | extend x = parse_json(s) | extend {many_steps} | project a") == 0


def test_members_taken_after_a_condition_are_read_of_the_rows_it_leaves() -> None:
    found = documents(['{"a":1}'])
    shown = ", ".join(f"{name} = d.{name}" for name in "bcdefg")
    asked = lazy(bind(parse(f"T | where d.a == 1 | project {shown}"), found, now=NOW), found).explain()
    assert asked.count("\0member ") > 0
    assert asked.index("\0member ") < asked.index("FILTER")


def test_nobody_sees_what_documents_were_read_into() -> None:
    found = documents(['{"a":1}'])
    exprs = ", ".join(f"tostring(d.{name})" for name in "abcdef")
    assert ask(found, f"T | where strcat({exprs}) != ''", now=NOW).frame.columns == ["n", "d", "s", "Timestamp"]
    named = ask(found, f"T | extend y = strcat({exprs}) | getschema | project ColumnName", now=NOW).frame
    assert named.to_series().to_list() == ["n", "d", "s", "Timestamp", "y"]
