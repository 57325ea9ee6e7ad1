"""invoke: a function of the query over the rows so far."""

import pytest

from tests.events.query.conftest import columns, rows
from workbench.base.errors import BadQuery


def test_the_rows_are_the_functions_first_argument() -> None:
    text = "let f = (X:(Sender:string), n:long) { X | take n | project Id }; Mail | invoke f(2)"
    assert rows(text) == [("m1",), ("m1",)]
    assert rows('let f = (X:(*), k:string) { X | where Id == k }; Mail | invoke f(k="m2") | project Urls') == [(None,)]
    assert rows("let f = (X:(*)) { X | count }; Mail | where Urls > 0 | invoke f()") == [(3,)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Mail | invoke g()", "no function of a table named 'g'"),
        ("Mail | invoke g", "Expected '\\('"),
        ("let f = (n:long) { Mail | take n }; Mail | invoke f(3)", "takes no table.*without invoke"),
        ("let f = (X:(Nope:string)) { X }; Mail | invoke f()", "wants a table with the column Nope"),
        ("let f = (X:(*)) { toscalar(X | count) }; Mail | invoke f()", "gives a value"),
    ],
)
def test_what_cannot_be_invoked_is_said(text: str, message: str) -> None:
    with pytest.raises(BadQuery, match=message):
        columns(text)
