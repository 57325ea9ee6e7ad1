import unicodedata

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.base.errors import LimitReached, UnknownName
from workbench.views.charts.figure import MARKS, OTHER, Figure, coded, limited, mark, needs, structure

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def counts(**series: int) -> pl.DataFrame:
    return pl.DataFrame({"series": list(series), "count": list(series.values())})


def test_categories_are_ordered_by_their_sum_and_then_by_name() -> None:
    _, legend = coded(counts(b=2, a=2, c=9))
    assert [(entry.code, entry.value, entry.total) for entry in legend] == [(0, "c", 9), (1, "a", 2), (2, "b", 2)]


def test_what_is_beyond_eight_categories_is_summed_as_other() -> None:
    frame, legend = coded(pl.DataFrame({"series": [f"s{at:02}" for at in range(11)], "count": range(11, 0, -1)}))
    assert [entry.label for entry in legend][-1] == f"{OTHER} (3)"
    assert legend[-1].rest
    assert legend[-1].total == 3 + 2 + 1
    assert frame.filter(pl.col("series") == "s10")["code"].to_list() == [8]


def test_a_closed_vocabulary_keeps_its_order_colours_and_shapes() -> None:
    _, legend = coded(counts(blocked=5, Delivered=1))
    assert [(entry.value, entry.label, entry.shape) for entry in legend] == [
        ("Delivered", "Delivered", "square"),
        ("blocked", "Blocked", "dash"),
    ]


def test_what_is_no_word_of_the_vocabulary_stands_after_it_in_grey() -> None:
    frame, legend = coded(counts(**{"(none)": 7, "Blocked": 5, "Delivered": 1, "Unknown": 2}))
    assert [(entry.label, entry.colour) for entry in legend] == [
        ("Delivered", "var(--wb-delivered)"),
        ("Blocked", "var(--wb-blocked)"),
        ("(none)", "var(--wb-other)"),
        ("Unknown", "var(--wb-other)"),
    ]
    assert len({entry.code for entry in legend}) == 4
    assert set(frame["code"]) == {entry.code for entry in legend}


def test_words_of_no_vocabulary_do_not_take_one_over_for_an_empty_value() -> None:
    _, legend = coded(counts(**{"(none)": 7, "Delivered": 1, "contoso.example": 2}))
    assert [entry.colour for entry in legend] == [f"var(--wb-series-{at})" for at in range(3)]


@pytest.mark.parametrize("name", ["", "(none)"])
def test_no_value_alone_is_grey_too(name: str) -> None:
    _, legend = coded(counts(**{name: 7}))
    assert [(entry.value, entry.colour, entry.shape) for entry in legend] == [(name, "var(--wb-other)", "ring")]


def test_what_a_question_has_summed_as_other_stays_the_rest() -> None:
    series = {OTHER: 50} | {f"s{at}": 9 - at for at in range(8)}
    frame, legend = coded(counts(**series))
    assert [entry.label for entry in legend] == [*(f"s{at}" for at in range(8)), OTHER]
    assert [entry.rest for entry in legend] == [False] * 8 + [True]
    assert frame.filter(pl.col("series") == OTHER)["code"].to_list() == [legend[-1].code]
    assert legend[-1].total == 50


def test_the_rest_of_a_closed_vocabulary_is_the_rest_too() -> None:
    frame, legend = coded(counts(**{OTHER: 5, "Delivered": 1}))
    assert [(entry.label, entry.rest) for entry in legend] == [("Delivered", False), (OTHER, True)]
    assert frame["code"].to_list() == [legend[1].code, legend[0].code]


def test_two_spellings_of_one_word_stay_two_categories() -> None:
    _, legend = coded(counts(Delivered=5, delivered=1))
    assert [entry.total for entry in legend] == [5, 1]


def test_not_evaluated_is_painted_hatched() -> None:
    _, legend = coded(counts(Malicious=1, **{"Not evaluated": 2}))
    assert [entry.colour for entry in legend] == ["var(--wb-malicious)", "var(--wb-hatch)"]


def test_a_frame_without_series_is_one_category_without_a_name() -> None:
    frame, legend = coded(pl.DataFrame({"count": [1, 2]}))
    assert frame["code"].to_list() == [0, 0]
    assert [(entry.label, entry.total) for entry in legend] == [("", 3)]


def test_a_missing_category_is_shown_as_empty() -> None:
    _, legend = coded(pl.DataFrame({"series": [None, ""], "count": [1, 2]}))
    assert [(entry.value, entry.label, entry.total) for entry in legend] == [("", "(empty)", 3)]


@given(st.dictionaries(words, st.integers(0, 1000), max_size=14))
def test_coding_keeps_the_sum_and_every_row(series: dict[str, int]) -> None:
    frame, legend = coded(
        pl.DataFrame(
            {"series": list(series), "count": list(series.values())}, schema={"series": pl.String, "count": pl.Int64}
        )
    )
    assert sum(entry.total for entry in legend) == sum(series.values())
    assert frame.height == len(series)
    assert set(frame["code"]) <= {entry.code for entry in legend}


@given(words)
def test_labels_hold_no_character_that_hides_or_reorders(name: str) -> None:
    _, (entry,) = coded(pl.DataFrame({"series": [f"{name}\u202e"], "count": [1]}))
    assert not [char for char in entry.label if unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp")]


def test_too_many_marks_are_refused_with_advice() -> None:
    limited(MARKS, "x")
    with pytest.raises(LimitReached, match=r"5,001 marks.*wider bins"):
        limited(MARKS + 1, "x")


def test_a_missing_column_is_named() -> None:
    with pytest.raises(UnknownName, match="Did you mean count"):
        needs(pl.DataFrame({"count": []}), "cuont")


def test_a_structure_has_no_data_and_is_read_as_one_picture() -> None:
    spec = structure(height=10, mark=mark("bar"))
    assert spec["data"] == {"name": "rows"}
    assert spec["width"] == "container"
    assert spec["mark"] == {"type": "bar", "aria": False, "tooltip": None}


def test_a_figure_describes_itself_in_a_sentence() -> None:
    _, legend = coded(counts(Delivered=3, Junked=1))
    figure = Figure("bars", "Mail", {}, x=("a", "b"), y=(3, 1), code=(0, 1), legend=legend, unit="messages")
    assert figure.describe() == "Mail: 4 messages in all; Delivered 3, Junked 1."
    assert Figure("bars", "Mail", {}).describe() == "Mail: no data."
