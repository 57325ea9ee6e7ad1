from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.base.text.slashed import DayFirst
from workbench.intake.activity.values import (
    account,
    bag,
    clean,
    first,
    guid,
    items,
    json_text,
    moment,
    nested,
    operation,
    pairs,
    remembered,
    text,
    truth,
    whole,
)

TEXT = st.characters() | st.sampled_from('\ud800\udfff\x00\u200b{["@')
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(TEXT),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.quirk("audit log", "CreationDate is US 12-hour text without zone")
@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-09-14T10:00:00", datetime(2026, 9, 14, 10, tzinfo=UTC)),
        ("2026-09-14T10:00:00Z", datetime(2026, 9, 14, 10, tzinfo=UTC)),
        ("2026-09-14T10:00:00.1234567Z", datetime(2026, 9, 14, 10, 0, 0, 123456, tzinfo=UTC)),
        ("2026-09-14T12:00:00+02:00", datetime(2026, 9, 14, 10, tzinfo=UTC)),
        ("5/18/2021 9:13:33 PM", datetime(2021, 5, 18, 21, 13, 33, tzinfo=UTC)),
        ("3/4/2021 12:00:01 AM", datetime(2021, 3, 4, 0, 0, 1, tzinfo=UTC)),
        ("3/24/2021, 12:00:01.250 PM", datetime(2021, 3, 24, 12, 0, 1, tzinfo=UTC)),
        ("18/05/2021 21:13:33", datetime(2021, 5, 18, 21, 13, 33, tzinfo=UTC)),
        ("05/18/2021 21:13:33", datetime(2021, 5, 18, 21, 13, 33, tzinfo=UTC)),
        ("04.03.2021 21:13", datetime(2021, 3, 4, 21, 13, tzinfo=UTC)),
        ("18-05-2021 21:13:33", datetime(2021, 5, 18, 21, 13, 33, tzinfo=UTC)),
        ("5/5/2021 21:13:33", datetime(2021, 5, 5, 21, 13, 33, tzinfo=UTC)),
        ("16/4/2021 8:24:20 p.m.", datetime(2021, 4, 16, 20, 24, 20, tzinfo=UTC)),
        ("/Date(1616750532000)/", datetime(2021, 3, 26, 9, 22, 12, tzinfo=UTC)),
        ({"value": "/Date(1616750532000)/", "DisplayHint": 2}, datetime(2021, 3, 26, 9, 22, 12, tzinfo=UTC)),
    ],
)
def test_an_instant_is_read_in_every_spelling_of_exports(written: object, read: datetime) -> None:
    assert moment(written) == read


@pytest.mark.quirk("audit log", "day and month could be either; year 1")
@pytest.mark.parametrize(
    "written", ["04/03/2021 21:13:33", "4-3-2021 21:13", "0001-01-01T00:00:00", "", "soon", 5, None]
)
def test_what_could_be_two_days_or_is_none_is_no_instant(written: object) -> None:
    assert moment(written) is None


@pytest.mark.parametrize("written", ["1/2/2026 10:00", "1/2/2026 10:00:00 AM", "01.02.2026 10:00"])
def test_text_of_a_column_with_the_day_first_is_read_so(written: str) -> None:
    assert moment(DayFirst(written)) == datetime(2026, 2, 1, 10, tzinfo=UTC)


@pytest.mark.quirk("audit log", "operations with a final dot, a non-ASCII dash, a trailing blank")
def test_an_operation_loses_blanks_and_odd_dashes_but_keeps_its_dot() -> None:
    assert operation("Update application \u2013 Certificates and secrets management ") == (
        "Update application - Certificates and secrets management"
    )
    assert operation("Add user.") == "Add user."


@pytest.mark.quirk("audit log", "alert names end in a zero-width character")
def test_a_name_loses_what_nobody_sees() -> None:
    assert clean("Malware removed after delivery\u200b") == "Malware removed after delivery"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("A.Thulile@Northgate.Example", "a.thulile@northgate.example"),
        (
            "NT AUTHORITY\\SYSTEM (Microsoft.Exchange.ServiceHost)",
            "NT AUTHORITY\\SYSTEM (Microsoft.Exchange.ServiceHost)",
        ),
        ("SecurityComplianceAlerts", "SecurityComplianceAlerts"),
        (" Bob@X.example ", "bob@x.example"),
    ],
)
def test_addresses_are_in_lower_case_and_services_keep_their_names(written: str, read: str) -> None:
    assert account(written) == read


def test_numbers_are_read_as_numbers_or_text_within_their_range() -> None:
    assert [whole(each) for each in (5, "50126", "-1", 3.0, True, "x", None, 2.5, 2**31, "99999999999999999999")] == [
        5, 50126, -1, 3, None, None, None, None, None, None,
    ]  # fmt: skip
    assert whole("3000000000", 63) == 3_000_000_000
    assert whole(float("nan")) is None
    assert whole("٣") is None


def test_pairs_become_a_bag_from_a_list_from_text_or_from_a_bag() -> None:
    listed = [{"Name": "a", "Value": 1}, {"Name": "b"}, "noise", {"Value": 2}]
    assert pairs(listed) == {"a": 1, "b": None}
    assert pairs('[{"Name":"a","Value":1}]') == {"a": 1}
    assert pairs({"a": 1}) == {"a": 1}
    assert pairs('-Name "Default policy" -Mode Enable') == {}


def test_json_in_a_string_is_opened_and_other_text_stays() -> None:
    assert nested('{"a":[1]}') == {"a": [1]}
    assert nested("{broken") == "{broken"
    assert bag("[1]") == {}
    assert items("") == []
    assert items("[1,2]") == [1, 2]
    assert items("one") == ["one"]


def test_text_of_values_is_as_the_service_writes_it() -> None:
    assert [text(each) for each in (None, "a", True, 5, [1, {"a": "é"}])] == ["", "a", "True", "5", '[1,{"a":"é"}]']
    assert [truth(each) for each in (True, "False", "yes", 0, "maybe")] == [True, False, True, False, None]
    assert guid("9D8001CB-a159-4252-a3a1-c2dc689f322a") == "9d8001cb-a159-4252-a3a1-c2dc689f322a"
    assert guid("PUID") == ""
    assert first({"a": "", "b": None, "c": 0, "d": "x"}, "a", "b", "c", "d") == "0"


def test_json_keeps_large_numbers_and_replaces_half_characters() -> None:
    assert json_text({"a": 2**70}) == f'{{"a":{2**70}}}'
    assert json_text({"a\ud800": "b\udfff"}) == '{"a\ufffd":"b\ufffd"}'


def test_answers_are_kept_for_short_texts_only() -> None:
    asked = []

    @remembered
    def upper(written: str) -> str:
        asked.append(written)
        return written.upper()

    for written in ("a", "a", "b" * 300, "b" * 300):
        assert upper(written) == written.upper()
    assert [len(each) for each in asked] == [1, 300, 300]


@given(JSON)
def test_no_value_makes_a_reader_raise(value: object) -> None:
    for read in (text, json_text, nested, bag, items, pairs, whole, truth, moment, guid):
        read(value)  # type: ignore[operator]
    json_text(value).encode()
