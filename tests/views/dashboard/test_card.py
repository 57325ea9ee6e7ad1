"""Cards against plain Polars over the same tables, and against the answer key of the sample."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from tests.views.explorer.mail import NOW, Held, answer, mails
from workbench.apps.session import Workbench
from workbench.base.config import shipped
from workbench.base.span import Span
from workbench.events.query import bind, parse, text_of
from workbench.events.tables import tables
from workbench.views import dashboard
from workbench.views.dashboard import Card, cards

WEEK = Span(datetime(2026, 9, 11, tzinfo=UTC), datetime(2026, 9, 19, tzinfo=UTC))
ALL = cards()
NUMBERS = [card for card in ALL.values() if card.drawn == "number"]
BAD = "(?i)phish|malware"
COPY = ["NetworkMessageId", "RecipientEmailAddress"]
KEY: dict[str, Any] = json.loads((shipped("data") / "sample_key" / "answer_key.json").read_text("utf-8"))


def held(sample: Workbench, table: str) -> pl.DataFrame:
    inside = pl.col("Timestamp").is_between(pl.lit(WEEK.start), pl.lit(WEEK.end), closed="left")
    return sample[table].filter(inside).collect()


def bad(*columns: str) -> pl.Expr:
    return pl.any_horizontal([pl.col(column).str.contains(BAD) for column in columns])


def later(sample: Workbench) -> pl.Series:
    """Ids of messages found out after delivery."""
    return sample["EmailPostDeliveryEvents"].filter(bad("ThreatTypes", "ActionType")).collect()["NetworkMessageId"]


def called(sample: Workbench) -> pl.DataFrame:
    """Mail called phish or malware, then or later."""
    return held(sample, "EmailEvents").filter(
        bad("ThreatTypes") | pl.col("NetworkMessageId").is_in(later(sample).implode())
    )


def place(sample: Workbench, NetworkMessageId: str, RecipientEmailAddress: str) -> str:  # noqa: N803  names of columns
    """Where a copy is now: where the last move that worked put it, else where it was delivered."""
    ours = (pl.col("NetworkMessageId") == NetworkMessageId) & (pl.col("RecipientEmailAddress") == RecipientEmailAddress)
    moves = sample["EmailPostDeliveryEvents"].filter(ours, pl.col("ActionResult") == "Success").collect()
    sent = sample["EmailEvents"].filter(ours).collect().row(0, named=True)
    last = moves.sort("Timestamp")["DeliveryLocation"].to_list()[-1:]
    return str((last or [sent["LatestDeliveryLocation"] or sent["DeliveryLocation"]])[0])


def expected(sample: Workbench) -> dict[str, pl.DataFrame]:
    """The rows behind every card."""
    mail, moves = held(sample, "EmailEvents"), held(sample, "EmailPostDeliveryEvents")
    clicks, audit = held(sample, "UrlClickEvents"), held(sample, "CloudAppEvents")
    reached = called(sample).filter(pl.col("DeliveryAction").is_in(["Delivered", "Junked"]))
    removed = moves.filter(
        pl.col("ActionResult") == "Success",
        pl.col("ActionType").is_in(["Phish ZAP", "Spam ZAP", "Malware ZAP", "Manual remediation"]),
    )
    ids = pl.concat([mail.filter(bad("ThreatTypes"))["NetworkMessageId"], later(sample)]).implode()
    return {
        "phish_detected": mail.filter(pl.col("ThreatTypes").str.contains("Phish")),
        "malware_stopped": mail.filter(
            pl.col("ThreatTypes").str.contains("Malware"), pl.col("DeliveryAction").is_in(["Blocked", "Replaced"])
        ),
        "threats_delivered": reached,
        "removed_after_delivery": removed.unique(COPY),
        "clicks_through": clicks.filter(
            pl.col("IsClickedThrough"),
            (pl.col("ActionType") == "ClickBlocked") | bad("ThreatTypes") | pl.col("NetworkMessageId").is_in(ids),
        ),
        "reported": audit.filter(pl.col("ActionType") == "UserSubmission"),
        "protection_status": mail.filter(pl.col("ThreatTypes") != ""),
        "targeted_people": called(sample).filter(pl.col("EmailDirection") == "Inbound"),
        "still_in_inbox": called(sample).filter(
            pl.struct(COPY).map_elements(lambda copy: place(sample, **copy), return_dtype=pl.String) == "Inbox/folder"
        ),
    }


@pytest.mark.parametrize("name", ALL)
def test_a_card_counts_what_a_plain_computation_counts(sample: Workbench, name: str) -> None:
    card = ALL[name]
    rows = sample.kql(card.query(WEEK)).frame
    wanted = expected(sample)[name]
    keys = [
        key for key in ("Timestamp", "NetworkMessageId", "RecipientEmailAddress", "ReportId") if key in wanted.columns
    ]
    assert rows.select(keys).sort(keys).rows() == wanted.select(keys).sort(keys).rows()
    assert rows.height > 0


@pytest.mark.parametrize("card", NUMBERS, ids=lambda card: card.name)
def test_a_number_is_the_count_of_its_rows(sample: Workbench, card: Card) -> None:
    assert sample.kql(card.drawing(WEEK)).frame.item() == sample.kql(card.query(WEEK)).frame.height


@pytest.mark.parametrize("card", [card for card in ALL.values() if card.unit == "messages"], ids=lambda card: card.name)
def test_no_copy_of_a_message_is_counted_twice(sample: Workbench, card: Card) -> None:
    assert not sample.kql(card.query(WEEK)).frame.select(COPY).is_duplicated().any()


def test_the_lines_count_each_threat_of_a_day(sample: Workbench) -> None:
    drawn = sample.kql(ALL["protection_status"].drawing(WEEK)).frame
    wanted = (
        held(sample, "EmailEvents")
        .filter(pl.col("ThreatTypes") != "")
        .with_columns(Series=pl.col("ThreatTypes").str.split(", "))
        .explode("Series")
        .group_by(Time=pl.col("Timestamp").dt.truncate("1d"), Series="Series")
        .len("Count")
        .sort("Time", "Series")
    )
    assert drawn.rows() == wanted.rows()


def test_a_message_with_two_threats_stands_in_both_lines_and_once_in_its_rows() -> None:
    catalog = mails({"ThreatTypes": "Phish, Malware", "Timestamp": WEEK.start})
    card = ALL["protection_status"]
    assert answer(catalog, card.drawing(WEEK)).select("Series", "Count").rows() == [("Malware", 1), ("Phish", 1)]
    assert answer(catalog, card.query(WEEK)).height == 1


def test_the_ranking_is_of_addresses_in_any_case(sample: Workbench) -> None:
    counts = expected(sample)["targeted_people"].group_by(Value="RecipientEmailAddress").len("Count")
    wanted = counts.sort("Count", "Value", descending=[True, False]).head(8)
    assert sample.kql(ALL["targeted_people"].drawing(WEEK)).frame.rows() == wanted.rows()
    threat = {"ThreatTypes": "Phish", "EmailDirection": "Inbound"}
    catalog = mails(*({**threat, "RecipientEmailAddress": address} for address in ("A@b.example", "a@B.example", "")))
    assert answer(catalog, ALL["targeted_people"].drawing(WEEK)).rows() == [("a@b.example", 2)]


def test_the_list_holds_every_row_newest_first(sample: Workbench) -> None:
    card = ALL["threats_delivered"]
    listed = sample.kql(card.listing(WEEK)).frame
    assert listed.height == sample.kql(card.query(WEEK)).frame.height
    assert listed["Timestamp"].is_sorted(descending=True)


def truth(*kinds: str) -> list[dict[str, Any]]:
    return [mail for mail in KEY["mails"] if mail["truth"] in kinds]


def found(sample: Workbench, name: str) -> pl.DataFrame:
    return sample.kql(ALL[name].query(WEEK)).frame


def test_threats_delivered_are_attacks_of_the_answer_key_and_all_that_were_found_out(sample: Workbench) -> None:
    copies = set(found(sample, "threats_delivered").select(COPY).rows())
    attacks = {
        (mail["network_message_id"], to) for mail in truth("phish", "bec", "malware") for to in mail["recipients"]
    }
    moved = {(mail["network_message_id"], each["recipient"]) for mail in truth("phish") for each in mail["removals"]}
    assert moved <= copies <= attacks


def test_removals_are_those_of_the_answer_key_and_one_purge_of_spam(sample: Workbench) -> None:
    copies = found(sample, "removed_after_delivery")
    wanted = {
        (mail["network_message_id"], each["recipient"])
        for mail in KEY["mails"]
        for each in mail["removals"]
        if each["result"] == "Success"
    }
    spam = copies.filter(pl.col("ActionType") == "Spam ZAP")
    assert set(copies.select(COPY).rows()) == wanted | set(spam.select(COPY).rows())
    assert (len(wanted), spam.height) == (6, 1)


def test_clicks_that_got_through_are_those_on_attacks_in_the_answer_key(sample: Workbench) -> None:
    wanted = {
        (mail["network_message_id"], click["user"])
        for mail in truth("phish", "bec", "malware")
        for click in mail["clicks"]
        if click["action"] in ("allowed", "overridden")
    }
    rows = found(sample, "clicks_through")
    assert set(rows.select("NetworkMessageId", "AccountUpn").rows()) == wanted
    assert rows.height == len(wanted) == 2


def test_reports_are_those_of_the_answer_key_without_the_drill(sample: Workbench) -> None:
    wanted = {
        (each["user"], each["time"])
        for mail in KEY["mails"]
        if mail["truth"] != "simulation"
        for each in mail["reports"]
    }
    rows = found(sample, "reported").select("AccountId", pl.col("Timestamp").dt.strftime("%Y-%m-%dT%H:%M:%SZ"))
    assert set(rows.rows()) == wanted
    assert len(wanted) == 2


LATE = WEEK.end + timedelta(days=3)


def after(action: str, threat: str = "", place: str = "Quarantine", **more: Any) -> dict[str, Any]:
    return {"NetworkMessageId": "m0", "RecipientEmailAddress": "a@b.example", "ActionType": action, "ThreatTypes": threat,
            "ActionResult": "Success", "DeliveryLocation": place, "Timestamp": WEEK.start, **more}  # fmt: skip


@pytest.mark.parametrize(
    ("event", "counted"),
    [
        (after("Phish ZAP", Timestamp=LATE), 1),
        (after("Manual remediation", "Phish"), 1),
        (after("Malware ZAP", ActionResult="Error"), 1),
        (after("Spam ZAP", "Spam"), 0),
        (after("Quarantine release"), 0),
    ],
)
def test_a_delivered_message_is_a_threat_once_it_was_called_one(event: dict[str, Any], counted: int) -> None:
    sent = {"DeliveryAction": "delivered", "DeliveryLocation": "Inbox/folder"}
    catalog = mails(sent, {"NetworkMessageId": "m0", "RecipientEmailAddress": "c@b.example", "DeliveryAction": "Blocked"},
                    EmailPostDeliveryEvents=[event])  # fmt: skip
    assert answer(catalog, ALL["threats_delivered"].drawing(WEEK)).item() == counted


@pytest.mark.parametrize(
    ("sent", "events", "counted"),
    [
        ({}, [], 1),
        ({"LatestDeliveryLocation": "Quarantine"}, [], 0),
        ({"DeliveryLocation": "Junk folder"}, [], 0),
        ({"DeliveryAction": "Junked", "DeliveryLocation": "Junk folder", "LatestDeliveryLocation": "inbox"}, [], 1),
        ({"DeliveryAction": "Blocked", "DeliveryLocation": "Quarantine"}, [], 0),
        (
            {"DeliveryAction": "Blocked", "DeliveryLocation": "Quarantine"},
            [after("Quarantine release", place="Inbox")],
            1,
        ),
        ({"DeliveryLocation": "InboxFolder"}, [], 1),
        ({"ThreatTypes": "Spam"}, [], 0),
        ({}, [after("Phish ZAP")], 0),
        ({}, [after("Phish ZAP", Timestamp=LATE)], 0),
        ({}, [after("Phish ZAP", ActionResult="Error")], 1),
        ({}, [after("Phish ZAP"), after("Quarantine release", place="Inbox/folder", Timestamp=LATE)], 1),
        ({"ThreatTypes": ""}, [after("Phish ZAP", ActionResult="Error")], 1),
    ],
)
def test_a_threat_is_in_an_inbox_until_a_move_that_worked_takes_it_away(
    sent: dict[str, Any], events: list[dict[str, Any]], counted: int
) -> None:
    row = {"ThreatTypes": "Phish", "DeliveryAction": "Delivered", "DeliveryLocation": "Inbox/folder",
           "RecipientEmailAddress": "a@b.example", **sent}  # fmt: skip
    catalog = mails(row, EmailPostDeliveryEvents=events)
    assert answer(catalog, ALL["still_in_inbox"].drawing(WEEK)).item() == counted


@pytest.mark.parametrize(
    ("event", "counted"),
    [
        (after("Phish ZAP"), 1),
        (after("spam zap", place="Junk folder", ActionResult="success"), 1),
        (after("Automated Remediation", place="Deleted items"), 1),
        (after("Phish ZAP", ActionResult="Error"), 0),
        (after("Quarantine release", place="Inbox/folder"), 0),
        (after("Manual remediation", place="Inbox/folder"), 0),
        (after("Phish ZAP", Timestamp=LATE), 0),
    ],
)
def test_a_removal_took_a_message_away_and_worked(event: dict[str, Any], counted: int) -> None:
    catalog = Held(EmailPostDeliveryEvents=[event])
    assert answer(catalog, ALL["removed_after_delivery"].drawing(WEEK)).item() == counted


def test_a_copy_that_was_removed_twice_is_one_message() -> None:
    twice = [after("Phish ZAP"), after("Manual remediation", Timestamp=WEEK.start + timedelta(hours=1))]
    rows = answer(Held(EmailPostDeliveryEvents=twice), ALL["removed_after_delivery"].query(WEEK))
    assert rows["ActionType"].to_list() == ["Manual remediation"]


def click(**more: Any) -> dict[str, Any]:
    return {
        "NetworkMessageId": "m0",
        "ActionType": "ClickAllowed",
        "IsClickedThrough": True,
        "Timestamp": WEEK.start,
        **more,
    }


@pytest.mark.parametrize(
    ("row", "message", "counted"),
    [
        (click(), {}, 0),
        (click(), {"ThreatTypes": "Phish"}, 1),
        (click(), {"ThreatTypes": "Spam"}, 0),
        (click(ThreatTypes="Malware"), {}, 1),
        (click(ThreatTypes="Spam"), {}, 0),
        (click(ActionType="ClickBlocked"), {}, 1),
        (click(ActionType="ClickBlocked", IsClickedThrough=False), {"ThreatTypes": "Phish"}, 0),
        (click(IsClickedThrough=None), {"ThreatTypes": "Phish"}, 0),
    ],
)
def test_a_click_through_reached_a_threat_or_went_past_a_warning(
    row: dict[str, Any], message: dict[str, Any], counted: int
) -> None:
    catalog = mails(message, UrlClickEvents=[row])
    assert answer(catalog, ALL["clicks_through"].drawing(WEEK)).item() == counted


@pytest.mark.parametrize(
    ("action", "kind", "counted"),
    [("UserSubmission", "Phish", 1), ("UserSubmission", "", 1), ("UserSubmission", "NotJunk", 0), ("AttackSimUserSubmission", "Phish", 0)],
)  # fmt: skip
def test_a_report_says_that_a_message_is_bad(action: str, kind: str, counted: int) -> None:
    raw = json.dumps({"SubmissionType": kind} if kind else {})
    row = {"ActionType": action, "RawEventData": raw, "Timestamp": WEEK.start}
    assert answer(Held(CloudAppEvents=[row]), ALL["reported"].drawing(WEEK)).item() == counted


@pytest.mark.parametrize("name", ALL)
def test_a_window_holds_its_start_and_not_its_end(name: str) -> None:
    card, table = ALL[name], ALL[name].needs[0]
    threat = {"ThreatTypes": "Phish, Malware", "EmailDirection": "Inbound", "DeliveryAction": "Delivered",
              "DeliveryLocation": "Inbox/folder"}  # fmt: skip
    if name == "malware_stopped":
        threat["DeliveryAction"] = "Blocked"
    shared: dict[str, dict[str, Any]] = {
        "EmailEvents": threat,
        "UrlClickEvents": click(ActionType="ClickBlocked"),
        "CloudAppEvents": {"ActionType": "UserSubmission"},
        "EmailPostDeliveryEvents": after("Phish ZAP"),
    }
    moments = [WEEK.start - timedelta(microseconds=1), WEEK.start, WEEK.end - timedelta(microseconds=1), WEEK.end]
    rows = [
        {
            **shared[table],
            "RecipientEmailAddress": f"p{at}@b.example",
            "NetworkMessageId": f"m{at}",
            "Timestamp": moment,
        }
        for at, moment in enumerate(moments)
    ]
    if table in ("UrlClickEvents", "CloudAppEvents"):
        rows = [{key: value for key, value in row.items() if key in tables()[table].types} for row in rows]
    counted = answer(Held(**{table: rows}), card.query(WEEK))
    assert sorted(counted["Timestamp"]) == moments[1:3]


@pytest.mark.parametrize("card", ALL.values(), ids=ALL)
def test_a_card_says_what_it_is_and_asks_in_plain_kql(card: Card) -> None:
    assert card.title
    assert card.definition[0].isupper()
    assert not card.definition.endswith(".")
    assert set(card.needs) <= set(tables())
    for text in (card.query(WEEK), card.drawing(WEEK), card.listing(WEEK)):
        printed = text_of(parse(text))
        assert bind(parse(printed), Held(), now=NOW).columns == bind(parse(text), Held(), now=NOW).columns
    shapes = {"lines": ["Time", "Series", "Count"], "ranking": ["Value", "Count"], "number": ["Count"]}
    drawn = [name for name, _ in bind(parse(card.drawing(WEEK)), Held(), now=NOW).columns]
    assert card.drawn not in shapes or drawn == shapes[card.drawn]


@pytest.mark.parametrize("card", ALL.values(), ids=ALL)
def test_the_rows_of_a_card_have_a_time_and_can_be_opened(card: Card) -> None:
    columns = [name for name, _ in bind(parse(card.query(WEEK)), Held(), now=NOW).columns]
    assert "Timestamp" in columns


def test_cards_come_in_their_order_and_cover_the_parts_of_the_page() -> None:
    orders = [card.order for card in ALL.values()]
    assert orders == sorted(set(orders))
    assert {card.drawn for card in ALL.values()} == {"number", "lines", "ranking"}
    assert [card.name for card in ALL.values() if card.first] == ["threats_delivered"]


def test_the_room_offers_its_cards_after_they_were_read_as_before() -> None:
    assert cards()
    assert dashboard.cards is cards
