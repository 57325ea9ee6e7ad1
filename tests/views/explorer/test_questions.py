"""The questions of a page against plain Polars over the same tables."""

import ast
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import example, given, settings

from tests.laws import often
from tests.views.explorer.mail import ALL, WEEK, Held, answer, group, item, mails, one
from tests.views.explorer.test_conditions import hostile
from workbench.apps.session import Workbench
from workbench.base.errors import BadInput, UnknownName
from workbench.base.span import Span
from workbench.events.query import parse, text_of
from workbench.views.explorer import (
    EMPTY,
    Question,
    count,
    histogram,
    python_line,
    rows,
    spelling,
    vocabulary,
)

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
NAMES = ["Timestamp", "Subject", "SenderFromAddress", "RecipientEmailAddress", "LatestLocation", "AdditionalAction"]
EVERYTHING = Span(datetime(1990, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))


def plain(sample: Workbench, span: Span = WEEK) -> pl.DataFrame:
    """The mail of a window with where it is now, by Polars alone."""
    moves = (
        sample["EmailPostDeliveryEvents"]
        .filter(pl.col("ActionResult").str.to_lowercase() == "success")
        .sort("Timestamp")
        .group_by("NetworkMessageId", "RecipientEmailAddress")
        .last()
        .select("NetworkMessageId", "RecipientEmailAddress", To="DeliveryLocation", AdditionalAction="ActionType")
    )
    inside = sample["EmailEvents"].filter(pl.col("Timestamp") >= span.start, pl.col("Timestamp") < span.end)
    joined = inside.join(moves, on=["NetworkMessageId", "RecipientEmailAddress"], how="left")
    stamped = (
        pl.when(pl.col("LatestDeliveryLocation") != "").then("LatestDeliveryLocation").otherwise("DeliveryLocation")
    )
    return joined.with_columns(
        LatestLocation=pl.when(pl.col("To").fill_null("") != "").then("To").otherwise(stamped),
        AdditionalAction=pl.col("AdditionalAction").fill_null(""),
    ).collect()


def asked(sample: Workbench, tree: Any) -> Question:
    return Question(ALL, WEEK, tree)


FILTERS: list[tuple[Any, pl.Expr]] = [
    (group("all"), pl.lit(value=True)),
    (one("DeliveryAction", "any_of", "delivered"), pl.col("DeliveryAction") == "Delivered"),
    (one("DeliveryAction", "none_of", "Delivered"), pl.col("DeliveryAction") != "Delivered"),
    (one("Subject", "contains", "mailbox"), pl.col("Subject").str.to_lowercase().str.contains("mailbox", literal=True)),
    (one("ThreatTypes", "any_of", "Phish"), pl.col("ThreatTypes") == "Phish"),
    (one("UrlCount", "above", 2), pl.col("UrlCount") > 2),
    (one("BulkComplaintLevel", "between", 2, 5), pl.col("BulkComplaintLevel").is_between(2, 5)),
    (one("LatestLocation", "any_of", "Quarantine"), pl.col("LatestLocation") == "Quarantine"),
    (one("AdditionalAction", "any_of", "Phish ZAP"), pl.col("AdditionalAction") == "Phish ZAP"),
    (one("AdditionalAction", "any_of", EMPTY), pl.col("AdditionalAction") == ""),
    (one("RecipientDomain", "none_of", "northgate.example"), ~pl.col("RecipientEmailAddress").str.ends_with("@northgate.example")),
    (one("DMARC", "any_of", "fail"), pl.col("AuthenticationDetails").str.contains('"DMARC":"fail"', literal=True)),
    (
        group("any", item("EmailLanguage", "any_of", "de"), group("all", item("UrlCount", "above", 0), item("EmailLanguage", "any_of", "fr"))),
        (pl.col("EmailLanguage") == "de") | ((pl.col("UrlCount") > 0) & (pl.col("EmailLanguage") == "fr")),
    ),
    (group("none", item("EmailDirection", "any_of", "Inbound"), item("UrlCount", "equals", 0)),
     ~((pl.col("EmailDirection") == "Inbound") | (pl.col("UrlCount") == 0).fill_null(value=False))),
]  # fmt: skip


@pytest.mark.parametrize("case", range(len(FILTERS)))
def test_count_and_rows_are_those_of_a_plain_computation(sample: Workbench, case: int) -> None:
    tree, test = FILTERS[case]
    expected = plain(sample).filter(test)
    question = Question(ALL, WEEK, tree)
    assert sample.kql(count(question)).frame.item() == expected.height > 0
    found = sample.kql(rows(question, NAMES)).frame
    keys = ["NetworkMessageId", "RecipientEmailAddress"]
    assert (
        found.select(NAMES).rows()
        == expected.sort("Timestamp", *keys, descending=[True, False, False]).select(NAMES).rows()
    )


def test_where_mail_is_now_follows_the_last_move_that_worked(sample: Workbench) -> None:
    found = sample.kql(rows(Question(ALL, WEEK, one("Subject", "contains", "on hold", "held", "waiting")), NAMES)).frame
    places = {
        (row["RecipientEmailAddress"].partition(".")[0], row["LatestLocation"], row["AdditionalAction"])
        for row in found.iter_rows(named=True)
    }
    assert {("sanne", "Quarantine", "Phish ZAP"), ("tom", "Deleted items", "Manual remediation")} <= places
    assert ("fatima", "Inbox/folder", "") in places


def test_of_several_moves_the_last_one_that_worked_counts_and_only_for_its_recipient() -> None:
    def move(hours: int, recipient: str, place: str, result: str = "Success") -> dict[str, Any]:
        return {"Timestamp": WEEK.end + hours * HOUR, "NetworkMessageId": "m0", "RecipientEmailAddress": recipient,
                "ActionType": "Phish ZAP" if hours < 3 else "Quarantine release", "ActionResult": result, "DeliveryLocation": place}  # fmt: skip

    moves = [move(1, "a@b.example", "Quarantine"), move(3, "a@b.example", "Inbox/folder"), move(4, "a@b.example", "Gone", "Error"),
             move(2, "c@b.example", "Junk folder", "success")]  # fmt: skip
    held = mails(
        {"DeliveryLocation": "Inbox/folder"},
        {"NetworkMessageId": "m0", "RecipientEmailAddress": "c@b.example", "DeliveryLocation": "Inbox/folder"},
        {"NetworkMessageId": "m0", "RecipientEmailAddress": "d@b.example", "LatestDeliveryLocation": "Deleted items"},
        EmailPostDeliveryEvents=moves,
    )
    found = answer(held, rows(Question(ALL, WEEK), ["LatestLocation", "AdditionalAction"]))
    assert sorted(found.select("RecipientEmailAddress", "LatestLocation", "AdditionalAction").rows()) == [
        ("a@b.example", "Inbox/folder", "Quarantine release"),
        ("c@b.example", "Junk folder", "Phish ZAP"),
        ("d@b.example", "Deleted items", ""),
    ]


def test_the_printed_question_gives_the_same_rows(sample: Workbench) -> None:
    for tree, _ in FILTERS:
        text = rows(Question(ALL, WEEK, tree), NAMES)
        first, second = (sample.kql(each) for each in (text, text_of(parse(text))))
        assert first.digest == second.digest


def test_a_window_holds_its_start_and_not_its_end() -> None:
    moments = [WEEK.start - timedelta(microseconds=1), WEEK.start, WEEK.end - timedelta(microseconds=1), WEEK.end]
    held = mails(*({"Timestamp": moment} for moment in moments))
    question = Question(ALL, WEEK)
    assert sorted(answer(held, rows(question, []))["NetworkMessageId"]) == ["m1", "m2"]
    assert answer(held, count(question)).item() == answer(held, histogram(question, "DMARC", DAY))["Count"].sum() == 2


def test_the_window_cuts_mail_and_not_what_became_of_it() -> None:
    late = {"Timestamp": WEEK.end + DAY, "NetworkMessageId": "m0"}
    held = mails({}, UrlClickEvents=[{**late, "IsClickedThrough": True}])
    assert answer(held, count(Question(ALL, WEEK, one("Clicked", "is", True)))).item() == 1


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("order", ["Timestamp", "Subject", "RecipientEmailAddress", "LatestLocation", "UrlCount"])
def test_pages_follow_each_other_without_gap_or_overlap(order: str, descending: bool) -> None:
    held = mails(
        *(
            {"Subject": f"s{at % 3}", "UrlCount": at % 2 or None, "RecipientEmailAddress": f"{at % 5}@x"}
            for at in range(60)
        )
    )
    text = rows(Question(ALL, WEEK), ["Subject"], order=order, descending=descending)
    pages = [answer(held, f"{text}\n| take {end}").slice(end - 10, 10) for end in range(10, 61, 10)]
    whole = answer(held, text)
    assert pl.concat(pages).rows() == whole.rows()
    assert whole[order].to_list() == sorted(
        whole[order].to_list(), key=lambda v: (v is not None, v or 0), reverse=descending
    )


def test_two_messages_with_one_id_and_recipient_stay_in_order() -> None:
    twin = {"NetworkMessageId": "same", "RecipientEmailAddress": "a@b.example", "Timestamp": WEEK.start}
    held = Held(EmailEvents=[{**twin, "InternetMessageId": f"<{at}>", "Subject": f"s{at}"} for at in (3, 1, 2)])
    assert answer(held, rows(Question(ALL, WEEK), ["Subject"]))["Subject"].to_list() == ["s1", "s2", "s3"]


def test_rows_can_be_put_in_the_order_of_a_field_that_is_not_shown() -> None:
    held = mails({"Subject": "b"}, {"Subject": "a"})
    assert answer(held, rows(Question(ALL, WEEK), ["DMARC"], order="Subject", descending=False))[
        "Subject"
    ].to_list() == ["a", "b"]


def test_a_field_of_another_table_is_no_column() -> None:
    with pytest.raises(BadInput, match="URL domain is no column"):
        rows(Question(ALL, WEEK), ["UrlDomain"])
    with pytest.raises(UnknownName, match="Did you mean Subject"):
        rows(Question(ALL, WEEK), ["Subjects"])


def test_the_vocabulary_is_what_lists_hold_in_the_data() -> None:
    held = mails(
        {"DeliveryAction": "delivered", "DeliveryLocation": "inbox", "AuthenticationDetails": '{"SPF":"Soft fail"}'},
        {"DeliveryAction": "", "LatestDeliveryLocation": "JunkFolder", "ThreatTypes": "Phish, Odd"},
        {"DetectionMethods": '{"Phish":["New art","Spoof DMARC"]}', "ConfidenceLevel": '{"Phish":"High"}'},
        EmailPostDeliveryEvents=[
            {"NetworkMessageId": "x", "ActionType": "Phish zap", "DeliveryLocation": "quarantine"}
        ],
        UrlClickEvents=[{"NetworkMessageId": "x", "ActionType": "ClickAllowed", "ThreatTypes": "Phish"}],
        EmailUrlInfo=[{"NetworkMessageId": "x", "UrlLocation": "QRCode"}],
    )
    assert set(answer(held, vocabulary(ALL)).select("Field", "Value").rows()) == {
        ("DeliveryAction", "delivered"), ("OriginalLocation", "inbox"), ("LatestLocation", "inbox"),
        ("LatestLocation", "JunkFolder"), ("LatestLocation", "quarantine"), ("AdditionalAction", "Phish zap"),
        ("ThreatTypes", "Phish"), ("ThreatTypes", "Odd"), ("DetectionMethods", "New art"),
        ("DetectionMethods", "Spoof DMARC"), ("PhishConfidence", "High"), ("SPF", "Soft fail"),
        ("ClickAction", "ClickAllowed"), ("UrlThreat", "Phish"), ("UrlLocation", "QRCode"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("DeliveryAction", "DELIVERED", ["delivered"]),
        ("DeliveryAction", "delivere", []),
        ("DeliveryAction", '"); EmailEvents //', []),
        ("LatestLocation", "quarantine", ["Quarantine"]),
        ("ThreatTypes", "odd", ["Odd"]),
        ("DetectionMethods", "new art", ["New art"]),
        ("UrlLocation", "qrcode", ["QRCode"]),
    ],
)
def test_a_value_of_a_list_is_looked_up_as_the_data_spell_it(name: str, text: str, found: list[str]) -> None:
    held = mails(
        {"DeliveryAction": "delivered", "ThreatTypes": "Phish, Odd"},
        {"DetectionMethods": '{"Phish":["New art","Spoof DMARC"]}'},
        EmailPostDeliveryEvents=[{"NetworkMessageId": "x", "DeliveryLocation": "Quarantine"}],
        EmailUrlInfo=[{"NetworkMessageId": "x", "UrlLocation": "QRCode"}],
    )
    assert answer(held, spelling(ALL, name, text))["Value"].to_list() == found


@settings(deadline=None, max_examples=often(100))
@given(hostile)
@example('a "quoted" \\ text')
@example('"""')
@example('\\"""); raise SystemExit  # ')
def test_the_line_for_a_notebook_is_one_call_with_the_same_text(value: str) -> None:
    text = text_of(parse(rows(Question(ALL, WEEK, one("Subject", "any_of", value)), NAMES)))
    call = ast.parse(python_line(text), mode="eval").body
    assert isinstance(call, ast.Call)
    assert str(ast.literal_eval(call.args[0])).strip("\n") == text


def test_a_text_with_three_quotes_is_one_text_too() -> None:
    call = ast.parse(python_line('x\n"""\\'), mode="eval").body
    assert isinstance(call, ast.Call)
    assert ast.literal_eval(call.args[0]) == 'x\n"""\\'


def test_a_question_of_another_filter_keeps_window_and_spellings() -> None:
    first = Question(ALL, WEEK, group("all"), {"SPF": {"pass": ["PASS"]}})
    second = first.where(one("SPF", "any_of", "pass"))
    assert (second.span, second.spellings) == (first.span, first.spellings)
    assert 'in~ ("PASS")' in count(second)
