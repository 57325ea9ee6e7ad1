from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.laws import often
from workbench.operations.runs.incoming import FINDINGS, LEAST_WEIGHT, reduced, weight, words

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=5,
)
FIELDS = (
    "name",
    "text",
    "ename",
    "evalue",
    "traceback",
    "data",
    "metadata",
    "transient",
    "execution_count",
    "execution_state",
    "wait",
)
CONTENT = st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, ANYTHING))
KINDS = (
    "stream",
    "error",
    "display_data",
    "execute_result",
    "update_display_data",
    "status",
    "execute_input",
    "clear_output",
)


@settings(deadline=None, max_examples=often(30))
@given(st.sampled_from(KINDS), CONTENT)
def test_whatever_is_sent_is_of_the_types_it_claims_to_be(kind: str, content: dict[str, Any]) -> None:
    from nbformat.v4 import output_from_msg

    found = reduced(kind, content)
    assert found is not None
    assert weight(found) >= LEAST_WEIGHT
    if kind in KINDS[:4]:
        output_from_msg({"header": {"msg_type": kind}, "content": found})


@pytest.mark.parametrize(
    "kind", ["comm_open", "comm_msg", "input_request", "iopub_welcome", "<script>", "stream\n", ""]
)
def test_what_is_not_kept_is_not_even_read(kind: str) -> None:
    assert reduced(kind, {"data": {"state": {}}}) is None


def test_only_plain_text_and_data_of_ours_is_taken_of_an_output() -> None:
    data = {
        "text/plain": ["a", "b", 5],
        "text/html": "<b>",
        "image/png": "x" * 1_000_000,
        FINDINGS: {"a": 1},
        "application/vnd.workbench.x": {},
    }
    shown = {"data": data, "metadata": {"isolated": True}, "transient": {"display_id": "one", "more": 5}}
    assert reduced("display_data", shown) == {
        "data": {"text/plain": "ab", FINDINGS: {"a": 1}}, "metadata": {}, "transient": {"display_id": "one"},
    }  # fmt: skip


@pytest.mark.parametrize("forged", [5, None, {"a": "b"}, b"x", True])
def test_what_is_no_text_has_no_words(forged: object) -> None:
    assert words(forged) == ""


def test_structures_count_for_what_they_take_and_brackets_of_a_text_for_nothing() -> None:
    empty: dict[str, Any] = {"data": {FINDINGS: {"a": [[] for _ in range(100_000)]}}}
    assert weight(empty) > 6_000_000
    assert weight({"text": "[" * 100_000}) < 101_000
