import pytest

from tests.events.query.conftest import check, rows, utc, value
from workbench.base.errors import BadQuery

CASES = [
    ("datetime_local_to_utc(datetime(2020-02-02 20:02:20), 'US/Pacific')", utc(2020, 2, 3, 4, 2, 20)),
    ("datetime_utc_to_local(datetime(2020-02-03 04:02:20), 'US/Pacific')", utc(2020, 2, 2, 20, 2, 20)),
    ("datetime_local_to_utc(datetime(2020-03-29 02:30:00), 'Europe/Paris')", utc(2020, 3, 29, 1, 30, 0)),
]


@pytest.mark.parametrize(("expression", "expected"), CASES)
def test_clocks_show_what_the_reference_says(expression: str, expected: object) -> None:
    check(expression, expected)


def test_a_zone_may_stand_in_a_column() -> None:
    text = """datatable(t:datetime, z:string)[datetime(2020-02-02 20:02:20), 'US/Pacific',
        datetime(2020-02-02 20:02:20), 'Europe/Paris', datetime(2020-02-02 20:02:20), 'Nowhere']"""
    assert rows(f"{text} | project a = datetime_local_to_utc(t, z), b = datetime_utc_to_local(t, z)") == [
        (utc(2020, 2, 3, 4, 2, 20), utc(2020, 2, 2, 12, 2, 20)),
        (utc(2020, 2, 2, 19, 2, 20), utc(2020, 2, 2, 21, 2, 20)),
        (None, None),
    ]


def test_a_zone_that_is_not_there_is_named_with_the_nearest() -> None:
    with pytest.raises(BadQuery, match="Did you mean Europe/Paris"):
        value("datetime_local_to_utc(datetime(2020-03-29), 'Europe/Pari')")
    assert "Europe/Paris" in value("datetime_list_timezones()")
