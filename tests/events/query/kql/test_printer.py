import pytest
from hypothesis import given, settings

from tests.events.query.kql.trees import queries, scalars
from tests.laws import often
from workbench.events.query import parse, text_of
from workbench.events.query.kql.printer import show
from workbench.events.query.kql.syntax import Expr, Query


@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
@settings(max_examples=often(150), deadline=None)
@given(queries())
def test_the_text_of_a_tree_reads_as_the_same_tree(query: Query) -> None:
    assert parse(text_of(query)) == query


@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
@settings(max_examples=often(150), deadline=None)
@given(scalars())
def test_brackets_stand_where_precedence_needs_them(tree: Expr) -> None:
    assert parse(f"print x = {show(tree)}") == parse(f"print x = ({show(tree)})")


def canonical(text: str) -> str:
    return text_of(parse(text))


def test_one_operator_a_line_and_nested_tables_inline() -> None:
    text = "EmailEvents|where Subject has 'x'|join kind = inner(EmailUrlInfo|where Url contains 'y')on NetworkMessageId|count"
    assert canonical(text) == (
        "EmailEvents\n"
        '| where Subject has "x"\n'
        '| join kind=inner (EmailUrlInfo | where Url contains "y") on NetworkMessageId\n'
        "| count"
    )


def test_let_statements_come_first_each_on_its_line() -> None:
    text = "let a=5;let f=(x:string,y:long=3){let z=x;strcat(z,y)};T|where f('q')==a"
    assert canonical(text) == (
        'let a = 5;\nlet f = (x:string, y:long=3) { let z = x; strcat(z, y) };\nT\n| where f("q") == a'
    )


def test_other_spellings_become_the_canonical_ones() -> None:
    assert canonical("T | filter a <> 1 | order by b | limit 5") == "T\n| where a != 1\n| sort by b\n| take 5"
    assert canonical("T | where a notcontains 'x'") == 'T\n| where a !contains "x"'
    assert canonical("T | join kind=anti U on a") == "T\n| join kind=leftanti U on a"


def test_needless_brackets_go_and_needed_ones_stay() -> None:
    assert canonical("print ((1+2)*3)") == "print (1 + 2) * 3"
    assert canonical("print (1*2)+3") == "print 1 * 2 + 3"
    assert canonical("print 1-(2-3)") == "print 1 - (2 - 3)"
    assert canonical("T | where (a and (b and c)) or d") == "T\n| where a and b and c or d"
    assert canonical("T | where a and (b or c)") == "T\n| where a and (b or c)"
    assert canonical("T | where (a has 'x') == true") == 'T\n| where a has "x" == true'
    assert canonical("T | where a has ('x' == 'y')") == 'T\n| where a has ("x" == "y")'


def test_names_that_are_no_plain_words_are_bracketed() -> None:
    assert canonical("T | project ['a b'], 7Zip, [\"has\"]") == 'T\n| project ["a b"], ["7Zip"], ["has"]'
    assert canonical("T | extend d.['where'].x") == "T\n| extend d.where.x"


def test_hints_and_comments_do_not_survive() -> None:
    assert canonical("T // note\n| join hint.strategy=broadcast kind=inner U on a") == "T\n| join kind=inner U on a"
