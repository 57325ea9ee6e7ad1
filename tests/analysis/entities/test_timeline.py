import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.analysis.entities.conftest import LURE
from tests.apps.ui.stores import NEWEST, mail, opened
from workbench.analysis.entities import Timeline, Window, find_message
from workbench.base.span import parse_span

ANNA = "anna@northgate.example"
LATER = NEWEST + timedelta(hours=2)


def moved(action: str = "MoveToDeletedItems", at: datetime = LATER, **more: Any) -> dict[str, Any]:
    """An audited move of mail out of Anna's mailbox."""
    item = more.pop("item", {"InternetMessageId": "<m0@out.example>", "Subject": "mail 0"})
    raw = {
        "MailboxOwnerUPN": more.pop("owner", ANNA),
        "ResultStatus": "Succeeded",
        "AffectedItems": [item],
        "Folder": {"Path": "\\Inbox"},
        "DestFolder": {"Path": "\\Deleted Items"},
    }
    return {
        "Timestamp": at, "ActionType": action, "Application": "Microsoft Exchange Online", "AccountId": ANNA,
        "IPAddress": "192.0.2.9", "ReportId": f"{action}{at}", "RawEventData": json.dumps(raw), **more,
    }  # fmt: skip


def told(home: Path, *rows: dict[str, Any], **tables: Any) -> Timeline:
    """The timeline of mail 0, after audited activity."""
    events = tables.pop("EmailEvents", [mail(0, InternetMessageId="<m0@out.example>")])
    more = {"CloudAppEvents": rows} if rows else {}
    return opened(home, EmailEvents=events, **more, **tables).message("m0").timeline


def test_delivery_click_alert_and_removal_of_the_lure_are_told_in_order(window: Window) -> None:
    shown = find_message(window, LURE).timeline
    assert shown.frame.drop("Time", "Details").rows() == [
        ("System", "Original delivery", "Delivered: Inbox/folder", "", "sanne.dewit@northgate.example"),
        ("User", "Click", "ClickAllowed: reached the page", "", "sanne.dewit@northgate.example"),
        ("System", "Alert", "A potentially malicious URL click was detected", "", ""),
        ("System", "Phish ZAP", "Success: Quarantine", "Phish", "sanne.dewit@northgate.example"),
    ]
    assert shown.frame["Time"].is_sorted()
    assert shown.frame["Details"][1].startswith("https://restore.mailkeep.example/k/8f2c")
    assert len(shown) == 4


def test_nothing_that_is_held_of_a_message_is_left_out(window: Window) -> None:
    """Of every message of the sample that anything happened to: as many events as there are rows of it."""
    asked = """union withsource=T EmailEvents, EmailPostDeliveryEvents, UrlClickEvents,
        (AlertEvidence | where isnotempty(NetworkMessageId) | distinct AlertId, NetworkMessageId)
        | summarize Rows = count(), Kinds = dcount(T) by NetworkMessageId | where Kinds > 1"""
    counted = window.rows(asked)
    assert counted.height > 20
    for identity, rows in counted.select("NetworkMessageId", "Rows").iter_rows():
        found = find_message(window, identity).timeline.frame
        reports = found["Event"].is_in(["UserSubmission", "AttackSimUserSubmission"]).sum()
        folded = found.filter(Event="Original delivery")["Recipient"].str.extract(r"^(\d+) recipients").cast(int)
        assert found.height - reports + (folded - 1).sum() == rows, identity


def test_reports_of_the_sample_name_who_reported(window: Window) -> None:
    asked = "CloudAppEvents | where ActionType == 'UserSubmission' | project tostring(RawEventData.NetworkMessageId)"
    for (identity,) in window.rows(asked).iter_rows():
        rows = find_message(window, identity).timeline.frame.filter(Event="UserSubmission")
        assert rows["Result"].to_list() == ["Reported as Phish"]
        assert rows["Recipient"][0] in ("jonas.keller@northgate.example", "grace.adeyemi@northgate.example")


def test_the_question_is_shown_and_gives_the_same_rows_again(window: Window) -> None:
    shown = find_message(window, LURE).timeline
    assert window.rows(shown.kql).equals(shown.frame)


def test_moves_and_deletes_by_people_are_found_by_the_message_id(tmp_path: Path) -> None:
    deleted = moved("HardDelete", LATER + timedelta(hours=1), AccountId="boss@northgate.example")
    rows = told(tmp_path, moved(), deleted).frame.rows()[1:]
    assert [row[1:6] for row in rows] == [
        ("User", "MoveToDeletedItems", "Succeeded: \\Deleted Items", "", ANNA),
        ("User", "HardDelete", "Succeeded: \\Deleted Items", "", ANNA),
    ]
    assert rows[0][6] == f"was in \\Inbox, by {ANNA} from 192.0.2.9"
    assert "by boss@northgate.example" in rows[1][6]


def test_a_record_without_a_message_id_is_taken_by_its_subject_and_says_so(tmp_path: Path) -> None:
    (row,) = told(tmp_path, moved(item={"Subject": "mail 0"})).frame.rows()[1:]
    assert row[6].endswith("known by its subject only")


@pytest.mark.parametrize(
    "row",
    [
        moved(owner="bela@northgate.example", AccountId="bela@northgate.example"),
        moved(item={"InternetMessageId": "<m1@out.example>", "Subject": "mail 0"}),
        moved(item={"Subject": "mail 1"}),
        moved(at=NEWEST - timedelta(hours=1)),
        moved(action="MailItemsAccessed"),
        moved(RawEventData="not json"),
        moved(RawEventData='{"AffectedItems":"x"}'),
    ],
    ids=["another mailbox", "another id", "another subject", "before it came", "another action", "no json", "no list"],
)
def test_moves_of_other_mail_are_not_told(tmp_path: Path, row: dict[str, Any]) -> None:
    assert told(tmp_path, row).frame["Event"].to_list() == ["Original delivery"]


def test_a_report_that_two_tables_hold_is_told_once(tmp_path: Path) -> None:
    raw = json.dumps({"NetworkMessageId": "m0", "SubmissionType": "Phish"})
    row = moved("UserSubmission", RawEventData=raw, ReportId="r1")
    states = [
        {"Timestamp": LATER + timedelta(minutes=at), "SubmissionId": "s", "State": state, "Origin": "User",
         "ReportedAs": "Phish", "Verdict": verdict, "SubmitterUpn": ANNA, "NetworkMessageId": "m0", "ReportId": name}
        for at, (name, state, verdict) in enumerate([("r1", "UserSubmission", ""), ("r2", "UserSubmissionTriage", "Phish")])
    ]  # fmt: skip
    rows = told(tmp_path / "both", row, WorkbenchSubmissions=states).frame.rows()[1:]
    assert [row[1:4] for row in rows] == [
        ("User", "UserSubmission", "Reported as Phish"),
        ("System", "UserSubmissionTriage", "Found: Phish"),
    ]
    assert told(tmp_path / "one", row).frame["Event"].to_list() == ["Original delivery", "UserSubmission"]


def test_what_administrators_and_we_did_is_told(tmp_path: Path) -> None:
    done = {
        "Timestamp": LATER, "NetworkMessageId": "m0", "RecipientEmailAddress": ANNA, "ActionResult": "Success",
        "ActionType": "Manual remediation", "ActionTrigger": "AdminAction", "DeliveryLocation": "Quarantine",
    }  # fmt: skip
    run = {"Timestamp": LATER, "RunId": "1", "Version": 1, "Playbook": "phish_triage", "State": "succeeded",
           "Trigger": "person", "Parameters": '{"message":"m0"}', "RequestedBy": "eve"}  # fmt: skip
    note = {"Timestamp": LATER, "NoteId": "1", "Version": 1, "EntityKind": "message", "EntityValue": "m0", "Text": "seen",
            "CreatedBy": "eve"}  # fmt: skip
    look = {"Timestamp": LATER, "Seq": 1, "Actor": "eve", "Verb": "message.look", "ObjectKind": "message",
            "ObjectId": "m0", "After": '{"shown":true}'}  # fmt: skip
    shown = told(
        tmp_path, EmailPostDeliveryEvents=[done], WorkbenchRuns=[run], WorkbenchNotes=[note], WorkbenchAudit=[look]
    )
    assert [row[1:4] for row in shown.frame.rows()[1:]] == [
        ("Admin", "Look at its content", "Shown"),
        ("Admin", "Manual remediation", "Success: Quarantine"),
        ("Admin", "Note", "seen"),
        ("Admin", "Playbook phish_triage", "succeeded"),
    ]


def test_what_many_copies_share_is_one_row(tmp_path: Path) -> None:
    rows = [mail(0, RecipientEmailAddress=f"p{at}@northgate.example") for at in range(400)]
    shown = told(tmp_path, EmailEvents=rows)
    assert shown.frame["Recipient"].to_list() == ["400 recipients"]


def test_tables_that_hold_nothing_since_are_named(tmp_path: Path) -> None:
    click = {"Timestamp": NEWEST - timedelta(days=9), "Url": "http://x.example/", "ActionType": "ClickAllowed",
             "NetworkMessageId": "else", "ReportId": "r"}  # fmt: skip
    shown = told(tmp_path, UrlClickEvents=[click])
    assert "UrlClickEvents" in shown.not_evaluated
    assert "EmailEvents" not in shown.not_evaluated
    assert not {"WorkbenchRuns", "WorkbenchNotes", "WorkbenchAudit"} & set(shown.not_evaluated)
    assert shown.untold.startswith("Removal and remediation, clicks")
    assert shown.untold.endswith("hold nothing since it came.")
    assert "Not evaluated: Removal" in repr(shown)


def test_everything_is_evaluated_where_every_table_holds_something(window: Window) -> None:
    narrow = Window(window.catalog, window.now, parse_span("2026-09-14..2026-09-19", window.now))
    shown = find_message(narrow, LURE).timeline
    assert shown.not_evaluated == ("WorkbenchSubmissions", "WorkbenchAirInvestigations")


@pytest.mark.parametrize("name", ["x' or 1==1 //", '"; EmailEvents', "<b>\u202e", "a\\b", '{"x":1}', "* | take 5"])
def test_names_that_look_like_queries_are_names(tmp_path: Path, name: str) -> None:
    events = [mail(0), mail(1, NetworkMessageId=name, InternetMessageId=name, Subject=name)]
    workbench = opened(tmp_path, EmailEvents=events, CloudAppEvents=[moved(item={"InternetMessageId": name})])
    shown = workbench.message(name).timeline
    assert shown.frame["Event"].to_list() == ["Original delivery", "MoveToDeletedItems"]
    assert workbench.window().rows(shown.kql).equals(shown.frame)


def test_every_hostile_message_has_a_timeline(window: Window, pytestconfig: pytest.Config) -> None:
    """Every tenth, unless all tests are run."""
    digests = window.rows("WorkbenchMailFacts | project RawSHA256 | sort by RawSHA256 asc")["RawSHA256"]
    for digest in digests.gather_every(1 if pytestconfig.getoption("--all") else 10):
        shown = find_message(window, digest).timeline
        assert shown.frame["Event"][0] == "Original delivery"
