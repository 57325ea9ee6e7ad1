"""What does not fit a column is refused before the database sees it."""

from datetime import datetime

import pytest

from workbench.base.errors import BadInput, UnknownName
from workbench.ledger.changes.values import checked
from workbench.ledger.models import Account, Note, Row, Run

NOTE = {"entity": "domain", "value": "evil.example", "text": "Seen twice"}


@pytest.mark.parametrize(
    ("kind", "values", "error", "said"),
    [
        (Note, NOTE | {"colour": "red"}, UnknownName, "colour"),
        (Note, NOTE | {"txt": "x"}, UnknownName, "Did you mean text"),
        (Note, NOTE | {"entity": "planet"}, BadInput, "is one of"),
        (Note, NOTE | {"text": None}, BadInput, "must have a value"),
        (Note, NOTE | {"text": 5}, BadInput, "is a text"),
        (Note, NOTE | {"text": "a\0b"}, BadInput, "NUL"),
        (Note, NOTE | {"text": "\ud800"}, BadInput, "half a character"),
        (Note, NOTE | {"text": "ä" * 40_000}, BadInput, "80,000 bytes"),
        (Note, NOTE | {"version": 7}, BadInput, "cannot be changed"),
        (Note, NOTE | {"created_by": "omar"}, BadInput, "cannot be changed"),
        (Account, {"name": "x", "folded": "y"}, BadInput, "cannot be changed"),
        (Account, {"name": "x" * 201}, BadInput, "at most 200"),
        (Account, {"name": "x", "disabled": 1}, BadInput, "true or false"),
        (Run, {"playbook": "x", "priority": True}, BadInput, "whole number"),
        (Run, {"playbook": "x", "priority": 2**40}, BadInput, "whole number"),
        (Run, {"playbook": "x", "deadline_at": datetime(2026, 1, 1)}, BadInput, "with its zone"),
        (Run, {"playbook": "x", "parameters": {"a": {1, object}}}, BadInput, "as JSON"),
        (Run, {"playbook": "x", "parameters": {"a": "x" * 2_000_000}}, BadInput, "bytes"),
    ],
)
def test_what_does_not_fit_is_refused(kind: type[Row], values: dict, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        checked(kind, values, fixed=True)


@pytest.mark.parametrize("depth", [16, 17, 5_000])
def test_a_document_has_a_depth(depth: int) -> None:
    document: dict = {}
    for _ in range(depth - 1):
        document = {"a": document}
    if depth == 16:
        assert checked(Run, {"parameters": document}, fixed=True) == {"parameters": document}
    else:
        with pytest.raises(BadInput, match="deeper than 16"):
            checked(Run, {"parameters": document}, fixed=True)
