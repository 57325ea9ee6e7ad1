import pytest

from tests.apps.ui.reader import heard, tell
from tests.views.charts.specs import WEEK, over_time
from workbench.apps.ui.widgets.card import OPEN_ROWS, SHOW_QUERY, Action, Card, change
from workbench.views.charts.sparkline import sparkline


def test_a_number_is_short_and_its_digits_are_kept() -> None:
    card = Card("Messages scanned")
    card.show(1_234_567, "messages")
    assert card.number == {"shown": "1.235 M", "exact": "1,234,567", "unit": "messages"}


def test_nothing_counted_and_nothing_to_count_look_different() -> None:
    card = Card("Phish delivered")
    card.show(0, "messages")
    assert (card.number["shown"], card.missing) == ("0", "")
    card.no_data("No click events were imported.")
    assert (card.number, card.change, card.missing) == ({}, {}, "No click events were imported.")
    card.show(1)
    assert card.missing == ""


@pytest.mark.parametrize(
    ("value", "previous", "good", "sign", "text", "word"),
    [
        (110, 100, "more", "up", "+10%", "better"), (110, 100, "less", "up", "+10%", "worse"),
        (90, 100, "more", "down", "−10%", "worse"), (90, 100, "", "down", "−10%", ""),
        (5, 0, "less", "up", "+5", "worse"), (0, 5, "less", "down", "−100%", "better"),
        (20_000, 1, "", "up", "+20 k", ""), (7, 7, "more", "even", "no change", ""),
    ],
)  # fmt: skip
def test_a_change_has_a_sign_a_text_and_a_word(
    value: float, previous: float, good: str, sign: str, text: str, word: str
) -> None:
    made = change(value, previous, good)
    assert (made["sign"], made["text"], made["word"]) == (sign, text, word)
    assert made["before"].endswith(" before")


def test_without_a_previous_period_no_change_is_claimed() -> None:
    card = Card("x")
    card.show(3, previous=2)
    card.show(3)
    assert card.change == {}
    card.show(3, unknown="nothing held before")
    assert card.change == {"before": "nothing held before"}


def test_only_actions_on_the_card_can_be_asked_for() -> None:
    card = Card("x", actions=(OPEN_ROWS, SHOW_QUERY, Action("more", "More", "plus", primary=True)))
    values = heard(card, "action")
    for each in ("rows", "query", "more", "purge", None, ["rows"]):
        tell(card, "action", id=each)
    assert values == ["rows", "query", "more"]


def test_a_card_can_hold_a_figure_and_be_picked_from() -> None:
    card = Card("x")
    card.draw(sparkline(over_time(), WEEK, title="Mail"))
    assert card.kind == "sparkline"
    assert {"pick", "action"} <= set(card.EVENTS)


def test_a_title_shows_what_hides() -> None:
    assert Card("a\u202eb").title == "a⟦U+202E⟧b"
