from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.apps.ui.reader import junk
from workbench.apps.explore.filter_values import OPERATORS, PARTS, VALUES, Property
from workbench.apps.explore.filters import CONDITIONS, DEEPEST, GROUPS, TEXT, count, read_filter, sentence
from workbench.base.errors import BadInput, LimitReached, UnknownName, WorkbenchError

PROPERTIES = {
    each.name: each
    for each in (
        Property("SenderFromDomain", "Sender domain"),
        Property("Subject", "Subject"),
        Property("DeliveryAction", "Delivery action", "list", values=("Delivered", "Junked")),
        Property("UrlCount", "URL count", "integer"),
        Property("HasUrl", "Has URL", "boolean"),
        Property("Timestamp", "Date", "time"),
        Property("SenderIPv4", "Sender IP", "ip"),
    )
}
GOOD = {
    "SenderFromDomain": ["a.example", "b.example"],
    "DeliveryAction": ["Junked"],
    "UrlCount": [1, 2],
    "HasUrl": [True],
    "Timestamp": ["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"],
    "SenderIPv4": ["10.0.0.0"],
}
FEWER = {"last": ["7d"], "not_last": ["90m"], "in_network": ["10.0.0.0/8", "2001:db8::/32"]}


def condition(name: str, operator: str, *values: object) -> dict[str, Any]:
    return {"property": name, "operator": operator, "values": list(values)}


def tree(*items: dict[str, Any], op: str = "all") -> dict[str, Any]:
    return {"op": op, "items": list(items)}


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    name = draw(st.sampled_from(sorted(PROPERTIES)))
    operators = OPERATORS[PROPERTIES[name].kind]
    operator = draw(st.sampled_from(sorted(operators)))
    least, most = operators[operator].least, operators[operator].most
    values = FEWER.get(operator, GOOD.get(name, ["Text"]))
    return condition(name, operator, *values[: most if least == 2 else max(least, min(most, 1))])


trees = st.recursive(
    st.builds(tree, conditions(), op=st.sampled_from(sorted(GROUPS))),
    lambda inner: st.builds(
        lambda items, op: tree(*items, op=op),
        st.lists(inner | conditions(), min_size=1, max_size=3),
        st.sampled_from(sorted(GROUPS)),
    ),
    max_leaves=4,
)


@given(trees)
def test_a_tree_in_normal_form_stays_as_it_is(value: dict[str, Any]) -> None:
    try:
        read = read_filter(value, PROPERTIES)
    except LimitReached:
        return
    assert read_filter(read, PROPERTIES) == read
    assert count(read) == count(value)


@given(junk)
def test_whatever_a_page_sends_is_read_or_refused_in_words(value: object) -> None:
    try:
        read = read_filter(value, PROPERTIES)
    except WorkbenchError:
        return
    assert read["op"] in GROUPS


@given(
    st.dictionaries(
        st.sampled_from(["property", "operator", "values", "op", "items"]),
        junk | st.sampled_from([*PROPERTIES, "any_of", "is"]),
    )
)
def test_a_condition_is_read_or_refused_in_words(item: dict[str, object]) -> None:
    try:
        read = read_filter(tree(item), PROPERTIES)
    except WorkbenchError:
        return
    assert all("op" in each or each["property"] in PROPERTIES for each in read["items"])


def test_values_are_refanged_stripped_and_kept_once() -> None:
    read = read_filter(
        tree(condition("SenderFromDomain", "any_of", " evil[.]example", "evil.example", "hxxps://x[.]example")),
        PROPERTIES,
    )
    assert read["items"][0]["values"] == ["evil.example", "https://x.example"]


@pytest.mark.parametrize(
    ("name", "operator", "given", "kept"),
    [
        ("DeliveryAction", "any_of", ["delivered"], ["Delivered"]),
        ("UrlCount", "equals", ["1,000", 2, "2"], [1000, 2]),
        ("UrlCount", "between", [9, "3"], [3, 9]),
        ("UrlCount", "between", [5, 5], [5, 5]),
        ("HasUrl", "is", ["YES"], [True]),
        ("HasUrl", "is", [False], [False]),
        ("Timestamp", "after", ["2026-01-01"], ["2026-01-01T00:00:00Z"]),
        (
            "Timestamp",
            "between",
            ["2026-02-01T00:00+02:00", "2026-01-01"],
            ["2026-01-01T00:00:00Z", "2026-01-31T22:00:00Z"],
        ),
    ],
)
def test_values_have_the_type_of_their_property(
    name: str, operator: str, given: list[object], kept: list[object]
) -> None:
    assert read_filter(tree(condition(name, operator, *given)), PROPERTIES)["items"][0]["values"] == kept


@pytest.mark.parametrize(
    ("item", "error", "words"),
    [
        (condition("SenderDomain", "any_of", "x"), UnknownName, "Did you mean SenderFromDomain"),
        (condition("Subject", "like", "x"), BadInput, "Subject cannot be compared that way"),
        (condition("Subject", "any_of"), BadInput, "takes at least one value"),
        (condition("Subject", "contains"), BadInput, "takes one to 100 values"),
        (condition("Subject", "matches", "a", "b"), BadInput, "takes one value"),
        (condition("UrlCount", "between", 1), BadInput, "takes two values"),
        (condition("UrlCount", "equals", "many"), BadInput, "not a whole number"),
        (condition("HasUrl", "is", "maybe"), BadInput, "yes or no"),
        (condition("DeliveryAction", "any_of", "Deliverd"), UnknownName, "Did you mean Delivered"),
        (condition("Timestamp", "after", "soon"), BadInput, "not a date"),
        (condition("Subject", "any_of", *map(str, range(VALUES + 1))), LimitReached, "10,001 values"),
        (condition("Subject", "contains", *map(str, range(PARTS + 1))), BadInput, "takes one to 100 values"),
        ({"op": "xor", "items": []}, BadInput, "not in a form we know"),
        ({"op": "all", "items": "x"}, BadInput, "not in a form we know"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_the_reason(
    item: dict[str, Any], error: type[WorkbenchError], words: str
) -> None:
    with pytest.raises(error, match=words):
        read_filter(tree(item), PROPERTIES)


def test_empty_groups_vanish_and_the_outermost_stays() -> None:
    assert read_filter(tree(tree(tree())), PROPERTIES) == {"op": "all", "items": []}


def nested(levels: int) -> dict[str, Any]:
    inner = tree(condition("Subject", "contains", "x"))
    for _ in range(levels - 1):
        inner = tree(inner)
    return inner


def test_depth_is_limited() -> None:
    assert count(read_filter(nested(DEEPEST), PROPERTIES)) == 1
    with pytest.raises(LimitReached, match="nested too deeply"):
        read_filter(nested(DEEPEST + 1), PROPERTIES)
    with pytest.raises(LimitReached, match="nested too deeply"):
        read_filter(nested(300), PROPERTIES)


def test_the_number_of_conditions_is_limited() -> None:
    many = [condition("Subject", "contains", str(at)) for at in range(CONDITIONS + 1)]
    assert count(read_filter(tree(*many[:-1]), PROPERTIES)) == CONDITIONS
    with pytest.raises(LimitReached, match="101 conditions"):
        read_filter(tree(*many), PROPERTIES)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (tree(), ""),
        (
            tree(condition("SenderFromDomain", "any_of", "a.example", "b.example")),
            "Sender domain is any of a.example, b.example",
        ),
        (
            tree(
                condition("HasUrl", "is", True),
                tree(condition("Subject", "contains", "x"), condition("UrlCount", "between", 1, 3), op="any"),
            ),
            "Has URL is yes and (Subject contains x or URL count is between 1 and 3)",
        ),
        (tree(condition("Subject", "contains", "x"), op="none"), "not (Subject contains x)"),
    ],
)
def test_a_filter_is_said_as_a_sentence(value: dict[str, Any], words: str) -> None:
    assert sentence(value, PROPERTIES) == words


def test_a_sentence_shows_what_hides() -> None:
    assert "\u202e" not in sentence(tree(condition("Subject", "contains", "\u202e")), PROPERTIES)


def test_values_are_counted_and_weighed_over_the_whole_filter() -> None:
    many = [f"a{at}" for at in range(VALUES)]
    whole = [condition("SenderFromDomain", "any_of", *many), tree(condition("Subject", "any_of", *many), op="none")]
    assert count(read_filter(tree(*whole), PROPERTIES)) == 2
    with pytest.raises(LimitReached, match=r"10,001 values\. At most 10,000"):
        read_filter(tree(*whole, condition("Subject", "contains", "x")), PROPERTIES)
    heavy = [f"{at}{'ü' * 2_000}" for at in range(TEXT // 4_000 + 1)]
    with pytest.raises(LimitReached, match=r"take 90\d,\d{3} bytes"):
        read_filter(tree(condition("Subject", "any_of", *heavy)), PROPERTIES)


def test_a_sentence_names_the_first_values_and_counts_the_rest() -> None:
    many = read_filter(tree(condition("Subject", "any_of", *map(str, range(1_234)))), PROPERTIES)
    assert sentence(many, PROPERTIES) == "Subject is any of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 1,224 more"
    empty = read_filter(tree(condition("Subject", "is_empty", "dropped")), PROPERTIES)
    assert empty["items"][0]["values"] == []
    assert sentence(empty, PROPERTIES) == "Subject is empty"
