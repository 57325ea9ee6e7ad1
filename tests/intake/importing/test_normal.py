import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.events.tables import table
from workbench.intake.activity.addresses import address
from workbench.intake.importing.normal import normalised


def one(name: str, column: str, value: str | None) -> object:
    declaration = table(name)
    frame = pl.DataFrame({column: [value]}, schema={column: pl.String})
    return normalised(declaration, frame)[column].item()


@pytest.mark.quirk("any export", "accounts, operations and alert titles in one spelling")
@pytest.mark.parametrize(
    ("name", "column", "value", "expected"),
    [
        ("UrlClickEvents", "AccountUpn", " R@Northgate.Example ", "r@northgate.example"),
        ("OfficeActivity", "UserId", "Anna@Northgate.example", "anna@northgate.example"),
        ("OfficeActivity", "Operation", "New\u2013InboxRule ", "New-InboxRule"),
        ("AlertInfo", "Title", "Phish delivered\u200b", "Phish delivered"),
        ("SecurityAlert", "AlertName", "\ufeffPhish", "Phish"),
        ("EmailEvents", "Subject", " Two\u2013three\u200b ", " Two\u2013three\u200b "),
        ("EmailEvents", "RecipientEmailAddress", "Anna@Northgate.example", "Anna@Northgate.example"),
    ],
)
def test_accounts_operations_and_titles_have_one_spelling(name: str, column: str, value: str, expected: str) -> None:
    assert one(name, column, value) == expected


@pytest.mark.quirk("any export", "addresses with port, brackets, prefix of IPv4")
@pytest.mark.parametrize(
    "written",
    [
        "198.51.100.4",
        "198.51.100.4:5555",
        "[2001:db8::1]:443",
        "[2001:db8::1]",
        "2001:db8::1",
        "::ffff:198.51.100.4",
        "::1",
    ],
)
def test_addresses_are_written_as_in_audit_records(written: str) -> None:
    assert one("OfficeActivity", "ClientIP", written) == address(written)


@settings(deadline=None)
@given(st.text(max_size=20))
def test_once_is_enough(value: str) -> None:
    for column in ("Operation", "UserId", "ClientIP"):
        once = one("OfficeActivity", column, value)
        assert one("OfficeActivity", column, str(once)) == once
