"""Filters against what they say, evaluated by other means."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.laws import often
from tests.views.explorer.mail import ALL, NOW, WEEK, Held, answer, group, item, mails, matching, one
from workbench.base.errors import BadInput, BadQuery, UnknownName
from workbench.base.span import Span
from workbench.events.query import ask, bind, parse, quote, text_of
from workbench.views.explorer import EMPTY, Field, Question, View, picked, rows, spellings_of, views
from workbench.views.explorer.conditions import APART, condition, operators, uses_moves
from workbench.views.explorer.questions import count

OPERATORS = [
    (field.name, operator) for field in ALL.fields if field.group for operator in sorted(operators()[field.kind])
]
VALUES: Mapping[str, tuple[Any, ...]] = {
    "text": ("paypal.example", 'a"b'),
    "ip": ("192.0.2.7", "2001:db8::/32"),
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
    values = VALUES[field.kind][: 2 if operator in ("between", "in_network") else 1]
    text = rows(Question(ALL, WEEK, one(name, operator, *values)), ["Subject", "LatestLocation"])
    printed = text_of(parse(text))
    nothing = Held()
    assert bind(parse(text), nothing, now=NOW).columns == bind(parse(printed), nothing, now=NOW).columns
    assert text_of(parse(printed)) == printed
    assert ask(nothing, printed, now=NOW).frame.is_empty()


def test_every_kind_of_property_has_operators() -> None:
    assert {field.kind for field in ALL.fields if field.group} < set(operators())


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


TEXTS: Mapping[str, list[Any]] = {
    "Subject": ["Invoice", "invoice 2", "Lunch", "", 'a"b\\n', "\u202eKurs İ\n1", "(none)", "10.0.0.1"],
    "DeliveryAction": ["Delivered", "Junked", "", "Blocked", "delivered", "", "Junked", "Replaced"],
    "SenderIPv4": ["10.0.0.1", "192.0.2.7", "", "junk", "10.255.0.0", "0.0.0.0", "::ffff:10.0.0.1", "256.1.1.1"],
    "SenderIPv6": ["", "2001:db8::1", "2001:DB8:0::2", "fe80::1%eth0", "::", "10.0.0.1", "x", "2001:db9::"],
}
NUMBERS: Mapping[str, list[Any]] = {
    "BulkComplaintLevel": [7, None, 0, None, 3, 5, None, 1],
    "UrlCount": [0, 2, 5, None, 1, None, 3, 7],
}
ROWS = range(len(TEXTS["Subject"]))
MAILS = mails(*({name: values[at] for name, values in {**TEXTS, **NUMBERS}.items()} for at in ROWS))
words = st.sampled_from(
    ["invoice", "INVOICE 2", "lunch", "Delivered", "junked", "1", 'A"B\\', "\u202e", "\n", "(NONE", "e"]
)
addresses = st.sampled_from(["10.0.0.1", "192.0.2.7", "2001:db8::1", "junk"])
networks = st.sampled_from(
    ["10.0.0.0/8", "192.0.2.7", "0.0.0.0/0", "2001:db8::/32", "::/0", "fe80::/10", "10.0.0.1/32"]
)
part = st.sampled_from(["contains", "starts_with", "ends_with", "not_contains", "not_starts_with", "not_ends_with"])
among = st.sampled_from(["any_of", "none_of"])
leaves = st.one_of(
    st.builds(item, st.sampled_from([*TEXTS]), among, words | addresses),
    st.builds(item, st.sampled_from(["Subject", "SenderIPv4"]), part, words, words | st.just("10.")),
    st.builds(item, st.sampled_from(["Subject", "SenderIPv6"]), part, words),
    st.builds(item, st.sampled_from(["SenderIPv4", "SenderIPv6"]), st.sampled_from(["in_network", "not_in_network"]), networks, networks),
    st.builds(item, st.just("Subject"), st.sampled_from(["matches", "not_matches"]), st.sampled_from([r"^inv", r"\d", "^$", "."])),
    st.builds(item, st.sampled_from([*TEXTS, *NUMBERS]), st.sampled_from(["is_empty", "is_not_empty"])),
    st.builds(item, st.sampled_from([*NUMBERS]), st.sampled_from(["equals", "not_equals"]), st.integers(0, 7), st.integers(0, 7)),
    st.builds(
        item, st.sampled_from([*NUMBERS]), st.sampled_from(["above", "below", "at_least", "at_most"]), st.integers(0, 7)
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
    if operator.startswith(("is_", "not_", "none_")):
        asked = {"is_empty": "is_not_empty", "none_of": "any_of"}.get(operator, operator.removeprefix("not_"))
        return value not in ("", None) if asked == operator else not compared(value, asked, values)
    if isinstance(value, str):
        return of_text(value, operator, values)
    if value is None:
        return False
    low, high = values[0], values[-1]
    ways = {
        "equals": value in values,
        "above": value > low,
        "below": value < low,
        "at_least": value >= low,
        "at_most": value <= low,
        "between": low <= value <= high,
    }
    return ways[operator]


def of_text(value: str, operator: str, values: list[str]) -> bool:
    text, wanted = value.lower(), [each.lower() for each in values]
    ways: Mapping[str, Callable[[str], bool]] = {
        "any_of": lambda each: text == each,
        "contains": lambda each: each in text,
        "starts_with": text.startswith,
        "ends_with": text.endswith,
        "matches": lambda each: re.search(each.replace("$", r"\Z"), text) is not None,
        "in_network": lambda each: lies_in(value, each),
    }
    return any(map(ways[operator], wanted))


def lies_in(value: str, network: str) -> bool:
    """By the rules of each family; an IPv4 address stands for the IPv6 address that embeds it."""
    block = ip_network(network)
    try:
        address: Any = ip_address(value.partition("%")[0])
    except ValueError:
        return False
    if block.version == 6 and address.version == 4:
        address = ip_address(f"::ffff:{address}")
    return address in block


@settings(deadline=None, max_examples=often(300))
@given(st.sampled_from(["all", "any", "none"]), st.lists(trees, max_size=3))
@example("none", [item("BulkComplaintLevel", "above", 5)])
@example("none", [group("none", item("BulkComplaintLevel", "above", 5))])
@example("all", [group("any"), item("Subject", "any_of", "lunch")])
@example("none", [item("SenderIPv4", "in_network", "10.0.0.0/8")])
@example("none", [item("UrlCount", "not_equals", 3)])
def test_groups_inside_groups_keep_what_they_say(op: str, items: list[Mapping[str, Any]]) -> None:
    tree = group(op, *map(dict, items))
    assert matching(MAILS, tree) == [f"m{at}" for at in ROWS if says(tree, at)]


@settings(deadline=None, max_examples=often(60))
@given(
    st.lists(trees, min_size=1, max_size=3)
    .map(lambda items: [each for each in items if "op" not in each or leaves_of(each)])
    .filter(bool)
)
def test_none_keeps_exactly_what_any_drops(items: list[dict[str, Any]]) -> None:
    kept, dropped = (matching(MAILS, group(op, *items)) for op in ("none", "any"))
    assert sorted([*kept, *dropped]) == [f"m{at}" for at in ROWS]


PAIRS = {
    "any_of": "none_of", "contains": "not_contains", "starts_with": "not_starts_with", "ends_with": "not_ends_with",
    "matches": "not_matches", "in_network": "not_in_network", "equals": "not_equals", "is_not_empty": "is_empty",
}  # fmt: skip


OPPOSED = (
    "Subject", "SenderIPv4", "SenderIPv6", "DeliveryAction", "ThreatTypes", "UrlCount", "LatestLocation", "UrlDomain",
    "Url", "UrlThreat", "AttachmentSize", "ReturnPath", "Clicked",
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "operator"),
    [(name, operator) for name in OPPOSED for operator in PAIRS if operator in operators()[ALL.field(name).kind]],
)
def test_of_an_operator_and_its_opposite_each_row_is_kept_by_one(name: str, operator: str) -> None:
    values = {"integer": [3, 2_000], "ip": ["10.0.0.0", "10.0.0.1"], "list": ["Phish", "Junked"]}
    given = [] if operator == "is_not_empty" else values.get(ALL.field(name).kind, ["e", "Invoice"])
    given = given[:1] if operator == "matches" else given
    for held, many in ((MAILS, len(ROWS)), (linked(), 4)):
        kept, dropped = (matching(held, one(name, each, *given)) for each in (operator, PAIRS[operator]))
        assert sorted([*kept, *dropped]) == [f"m{at}" for at in range(many)]


def test_every_opposite_is_held_against_what_it_is_the_opposite_of() -> None:
    told = {name for known in operators().values() for name in known}
    assert {name for name in told if name.startswith(("not_", "none_"))} - {"not_last"} <= set(PAIRS.values())


def test_values_of_one_condition_are_alternatives() -> None:
    assert matching(MAILS, one("Subject", "contains", "invoice", "lunch")) == ["m0", "m1", "m2"]
    assert matching(MAILS, one("BulkComplaintLevel", "equals", 0, 7)) == ["m0", "m2"]
    assert matching(MAILS, one("SenderIPv4", "in_network", "10.0.0.0/8", "192.0.2.0/24")) == ["m0", "m1", "m4"]


def test_ten_thousand_values_are_one_literal_and_one_pass() -> None:
    many = [f"d{at}.example" for at in range(9_998)]
    held = mails(*({"Subject": text} for text in ("D77.example", "x", 'q"uote', "")))
    for operator, kept in (("any_of", ["m0", "m2"]), ("none_of", ["m1", "m3"])):
        tree = one("Subject", operator, *many, 'q"uote', "\\")
        assert condition(ALL, tree).count("dynamic([") == 1
        assert matching(held, tree) == kept


def test_an_empty_filter_and_empty_groups_keep_all() -> None:
    assert condition(ALL, group("all")) == condition(ALL, group("none", group("any"))) == ""
    assert len(matching(MAILS, group("any", group("all")))) == len(ROWS)


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
        ("UrlDomain", "not_contains", ["evil"], "123"),
        ("UrlDomain", "is_empty", [], "23"),
        ("UrlDomain", "is_not_empty", [], "01"),
        ("Url", "any_of", ["evil.example/login"], "0"),
        ("Url", "any_of", ["http://evil.example/login/"], "0"),
        ("Url", "any_of", ["good.example"], "1"),
        ("Url", "any_of", ["ftp://GOOD.example//"], "1"),
        ("Url", "none_of", ["http://good.example"], "023"),
        ("Url", "starts_with", ["good.exam"], "01"),
        ("Url", "starts_with", ["http://evil.example/log", "x"], "0"),
        ("Url", "contains", ["http://evil"], "0"),
        ("Url", "any_of", ["https://good.example/"], "1"),
        ("UrlPath", "any_of", ["/a/b/"], "0"),
        ("UrlPath", "any_of", [EMPTY], "1"),
        ("UrlDomainPath", "any_of", ["good.example/a/b"], "0"),
        ("UrlDomainPath", "starts_with", ["good.example"], "01"),
        ("AttachmentExtension", "any_of", ["JS"], "2"),
        ("AttachmentExtension", "any_of", ["pdf"], ""),
        ("AttachmentSize", "above", [1_999], "2"),
        ("AttachmentSize", "below", [5], ""),
        ("AttachmentSize", "at_least", [2_000], "2"),
        ("AttachmentSize", "not_equals", [10], "013"),
        ("AttachmentSize", "is_empty", [], "013"),
        ("AttachmentSHA256", "none_of", ["ab", "cd"], "013"),
        ("Clicked", "is", [True], "0"),
        ("Clicked", "is", [False], "123"),
        ("ClickAction", "any_of", ["ClickBlocked"], "12"),
        ("UrlThreat", "any_of", ["Phish"], "0"),
        ("UrlThreat", "none_of", ["Phish"], "123"),
        ("UrlThreat", "is_not_empty", [], "0"),
        ("LaterThreat", "is_empty", [], "0123"),
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


def test_of_other_tables_only_what_is_near_the_window_is_asked() -> None:
    """Links come with their message, clicks after it; what stands in another view comes when it may."""
    link, click = one("UrlDomain", "any_of", "x.test"), one("Clicked", "is", True)
    start, end = (f"Timestamp {sign} {quote(at)}" for sign, at in ((">=", WEEK.start - APART), ("<", WEEK.end + APART)))
    assert f"EmailUrlInfo | where {start} and {end} |" in condition(ALL, link, span=WEEK)
    assert f"UrlClickEvents | where {start} |" in condition(ALL, click, span=WEEK)
    assert "Timestamp" not in condition(views()["submissions"], one("DeliveryAction", "any_of", "Junked"), span=WEEK)


def test_a_window_at_the_end_of_time_is_one() -> None:
    ages = Span(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
    assert bind(parse(count(Question(ALL, ages, one("UrlDomain", "any_of", "x.test")))), Held(), now=NOW).columns


def test_what_a_filter_cannot_ask_is_said() -> None:
    with pytest.raises(UnknownName, match="Did you mean Subject"):
        condition(ALL, one("Subjct", "any_of", "x"))
    with pytest.raises(BadInput, match="Subject cannot be compared by 'above'"):
        condition(ALL, one("Subject", "above", 3))
    with pytest.raises(UnknownName, match="kind of group"):
        condition(ALL, {"op": "nor", "items": [item("Subject", "any_of", "x")]})


CLICKS = View(
    "clicks", "Clicks", "", "UrlClickEvents", "clicks", columns=(), pivots=(), place=0,
    fields=(
        Field("Clicked", "Clicked through", "IsClickedThrough", "boolean"),
        Field("Time", "Time", "Timestamp", "time"),
        Field("Action", "Action", "ActionType", "list"),
    ),
)  # fmt: skip


def clicks(held: Held, operator: str, *values: object, name: str = "Clicked") -> list[str]:
    text = f"UrlClickEvents | where {condition(CLICKS, one(name, operator, *values))} | project Url"
    return sorted(answer(held, text)["Url"].to_list())


def test_a_truth_of_the_own_table_that_is_unknown_counts_as_no() -> None:
    held = Held(UrlClickEvents=[{"IsClickedThrough": value, "Url": str(value)} for value in (True, False, None)])
    assert clicks(held, "is", True) == ["True"]
    assert clicks(held, "is", False) == ["False", "None"]
    assert clicks(held, "is_empty") == ["None"]


@pytest.mark.parametrize(
    ("operator", "values", "kept"),
    [
        ("after", ["2026-09-17T12:00:00Z"], "0"),
        ("before", ["2026-09-17T12:00:00Z"], "2"),
        ("between", ["2026-09-17T12:00:00Z", "2026-09-18T12:00:00Z"], "01"),
        ("last", ["1d"], "0"),
        ("not_last", ["24h"], "12"),
        ("last", ["1w"], "012"),
        ("last", ["5000w"], "012"),
        ("is_empty", [], ""),
    ],
)
def test_times_are_compared_as_moments_and_by_their_age(operator: str, values: list[str], kept: str) -> None:
    held = Held(
        UrlClickEvents=[{"Url": str(at), "Timestamp": NOW - timedelta(hours=at * 24)} for at in range(2)]
        + [{"Url": "2", "Timestamp": NOW - timedelta(hours=25)}]
    )
    assert clicks(held, operator, *values, name="Time") == list(kept)
