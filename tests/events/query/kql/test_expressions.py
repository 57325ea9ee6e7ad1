import pytest

from workbench.events.query.functions import functions
from workbench.events.query.kql.expressions import column_or_pattern, expression, infixes
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.syntax import (
    Among,
    Between,
    Binary,
    Call,
    Expr,
    Index,
    Literal,
    Logic,
    Member,
    Name,
    Named,
    Pattern,
    Pipeline,
    Sign,
    Star,
    TypeOf,
)

a, b, c = Name("a"), Name("b"), Name("c")
one, two = Literal(1, "long"), Literal(2, "long")


def tree(text: str) -> Expr:
    return expression(Parser(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b * c", Binary("+", a, Binary("*", b, c))),
        ("a - b - c", Binary("-", Binary("-", a, b), c)),
        ("a == b + 1", Binary("==", a, Binary("+", b, one))),
        ("a < b == c", Binary("==", Binary("<", a, b), c)),
        ("a has 'x' + b", Binary("+", Binary("has", a, Literal("x", "string")), b)),
        ("a or b and c", Logic("or", (a, Logic("and", (b, c))))),
        ("a and b and c", Logic("and", (a, b, c))),
        ("(a or b) or c", Logic("or", (a, b, c))),
        ("-a * b", Binary("*", Sign("-", a), b)),
        ("-1", Literal(-1, "long")),
        ("- 1", Literal(-1, "long")),
        ("a-1", Binary("-", a, one)),
        ("-(1)", Sign("-", one)),
        ("a in (1, 2)", Among("in", a, (one, two))),
        ("a in~ ('x')", Among("in~", a, (Literal("x", "string"),))),
        ("a !in (b)", Among("!in", a, (b,))),
        ("a between (1 .. 2)", Between("between", a, one, two)),
        ("a matches regex 'x'", Binary("matches regex", a, Literal("x", "string"))),
        ("a.b['c'][0]", Index(Index(Member(a, "b"), Literal("c", "string")), Literal(0, "long"))),
        ("a['b c']", Index(a, Literal("b c", "string"))),
        ("a.['b c']", Member(a, "b c")),
        ("a[-1]", Index(a, Literal(-1, "long"))),
        ("f(a, x=1, *)", Call("f", (a, Named(one, ("x",)), Star()))),
        ("f()", Call("f", ())),
        ("f(typeof(long))", Call("f", (TypeOf("long"),))),
        ("f(a | count)", None),
        ("['a b']", Name("a b")),
        ("true", Literal(True, "bool")),
        ("not(a)", Call("not", (a,))),
    ],
)
def test_expressions_are_read_as_they_bind(text: str, expected: Expr | None) -> None:
    found = tree(text)
    if expected is None:
        assert isinstance(found, Call)
        assert isinstance(found.args[0], Pipeline)
    else:
        assert found == expected


def test_every_declared_infix_operator_is_read() -> None:
    for name, infix in infixes().items():
        text = {"list": f"a {name} (b)", "range": f"a {name} (1 .. 2)"}.get(infix.shape, f"a {name} b")
        found = tree(text)
        assert isinstance(found, Binary | Among | Between)
        assert found.op == functions()[name].name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", a),
        ("a*", Pattern("a*")),
        ("*", Pattern("*")),
        ("*b", Pattern("*b")),
        ("a*b*", Pattern("a*b*")),
        ("['x y']", Name("x y")),
    ],
)
def test_columns_and_patterns(text: str, expected: Name | Pattern) -> None:
    assert column_or_pattern(Parser(text)) == expected


def test_positions_point_at_the_parts() -> None:
    found = tree("aa == bb")
    assert isinstance(found, Binary)
    assert (found.left.at, found.at, found.right.at) == (0, 3, 6)
