import json

from hypothesis import given
from hypothesis import strategies as st

from workbench.events.tables import table
from workbench.intake.importing.frames import typed

MAIL = table("EmailEvents")


def row(**values: object) -> dict[str, object]:
    return {"Timestamp": "2026-09-18T10:00:00Z", "NetworkMessageId": "m1", **values}


def test_rows_are_cast() -> None:
    cast = typed(MAIL, [row(UrlCount="3", AuthenticationDetails={"SPF": "pass"})])
    assert cast.frame.select("UrlCount", "AuthenticationDetails").row(0) == (3, '{"SPF":"pass"}')


def test_undeclared_names_are_kept_as_json_and_counted() -> None:
    cast = typed(MAIL, [row(Own=1, Empty=""), row(Own="x"), row()])
    assert [json.loads(text) if text else {} for text in cast.frame["_Extra"].fill_null("")] == [
        {"Own": 1},
        {"Own": "x"},
        {},
    ]
    assert cast.undeclared == {"Own": 2}


def test_rows_that_do_not_fit_are_left_out_with_the_first_reason() -> None:
    cast = typed(MAIL, [row(UrlCount="many"), row(), row(Timestamp="never")])
    assert cast.frame.height == 1
    assert cast.bad == {0: "UrlCount is not a int: 'many'", 2: "Timestamp is not a datetime: 'never'"}


def test_a_row_without_a_time_does_not_fit() -> None:
    assert typed(MAIL, [row(Timestamp=None)]).bad == {0: "Timestamp is empty"}


@given(
    st.lists(
        st.fixed_dictionaries({"UrlCount": st.integers() | st.text(max_size=3), "Own": st.text(max_size=3)}), max_size=6
    )
)
def test_every_row_is_either_kept_or_explained(rows: list[dict[str, object]]) -> None:
    cast = typed(MAIL, [row(**values) for values in rows])
    assert cast.frame.height + len(cast.bad) == len(rows)
