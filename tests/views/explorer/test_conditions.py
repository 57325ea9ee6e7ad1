"""Filters against what they say, evaluated by other means."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.laws import often
from tests.views.explorer.mail import ALL, NOW, WEEK, Held, group, item, mails, matching, one
from workbench.base.errors import BadInput, BadQuery, UnknownName
from workbench.events.query import ask, bind, parse, text_of
from workbench.views.explorer import EMPTY, Field, Question, picked, rows, spellings_of
from workbench.views.explorer.conditions import _COMPARISONS, condition, uses_moves

OPERATORS = [
    (field.name, operator)
    for field in ALL.fields
    if field.group
    for kind, operator in _COMPARISONS
    if kind == field.kind
]
VALUES: Mapping[str, tuple[Any, ...]] = {
    "text": ("paypal.example", 'a"b'),
    "list": ("Phish", "Junk folder"),
    "integer": (3, 5),
    "boolean": (True,),
}
PIECES = (
    '"', "'", "\\", "`", "\n", "\r", "\t", "|", "*", "?", "%", "_", "{0}", "{}", "[", "]", "(", ")", "(?i)", ".*", "//",
    '"); EmailEvents | take 1 //', '" or true or "', "@'", '@"', "h'", "~~~", "```", "let x = 1;", "''", "now()", "\x00",
    "\x1b[31m", "\u202e", "\u2066", "\u200b", "\ufeff", "\u2028", "İ", "ß", "K", "ﬀ", "e\u0301", "😀", "null", "",
)  # fmt: skip
hostile = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), min_size=1, max_size=8).map("".join).filter(bool)
slow_machine = settings(deadline=None, max_examples=often(60))


@pytest.mark.parametrize(("name", "operator"), OPERATORS)
def test_every_property_under_every_operator_of_its_kind_is_kql_whose_print_asks_the_same(
    name: str, operator: str
) -> None:
    field = ALL.field(name)
    values = VALUES[field.kind][: 2 if operator == "between" else 1]
    text = rows(Question(ALL, WEEK, one(name, operator, *values)), ["Subject", "LatestLocation"])
    printed = text_of(parse(text))
    nothing = Held()
    assert bind(parse(text), nothing, now=NOW).columns == bind(parse(printed), nothing, now=NOW).columns
    assert text_of(parse(printed)) == printed
    assert ask(nothing, printed, now=NOW).frame.is_empty()


def test_every_kind_of_property_has_operators() -> None:
    assert {field.kind for field in ALL.fields if field.group} == {kind for kind, _ in _COMPARISONS}


@slow_machine
@given(hostile)
@example("x" * 10_000)
@example('"' * 5_000)
@example('") or true //')
@example("\\")
def test_a_value_is_data_whatever_stands_in_it(value: str) -> None:
    held = mails({"Subject": value}, {"Subject": f"{value}z"}, {"Subject": "another text"}, {"Subject": ""})
    assert matching(held, one("Subject", "any_of", value)) == ["m0"]
    assert matching(held, one("Subject", "none_of", value)) == ["m1", "m2", "m3"]


@slow_machine
@given(hostile)
def test_parts_of_texts_are_data_too(value: str) -> None:
    held = mails({"Subject": f"{value} end"}, {"Subject": f"start {value}"}, {"Subject": ""})
    assert {"m0", "m1"} == set(matching(held, one("Subject", "contains", value)))
    assert "m0" in matching(held, one("Subject", "starts_with", value))
    assert "m1" in matching(held, one("Subject", "ends_with", value))


@slow_machine
@given(hostile)
def test_values_of_linked_tables_and_of_terms_are_data_too(value: str) -> None:
    urls = [{"NetworkMessageId": "m0", "UrlDomain": value}]
    held = mails({}, {"DetectionMethods": "Spoof DMARC"}, EmailUrlInfo=urls)
    assert matching(held, one("UrlDomain", "any_of", value)) == ["m0"]
    assert "m1" not in matching(held, one("DetectionMethods", "any_of", f"no {value} no"))


@slow_machine
@given(hostile)
def test_a_pattern_that_is_none_is_refused_in_words_and_any_other_is_a_pattern(value: str) -> None:
    held = mails({"Subject": "text"})
    try:
        found = matching(held, one("Subject", "matches", value))
    except BadQuery as error:
        assert "regular expression" in str(error)
    else:
        assert found in (["m0"], [])


def test_a_pattern_takes_no_heed_of_case() -> None:
    held = mails({"Subject": "Invoice 77"}, {"Subject": "invoice"})
    assert matching(held, one("Subject", "matches", r"^INVOICE \d+$")) == ["m0"]


MAILS = mails(
    {"Subject": "Invoice", "DeliveryAction": "Delivered", "BulkComplaintLevel": 7, "UrlCount": 0},
    {"Subject": "invoice 2", "DeliveryAction": "Junked", "BulkComplaintLevel": None, "UrlCount": 2},
    {"Subject": "Lunch", "DeliveryAction": "", "BulkComplaintLevel": 0, "UrlCount": 5},
    {"Subject": "", "DeliveryAction": "Blocked", "BulkComplaintLevel": None, "UrlCount": None},
)
TEXTS = {"Subject": ["Invoice", "invoice 2", "Lunch", ""], "DeliveryAction": ["Delivered", "Junked", "", "Blocked"]}
NUMBERS = {"BulkComplaintLevel": [7, None, 0, None], "UrlCount": [0, 2, 5, None]}
words = st.sampled_from(["invoice", "INVOICE 2", "lunch", "Delivered", "junked", "blocked"])
leaves = st.one_of(
    st.builds(item, st.just("Subject"), st.sampled_from(["any_of", "none_of", "contains", "starts_with"]), words),
    st.builds(item, st.just("DeliveryAction"), st.sampled_from(["any_of", "none_of"]), words),
    st.builds(
        item, st.sampled_from([*NUMBERS]), st.sampled_from(["equals", "above", "below"]), st.integers(0, 7)
    ),
    st.builds(
        lambda name, low, more: item(name, "between", low, low + more),
        st.sampled_from([*NUMBERS]), st.integers(0, 5), st.integers(0, 5),
    ),
)  # fmt: skip
trees = st.recursive(
    leaves,
    lambda inner: st.builds(lambda op, items: group(op, *items), st.sampled_from(["all", "any", "none"]), st.lists(inner, max_size=3)),
    max_leaves=8,
)  # fmt: skip


def says(tree: Mapping[str, Any], at: int) -> bool:
    """What a filter says about one of the mails, in plain Python."""
    if "op" in tree:
        parts = [says(each, at) for each in tree["items"] if "op" not in each or leaves_of(each)]
        if not parts:
            return True
        return {"all": all(parts), "any": any(parts), "none": not any(parts)}[tree["op"]]
    value = {**TEXTS, **NUMBERS}[tree["property"]][at]
    return compared(value, tree["operator"], tree["values"])


def leaves_of(tree: Mapping[str, Any]) -> int:
    return sum(leaves_of(each) if "op" in each else 1 for each in tree["items"])


def compared(value: Any, operator: str, values: list[Any]) -> bool:
    if isinstance(value, str):
        text, wanted = value.lower(), [each.lower() for each in values]
        ways = {
            "any_of": text in wanted,
            "none_of": text not in wanted,
            "contains": any(each in text for each in wanted),
            "starts_with": any(text.startswith(each) for each in wanted),
        }
        return ways[operator]
    if value is None:
        return False
    low, high = values[0], values[-1]
    ways = {"equals": value == low, "above": value > low, "below": value < low, "between": low <= value <= high}
    return ways[operator]


@settings(deadline=None, max_examples=often(120))
@given(st.sampled_from(["all", "any", "none"]), st.lists(trees, max_size=3))
@example("none", [item("BulkComplaintLevel", "above", 5)])
@example("none", [group("none", item("BulkComplaintLevel", "above", 5))])
@example("all", [group("any"), item("Subject", "any_of", "lunch")])
def test_groups_inside_groups_keep_what_they_say(op: str, items: list[Mapping[str, Any]]) -> None:
    tree = group(op, *map(dict, items))
    assert matching(MAILS, tree) == [f"m{at}" for at in range(4) if says(tree, at)]


@settings(deadline=None, max_examples=often(60))
@given(
    st.lists(trees, min_size=1, max_size=3)
    .map(lambda items: [each for each in items if "op" not in each or leaves_of(each)])
    .filter(bool)
)
def test_none_keeps_exactly_what_any_drops(items: list[dict[str, Any]]) -> None:
    kept, dropped = (matching(MAILS, group(op, *items)) for op in ("none", "any"))
    assert sorted([*kept, *dropped]) == ["m0", "m1", "m2", "m3"]


def test_values_of_one_condition_are_alternatives() -> None:
    assert matching(MAILS, one("Subject", "contains", "invoice", "lunch")) == ["m0", "m1", "m2"]
    assert matching(MAILS, one("BulkComplaintLevel", "equals", 0, 7)) == ["m0", "m2"]


def test_an_empty_filter_and_empty_groups_keep_all() -> None:
    assert condition(ALL, group("all")) == condition(ALL, group("none", group("any"))) == ""
    assert len(matching(MAILS, group("any", group("all")))) == 4


DOMAINS = [
    {"NetworkMessageId": "m0", "UrlDomain": "evil.example", "Url": "http://evil.example/Login/"},
    {"NetworkMessageId": "m0", "UrlDomain": "good.example", "Url": "https://good.example/a/b?c=d#e"},
    {"NetworkMessageId": "m1", "UrlDomain": "good.example", "Url": "https://good.example"},
]


def linked() -> Held:
    files = [
        {"NetworkMessageId": "m2", "FileName": "Invoice.PDF.js", "FileSize": 2_000, "SHA256": "ab"},
        {"NetworkMessageId": "m2", "FileName": "README", "FileSize": 10, "SHA256": "cd"},
    ]
    clicks = [
        {"NetworkMessageId": "m0", "ActionType": "ClickAllowed", "IsClickedThrough": True, "ThreatTypes": "Phish"},
        {"NetworkMessageId": "m1", "ActionType": "ClickBlocked", "IsClickedThrough": False},
        {"NetworkMessageId": "m2", "ActionType": "ClickBlocked", "IsClickedThrough": None},
        {"NetworkMessageId": "", "ActionType": "ClickAllowed", "IsClickedThrough": True},
    ]
    facts = [{"NetworkMessageId": "m3", "RawSize": 5_000, "ReturnPathAddress": "b@x.example", "BodyFingerprint": "f"}]
    evidence = [{"NetworkMessageId": "m1", "AlertId": "al1"}]
    return mails(
        {}, {}, {}, {}, EmailUrlInfo=DOMAINS, EmailAttachmentInfo=files, UrlClickEvents=clicks, WorkbenchMailFacts=facts,
        AlertEvidence=evidence,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "operator", "values", "kept"),
    [
        ("UrlDomain", "any_of", ["EVIL.example"], "0"),
        ("UrlDomain", "none_of", ["evil.example"], "123"),
        ("UrlDomain", "none_of", ["good.example"], "23"),
        ("UrlDomain", "contains", ["evil", "good"], "01"),
        ("Url", "any_of", ["evil.example/login"], "0"),
        ("Url", "any_of", ["http://evil.example/login/"], "0"),
        ("Url", "any_of", ["good.example"], ""),
        ("Url", "any_of", ["https://good.example/"], "1"),
        ("UrlPath", "any_of", ["/a/b/"], "0"),
        ("UrlPath", "any_of", [EMPTY], "1"),
        ("UrlDomainPath", "any_of", ["good.example/a/b"], "0"),
        ("UrlDomainPath", "starts_with", ["good.example"], "01"),
        ("AttachmentExtension", "any_of", ["JS"], "2"),
        ("AttachmentExtension", "any_of", ["pdf"], ""),
        ("AttachmentSize", "above", [1_999], "2"),
        ("AttachmentSize", "below", [5], ""),
        ("AttachmentSHA256", "none_of", ["ab", "cd"], "013"),
        ("Clicked", "is", [True], "0"),
        ("Clicked", "is", [False], "123"),
        ("ClickAction", "any_of", ["ClickBlocked"], "12"),
        ("UrlThreat", "any_of", ["Phish"], "0"),
        ("UrlThreat", "none_of", ["Phish"], "123"),
        ("EmailSize", "between", [4_000, 5_000], "3"),
        ("ReturnPathDomain", "any_of", ["x.example"], "3"),
        ("BodyFingerprint", "any_of", ["f"], "3"),
        ("AlertId", "any_of", ["al1"], "1"),
    ],
)
def test_conditions_on_linked_tables_keep_messages_with_such_a_row(
    name: str, operator: str, values: list[Any], kept: str
) -> None:
    assert matching(linked(), one(name, operator, *values)) == [f"m{at}" for at in kept]


def test_a_group_of_none_over_a_linked_table_keeps_messages_without_such_a_row() -> None:
    assert matching(linked(), group("none", item("UrlDomain", "contains", "evil"))) == ["m1", "m2", "m3"]


METHODS = mails(
    {"DetectionMethods": '{"Phish":["URL detonation"]}', "ThreatTypes": "Phish"},
    {"DetectionMethods": '{"Phish":["URL detonation reputation","Spoof DMARC"]}', "ThreatTypes": "Phish, Spam"},
    {"DetectionMethods": "Spoof DMARC, URL detonation", "ThreatTypes": "phish"},
    {"DetectionMethods": "", "ThreatTypes": ""},
)


@pytest.mark.parametrize(
    ("name", "values", "kept"),
    [
        ("DetectionMethods", ["URL detonation"], "02"),
        ("DetectionMethods", ["url Detonation"], "02"),
        ("DetectionMethods", ["url detonation reputation"], "1"),
        ("DetectionMethods", ["URL detonation", "Spoof DMARC"], "012"),
        ("DetectionMethods", ["URL detonation", EMPTY], "023"),
        ("DetectionMethods", [EMPTY], "3"),
        ("ThreatTypes", ["Phish"], "012"),
        ("ThreatTypes", ["Spam", "Malware"], "1"),
        ("ThreatTypes", [EMPTY, "Spam"], "13"),
    ],
)
def test_terms_are_found_whole_and_in_any_case(name: str, values: list[str], kept: str) -> None:
    held = matching(METHODS, one(name, "any_of", *values))
    assert held == [f"m{at}" for at in kept]
    assert sorted([*held, *matching(METHODS, one(name, "none_of", *values))]) == ["m0", "m1", "m2", "m3"]


PLACES = ("Junk folder", "JunkFolder", "junk-folder", "JUNK FOLDER", "Inbox/folder", "Elsewhere", "")


def test_a_list_value_stands_for_every_spelling_the_data_have() -> None:
    held = mails(*({"DeliveryLocation": place} for place in PLACES))
    spellings = spellings_of({"OriginalLocation": PLACES}, {"OriginalLocation": ALL.field("OriginalLocation").values})
    asked = one("OriginalLocation", "any_of", "Junk folder")
    assert matching(held, asked, spellings) == ["m0", "m1", "m2", "m3"]
    assert matching(held, one("OriginalLocation", "none_of", "Junk folder"), spellings) == ["m4", "m5", "m6"]
    assert matching(held, one("OriginalLocation", "any_of", "Elsewhere"), spellings) == ["m5"]


def test_spellings_are_grouped_under_the_known_value_and_else_under_the_first() -> None:
    found = {"OriginalLocation": ["inbox_folder", "Odd Place", "odd-place", "Inbox/folder", ""]}
    grouped = spellings_of(found, {"OriginalLocation": ("Inbox/folder",)})
    assert grouped == {
        "OriginalLocation": {"Inbox/folder": ["inbox_folder", "Inbox/folder"], "Odd Place": ["Odd Place", "odd-place"]}
    }


@pytest.mark.parametrize("name", ["DeliveryAction", "Subject", "LatestLocation", "ThreatTypes", "SPF"])
def test_a_missing_value_is_filtered_for_by_the_name_charts_give_it(name: str) -> None:
    held = mails({}, {"DeliveryAction": "Junked", "Subject": "x", "DeliveryLocation": "Quarantine", "ThreatTypes": "Spam",
                      "AuthenticationDetails": '{"SPF":"pass"}'})  # fmt: skip
    assert matching(held, one(name, "any_of", EMPTY)) == ["m0"]
    assert matching(held, one(name, "none_of", EMPTY)) == ["m1"]


def test_the_name_of_a_missing_value_is_a_text_like_any_other_where_parts_are_asked_for() -> None:
    assert matching(mails({}, {"Subject": "I have (none) left"}), one("Subject", "contains", EMPTY)) == ["m1"]


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [("ThreatTypes", "Phish, Spam", "1"), ("ThreatTypes", EMPTY, "3"), ("DetectionMethods", "Spoof DMARC", "12")],
)
def test_a_category_picked_out_of_a_chart_becomes_conditions_that_keep_it(name: str, value: str, kept: str) -> None:
    assert matching(METHODS, group("all", *picked(ALL.field(name), value))) == [f"m{at}" for at in kept]


def test_a_picked_number_is_asked_for_as_one() -> None:
    assert picked(ALL.field("UrlCount"), "3") == [{"property": "UrlCount", "operator": "equals", "values": ["3"]}]


def test_only_filters_about_moves_need_them() -> None:
    assert uses_moves(ALL, group("all", group("none", item("LatestLocation", "any_of", "Quarantine"))))
    assert not uses_moves(ALL, one("OriginalLocation", "any_of", "Quarantine"))


def test_what_a_filter_cannot_ask_is_said() -> None:
    with pytest.raises(UnknownName, match="Did you mean Subject"):
        condition(ALL, one("Subjct", "any_of", "x"))
    with pytest.raises(BadInput, match="Subject cannot be compared by 'above'"):
        condition(ALL, one("Subject", "above", 3))
    with pytest.raises(UnknownName, match="kind of group"):
        condition(ALL, {"op": "nor", "items": [item("Subject", "any_of", "x")]})


def test_a_truth_of_the_own_table_that_is_unknown_counts_as_no() -> None:
    field = Field("x", "X", "IsClickedThrough", "boolean")
    held = Held(UrlClickEvents=[{"IsClickedThrough": value} for value in (True, False, None)])
    compare = _COMPARISONS["boolean", "is"]
    for value, expected in ((True, 1), (False, 2)):
        text = f"UrlClickEvents | where {compare(field, [value])} | count"
        assert ask(held, text, now=NOW).frame.item() == expected
