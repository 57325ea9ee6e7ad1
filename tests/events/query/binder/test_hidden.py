"""Columns that a table answers to though ``*`` does not show them, and how far they travel."""

from pathlib import Path

import pytest

from tests.events.query.conftest import NOW
from workbench.base.errors import BadQuery
from workbench.events.query import StoreCatalog, bind, parse
from workbench.events.query.plan import Plan
from workbench.events.store import Store

CLICKS, INFO = "UrlClickEvents", "IdentityInfo"


def plan(text: str) -> Plan:
    return bind(parse(text), StoreCatalog(Store(Path("nowhere"))), now=NOW)


def names(text: str) -> list[str]:
    return [name for name, _ in plan(text).columns]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("EmailEvents | project-keep TimeGenerated, Subject", ["Subject", "TimeGenerated"]),
        ("EmailEvents | project Subject, T = TimeGenerated | project-away T", ["Subject"]),
        ("EmailUrlInfo | project-keep Url, Type | project-away Type", ["Url"]),
        ("EmailUrlInfo | project-keep Url, Type | project-rename Source = Type", ["Url", "Source"]),
        ("EmailUrlInfo | distinct Type, Url", ["Type", "Url"]),
        ("EmailUrlInfo | summarize arg_max(TimeGenerated, Url) by Type", ["Type", "TimeGenerated", "Url"]),
        (
            "IdentityInfo | summarize arg_max(TimeGenerated, *) by AccountUPN | project AccountUPN, AccountUpn",
            ["AccountUPN", "AccountUpn"],
        ),
    ],
)
def test_a_hidden_column_is_shown_where_it_is_named(text: str, shown: list[str]) -> None:
    assert names(text) == shown


def test_a_hidden_column_is_packed_under_the_name_it_was_given() -> None:
    (_, packed), *_ = plan("IdentityInfo | project b = bag_pack_columns(AccountName, AccountUPN)").root.items  # type: ignore[attr-defined]
    assert [each.value for each in packed.args[::2]] == ["AccountName", "AccountUPN"]


def test_a_hidden_column_goes_first_where_it_is_named_first() -> None:
    assert names("CloudAppEvents | project-reorder TimeGenerated, ActionType")[:2] == ["TimeGenerated", "ActionType"]
    assert "Type" not in names("EmailEvents | project-away Type")


STEPS = [
    "extend Subject = tolower(Subject)",
    "where TimeGenerated > ago(7d)",
    "sort by TimeGenerated asc",
    "top 5 by TimeGenerated",
    "project-away Subject",
    "project-reorder RecipientEmailAddress",
    "mv-expand x = parse_json(AdditionalFields)",
    "join kind=leftouter (EmailUrlInfo) on NetworkMessageId",
    "lookup (EmailUrlInfo) on NetworkMessageId",
    "union (EmailUrlInfo)",
    "serialize",
    "summarize arg_max(Timestamp, *) by NetworkMessageId",
    "summarize arg_min(TimeGenerated, *) by RecipientEmailAddress",
    "summarize take_any(*) by NetworkMessageId",
    "distinct *",
    "as mails",
    "take 5",
]


@pytest.mark.parametrize("step", STEPS)
def test_a_hidden_column_is_still_there_after(step: str) -> None:
    assert names(f"EmailEvents | {step} | project TimeGenerated, TenantId, Type") == [
        "TimeGenerated",
        "TenantId",
        "Type",
    ]


@pytest.mark.parametrize("step", ["project Subject", "summarize count() by Subject", "distinct Subject", "count"])
def test_a_hidden_column_is_gone_after(step: str) -> None:
    with pytest.raises(BadQuery, match="TimeGenerated"):
        plan(f"EmailEvents | {step} | project TimeGenerated")


def test_the_rights_hidden_columns_are_numbered_only_where_the_left_has_them() -> None:
    counted = "EmailEvents | summarize n = count() by NetworkMessageId"
    assert names(f"{counted} | join ({CLICKS}) on NetworkMessageId | project TimeGenerated, Type")
    with pytest.raises(BadQuery, match="TimeGenerated1"):
        plan(f"{counted} | join ({CLICKS}) on NetworkMessageId | project TimeGenerated1")
    assert names(f"EmailEvents | join ({CLICKS}) on NetworkMessageId | project TimeGenerated, TimeGenerated1, Type1")


def test_a_table_answers_to_the_names_it_has_in_a_log_workspace() -> None:
    assert plan(f"{INFO} | project AccountUPN, AccountSID").columns == (
        ("AccountUPN", "string"),
        ("AccountSID", "string"),
    )
    assert "AccountUPN" not in names(INFO)
    assert plan(f"{INFO} | where AccountUPN has 'x'").notes == ()
    assert names(f"SigninLogs | join ({INFO}) on $left.UserPrincipalName == $right.AccountUPN | project AccountUPN")


def test_a_column_that_nothing_here_holds_is_empty_and_said_to_be() -> None:
    found = plan("EmailEvents | where IsFirstContact == true or IsFirstContact | project EmailSize, Subject")
    assert found.columns == (("EmailSize", "int"), ("Subject", "string"))
    assert [note.split(":")[0] for note in found.notes] == [
        "Nothing here holds IsFirstContact",
        "Nothing here holds EmailSize",
    ]
    assert names("BehaviorAnalytics | join (SigninLogs) on $left.SourceRecordId == $right._ItemId | project _ItemId")


def test_a_column_that_no_form_of_the_table_has_is_unknown() -> None:
    with pytest.raises(BadQuery, match="no column named 'AccountUPN'"):
        plan("EmailEvents | project AccountUPN")
