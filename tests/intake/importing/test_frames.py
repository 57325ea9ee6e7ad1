import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.events.tables import table
from workbench.intake.importing.frames import rows_cast

MAIL = table("EmailEvents")


def typed(rows: list[dict[str, object]]) -> tuple[object, dict[int, str], dict[str, int]]:
    """The rows that fit, the reasons why others do not, and how often names are not declared."""
    cast = rows_cast(MAIL, rows)
    frame, notes = cast.without(cast.bad)
    return frame, dict(cast.bad), {where.removeprefix("column "): count for (where, _), count in notes.items()}


def row(**values: object) -> dict[str, object]:
    return {"Timestamp": "2026-09-18T10:00:00Z", "NetworkMessageId": "m1", **values}


def test_rows_are_cast() -> None:
    frame, _, _ = typed([row(UrlCount="3", AuthenticationDetails={"SPF": "pass"})])
    assert frame.select("UrlCount", "AuthenticationDetails").row(0) == (3, '{"SPF":"pass"}')


@pytest.mark.quirk("any export", "columns that no table declares")
def test_undeclared_names_are_kept_as_json_and_counted() -> None:
    frame, _, undeclared = typed([row(Own=1, Empty=""), row(Own="x"), row()])
    assert [json.loads(text) if text else {} for text in frame["_Extra"]] == [{"Own": 1}, {"Own": "x"}, {}]
    assert undeclared == {"Own": 2}


def test_rows_that_do_not_fit_are_left_out_with_the_first_reason() -> None:
    frame, bad, _ = typed([row(UrlCount="many"), row(), row(Timestamp="never")])
    assert frame.height == 1
    assert bad == {0: "UrlCount is not a int: 'many'", 2: "Timestamp is not a datetime: 'never'"}


def test_a_row_without_a_time_does_not_fit() -> None:
    assert typed([row(Timestamp=None)])[1] == {0: "Timestamp is empty"}


@given(
    st.lists(
        st.fixed_dictionaries({"UrlCount": st.integers() | st.text(max_size=3), "Own": st.text(max_size=3)}), max_size=6
    )
)
def test_every_row_is_either_kept_or_explained(rows: list[dict[str, object]]) -> None:
    frame, bad, _ = typed([row(**values) for values in rows])
    assert frame.height + len(bad) == len(rows)


INCIDENT = {"TimeGenerated": "2026-09-18T10:00:00Z", "IncidentName": "i", "IncidentNumber": 1}


def incident(**values: object) -> tuple[str | None, str]:
    (found,) = rows_cast(table("SecurityIncident"), [{**INCIDENT, **values}]).frame.to_dicts()
    return found["AdditionalData"], found["_Extra"]


def test_bags_in_pieces_are_made_whole() -> None:
    whole, extra = incident(**{"AdditionalData.alertsCount": 2, "properties.additionalData.tactics.first": "x"})
    assert (json.loads(whole), extra) == ({"alertsCount": 2, "tactics": {"first": "x"}}, "")


def test_pieces_beside_the_whole_bag_are_kept_with_the_row() -> None:
    whole, extra = incident(AdditionalData="{}", **{"AdditionalData.alertsCount": 2})
    assert (whole, extra) == ("{}", '{"AdditionalData.alertsCount":2}')


def test_a_piece_inside_a_plain_value_stands_beside_it() -> None:
    whole, _ = incident(**{"AdditionalData.a": 1, "AdditionalData.a.b": 2})
    assert json.loads(whole) == {"a": 1, "a.b": 2}


@pytest.mark.quirk("any export", "local times with their distance from UTC")
def test_local_times_are_stored_in_utc_and_their_text_is_kept() -> None:
    frame, _, notes = typed([row(), {"Timestamp": "2026-10-25T02:30:00+02:00", "NetworkMessageId": "m"}])
    assert [str(each) for each in frame["Timestamp"]] == ["2026-09-18 10:00:00+00:00", "2026-10-25 00:30:00+00:00"]
    assert frame["_Extra"].to_list() == ["", '{"Timestamp (as given)":"2026-10-25T02:30:00+02:00"}']
    assert notes == {"Timestamp": 1}


@pytest.mark.quirk("any export", "an hour that clocks pass twice")
def test_an_hour_that_clocks_pass_twice_is_told_apart_by_its_distance_from_utc() -> None:
    times = ["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"]
    frame, _, _ = typed([{"Timestamp": each, "NetworkMessageId": "m"} for each in times])
    assert (frame["Timestamp"][1] - frame["Timestamp"][0]).total_seconds() == 3600


@pytest.mark.quirk("any export", "a leap second")
def test_a_leap_second_is_the_second_that_follows_and_its_text_is_kept() -> None:
    frame, _, _ = typed([row(Timestamp="2016-12-31T23:59:60Z")])
    assert str(frame["Timestamp"][0]) == "2017-01-01 00:00:00+00:00"
    assert "23:59:60" in frame["_Extra"][0]
