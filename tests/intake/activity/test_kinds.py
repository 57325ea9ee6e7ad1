import pytest

from workbench.intake.activity.kinds import LOGON_TYPES, RECORD_TYPES, USER_TYPES, named, record_name, record_type


def test_a_kind_is_read_by_number_by_text_and_by_name() -> None:
    assert [record_type(each) for each in (28, "28", "ThreatIntelligence", "threatintelligence ", 99999, -1, None, "x")] == [
        28, 28, 28, 28, 99999, -1, None, None,
    ]  # fmt: skip
    assert len(set(RECORD_TYPES.values())) == len(RECORD_TYPES)


def test_an_unknown_kind_is_its_own_name() -> None:
    assert record_name(28, 28) == "ThreatIntelligence"
    assert record_name(99999, 99999) == "99999"
    assert record_name(None, "Tomorrow") == "Tomorrow"
    assert record_name(None, None) == ""


@pytest.mark.quirk("audit log", "enumerations as numbers and as text")
def test_enumerated_values_come_as_numbers_or_as_text() -> None:
    assert [named(each, LOGON_TYPES) for each in (0, "2", "Owner", 99, None)] == [
        "Owner",
        "Delegated",
        "Owner",
        "99",
        "",
    ]
    assert named(10, USER_TYPES) == "Guest"
