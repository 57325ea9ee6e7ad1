"""parse-kv. Sample texts and values: "parse-kv operator" of the Kusto documentation."""

import pytest

from tests.events.query.conftest import columns, rows, utc
from workbench.base.errors import BadQuery

SPACES = "pair_delimiter=' ', kv_delimiter='='"


def parsed(text: str, keys: str, options: str) -> list[tuple[object, ...]]:
    return rows(f"print str = {text} | parse-kv str as ({keys}) with ({options}) | project-away str")


def test_values_are_found_by_their_keys_whatever_their_order() -> None:
    text = '"ThreadId:458745723, Machine:Node001, Text: The service is up, Level: Info"'
    found = parsed(text, "Text:string, ThreadId:long, Machine:string", "pair_delimiter=',', kv_delimiter=':'")
    assert found == [("The service is up", 458745723, "Node001")]


def test_quotes_hold_delimiters_around_values_and_keys() -> None:
    text = """'src=10.1.1.123 bytes=125 failure="connection aborted" "event time"=2021-01-01T10:00:54'"""
    keys = "['event time']:datetime, src:string, bytes:long, failure:string"
    moment = utc(2021, 1, 1, 10, 0, 54)
    assert parsed(text, keys, f"{SPACES}, quote='\"'") == [(moment, "10.1.1.123", 125, "connection aborted")]
    text = "'src=10.1.1.123 failure=(connection aborted) (event time)=(2021-01-01 10:00:54)'"
    assert parsed(text, "['event time']:datetime, failure:string", f"{SPACES}, quote='()'") == [
        (moment, "connection aborted")
    ]


def test_a_key_inside_quotes_is_part_of_a_value() -> None:
    assert parsed("""'note="x dir=in" dir=out'""", "dir:string", f"{SPACES}, quote='\"'") == [("out",)]


def test_escapes_in_quotes_are_undone() -> None:
    text = r"""'src=10.1.1.123 failure="the remote host sent \\"bye!\\"" end=1'"""
    options = rf"{SPACES}, quote='\"', escape='\\'"
    assert parsed(text, "failure:string, end:long", options) == [('the remote host sent "bye!"', 1)]


def test_a_greedy_value_reaches_to_the_next_key() -> None:
    text, keys = "'name=John Doe phone=555 5555 city=New York'", "name:string, phone:string, city:string"
    assert parsed(text, keys, SPACES) == [("John", "555", "New")]
    assert parsed(text, keys, f"{SPACES}, greedy=true") == [("John Doe", "555 5555", "New York")]


def test_without_delimiters_all_but_letters_and_digits_parts() -> None:
    text = "\"2021-01-01T10:00:34 [INFO] ThreadId:458745723, Machine:Node001, Text: 'Started up'\""
    keys = "Text:string, ThreadId:long, Machine:string"
    assert parsed(text, keys, 'quote="\'"') == [("Started up", 458745723, "Node001")]
    assert rows('print s = "Text: Started" | parse-kv s as (Text:string) | project Text') == [("Started",)]


def test_a_regular_expression_finds_pairs() -> None:
    text = '@\'["referer url: https://h.com/?dest=/?h=1", "request url: https://h.com"]\''
    keys = "['request url']:string, ['referer url']:string, other:long"
    options = r"""regex=@'"([\w ]+)\s*:\s*([^"]*)"'"""
    assert parsed(text, keys, options) == [("https://h.com", "https://h.com/?dest=/?h=1", None)]


def test_the_first_value_of_a_key_counts() -> None:
    assert parsed("'a=1 a=2 b='", "a:long, b:string, c:long", SPACES) == [(1, "", None)]


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("as (a:long, a:string)", "The key 'a' is there twice"),
        ("as (a:long) with (pair_delimiter=',')", "go together"),
        ("as (a:long) with (greedy=true)", "'greedy' goes with"),
        ("as (a:long) with (quote='abc')", "A quote is one character"),
        ("as (a:long) with (escape='ab')", "An escape is one character"),
        ("as (a:long) with (regex='(a)')", "has two groups"),
        ("as (a:long) with (regex='(a)(b', quote='x')", "takes no other parameter"),
        ("as (a:long) with (colour='x')", "no parameter named 'colour'"),
        ("as (a)", "Expected ':' and a type"),
    ],
)
def test_what_does_not_go_together_is_refused(step: str, message: str) -> None:
    with pytest.raises(BadQuery, match=message):
        columns(f"Mail | parse-kv Subject {step}")
