import csv
import io

import pytest

from tests.apps.ui.reader import heard, sent, tell
from tests.apps.ui.stores import wire
from workbench.apps.ui.widgets.cross import Cross, Picked, Side
from workbench.views.charts.crossed import REST, Crossed

TABLE = Crossed(("evil.example", "b.example", REST), ("Delivered", "Blocked", REST), ((5, 0, 1), (2, 3, 0), (0, 1, 4)))
SENDER, ACTION = Side("Sender domain", "domain"), Side("Delivery action", "delivery")


@pytest.fixture
def cross() -> Cross:
    made = Cross(ours=lambda domain: domain == "b.example")
    made.draw(TABLE, SENDER, ACTION)
    return made


def taken(cross: Cross) -> list[list[str]]:
    with sent(cross) as messages:
        tell(cross, "take")
    [(message, buffers)] = [(m, b) for m, b in messages if m.get("method") == "custom"]
    assert message["content"]["name"] == "Sender_domain_by_delivery_action.csv"
    return list(csv.reader(io.StringIO(buffers[0].decode("utf-8-sig"))))


def test_it_says_what_it_shows_and_defangs_strangers(cross: Cross) -> None:
    assert cross.title == "Sender domain by delivery action"
    assert cross.rows["cells"] == [["evil[.]example", "evil.example"], "b.example", "Other"]
    assert (cross.rows["totals"], cross.columns["totals"], cross.total) == ([6, 5, 5], [7, 4, 5], "16")
    assert cross.counts["lines"] == [[5, 0, 1], [2, 3, 0], [0, 1, 4]]
    assert cross.counts["shades"][0] == [5, 0, 0]


@pytest.mark.parametrize(
    ("place", "picked"),
    [
        ({"row": 0, "column": 0}, ("evil.example", "Delivered")),
        ({"row": 1, "column": -1}, ("b.example", None)),
        ({"row": -1, "column": 1}, (None, "Blocked")),
        ({"column": 1}, (None, "Blocked")),
        ({"row": "0", "column": None}, None),
        ({}, None),
    ],
)
def test_cells_and_heads_are_picked_by_their_place(
    cross: Cross, place: dict[str, object], picked: Picked | None
) -> None:
    values = heard(cross, "pick")
    tell(cross, "pick", **place)
    assert values == ([picked] if picked else [])


@pytest.mark.parametrize("place", [{"row": 2, "column": 0}, {"row": 0, "column": 2}, {"row": 99, "column": 99}])
def test_what_stands_for_many_is_not_picked(cross: Cross, place: dict[str, int]) -> None:
    values = heard(cross, "pick")
    tell(cross, "pick", **place)
    assert (values, "stands for many values" in cross.fault) == ([], True)


def test_it_is_taken_away_whole_with_its_sums(cross: Cross) -> None:
    expected = [
        ["Sender domain / Delivery action", "Delivered", "Blocked", "Other", "Total"],
        ["evil.example", "5", "0", "1", "6"],
        ["b.example", "2", "3", "0", "5"],
        ["Other", "0", "1", "4", "5"],
        ["Total", "7", "4", "5", "16"],
    ]
    assert taken(cross) == expected
    assert [line.split("\t") for line in cross.text.splitlines()] == expected


def test_no_cell_that_is_taken_away_is_a_formula_and_no_column_is_lost(cross: Cross) -> None:
    hostile = ("=1+1", "'=1+1", "Total", "\t@x\u202e\n", "<b>")
    cross.draw(Crossed(hostile, hostile, ((1,) * 5,) * 5), SENDER, ACTION)
    cells = [cell for row in taken(cross) for cell in row] + [
        each for line in cross.text.splitlines() for each in line.split("\t")
    ]
    assert [cell for cell in cells if cell.lstrip().startswith(("=", "@"))] == []
    assert {len(row) for row in taken(cross)} == {len(line.split("\t")) for line in cross.text.splitlines()} == {7}
    assert "\u202e" not in str(cross.columns["cells"][3][0])


def test_nothing_to_count_says_why_and_can_be_taken_away_too() -> None:
    cross = Cross()
    cross.draw(Crossed(), SENDER, ACTION, empty="Widen the window.")
    assert (cross.total, cross.text, cross.empty) == ("", "", "Widen the window.")
    assert len(taken(cross)) == 1


def test_a_table_is_small_on_its_way() -> None:
    names = tuple(f"{'x' * 300}{at}" for at in range(16))
    cross = Cross()
    cross.draw(Crossed(names, names[:9], ((10**9,) * 9,) * 16), Side("A"), Side("B"))
    assert len(wire(cross)) < 60_000
