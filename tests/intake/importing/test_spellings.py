import pytest

from workbench.events.tables import table
from workbench.intake.importing.fit import mapping, place
from workbench.intake.importing.spellings import column_of, inside, spellings

SIGN_INS, INCIDENT, MAIL = table("SigninLogs"), table("SecurityIncident"), table("EmailEvents")


@pytest.mark.quirk("Sentinel and Log Analytics", "column names with [UTC] and with the suffix of a type")
@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("TimeGenerated [UTC]", "TimeGenerated"),
        ("CreatedDateTime [UTC]", "CreatedDateTime"),
        ("Timestamp", "TimeGenerated"),
        ("userPrincipalName", "UserPrincipalName"),
        ("UserPrincipalName_s", "UserPrincipalName"),
        ("UserPrincipalName_string", "UserPrincipalName"),
        ("TimeGenerated [Local Time]", None),
        ("Own_s", None),
    ],
)
def test_names_that_exporters_write_stand_for_columns(name: str, column: str | None) -> None:
    assert column_of(SIGN_INS, name) == column


def test_the_likeliest_spelling_comes_first() -> None:
    assert spellings("Subject_s") == ("Subject_s", "Subject")
    assert spellings("Subject") == ("Subject",)


@pytest.mark.quirk("Sentinel and Log Analytics", "dotted column names")
def test_dots_lead_into_a_bag() -> None:
    assert inside(INCIDENT, "AdditionalData.alertsCount") == ("AdditionalData", ("alertsCount",))
    assert inside(INCIDENT, "properties.owner.email") == ("Owner", ("email",))
    assert inside(INCIDENT, "Title.x") is None
    assert inside(INCIDENT, "Unknown.x") is None


def test_a_column_under_its_own_name_goes_before_other_spellings() -> None:
    assert mapping("EmailEvents", ("Subject_s", "Subject")).renamed == {"Subject": ("Subject", "Subject_s")}


def test_a_table_that_was_named_takes_its_columns_in_any_letter_case() -> None:
    names = ("timestamp", "networkMessageId", "subject")
    assert place("EmailEvents", "", names, frozenset(names)).table == MAIL
    assert place("", "", names, frozenset(names)).table is None


def test_rows_cut_down_to_columns_that_only_one_table_has_are_its_rows() -> None:
    names = ("TimeGenerated", "UserId", "ClientIP", "Operation", "Parameters")
    assert place("", "", names, frozenset(names)).table == table("OfficeActivity")
    assert place("", "", names[:3], frozenset(names[:3])).table is None
    assert place("", "", (*names, "Own"), frozenset(names)).table is None
