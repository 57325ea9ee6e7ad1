"""Some rows and first rows: sample, sample-distinct, top-hitters and top-nested."""

import pytest

from tests.events.query.conftest import column, columns, rows
from workbench.base.errors import BadQuery


def test_a_sample_is_some_rows_and_the_same_each_time() -> None:
    found = column("range x from 1 to 1000 step 1 | sample 10")
    assert len(found) == 10
    assert found == sorted(found)
    assert max(found) > 500
    assert found == column("range x from 1 to 1000 step 1 | sample 10")
    assert rows("Mail | sample 100 | count") == [(5,)]


def test_a_sample_of_values_has_each_once() -> None:
    assert column("Mail | sample-distinct 2 of Recipient") == ["kim@corp.example", "lee@corp.example"]
    assert columns("Mail | sample-distinct 2 of TimeGenerated") == [("TimeGenerated", "datetime")]


def test_top_hitters_are_counted_or_weighed() -> None:
    assert rows("Mail | top-hitters 1 of Sender") == [("a@evil.com", 2)]
    assert rows("Mail | top-hitters 1 of Sender by Urls") == [("A@Evil.com", 3)]
    assert columns("Mail | top-hitters 1 of Sender by Urls + 1")[1] == ("approximate_sum_", "long")
    assert columns("Mail | top-hitters 1 of Sender by Urls")[1] == ("approximate_sum_Urls", "long")
    assert columns("Mail | top-hitters 1 of Sender")[1] == ("approximate_count_Sender", "long")


def test_levels_nest_each_within_the_first_of_the_one_before() -> None:
    text = "Mail | top-nested 2 of Sender by n=sum(Urls), top-nested of r=toupper(Recipient) by count()"
    assert columns(text) == [("Sender", "string"), ("n", "long"), ("r", "string"), ("aggregated_r", "long")]
    assert rows(text) == [
        ("A@Evil.com", 3, "KIM@CORP.EXAMPLE", 1),
        ("a@evil.com", 2, "KIM@CORP.EXAMPLE", 1),
        ("a@evil.com", 2, "LEE@CORP.EXAMPLE", 1),
    ]
    assert rows("Mail | top-nested 1 of Sender by n=sum(Urls) asc") == [("b@good.org", 0)]


def test_a_group_without_a_value_is_a_group() -> None:
    text = "Mail | top-nested 2 of Urls by count(), top-nested of Threat by sum(Urls) / count()"
    assert rows(text) == [(1, 2, True, 1), (None, 1, False, 0)]


def test_the_others_have_a_row_and_below_it_values_only_where_asked() -> None:
    first = 'Mail | top-nested 1 of Sender with others="rest" by count()'
    assert rows(first) == [("a@evil.com", 2), ("rest", 3)]
    assert rows(f"{first}, top-nested 1 of Recipient by count()") == [
        ("a@evil.com", 2, "kim@corp.example", 1),
        ("rest", 3, "", None),
    ]
    assert rows(f'{first}, top-nested 1 of Recipient with others="more" by count()') == [
        ("a@evil.com", 2, "kim@corp.example", 1),
        ("a@evil.com", 2, "more", 1),
        ("rest", 3, "more", 3),
    ]


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("top-nested 2 of Sender by Urls", "outside an aggregate"),
        ("top-nested 2 of Urls with others='x' by count()", "The name of the others is a constant of type int"),
        ("top-nested 2 of parse_json(Id) by count()", "A dynamic cannot be a key"),
        ("top-nested 2 of Id by make_set(Urls)", "A dynamic has no order"),
        ("top-nested 2 of Sender by count(), take 2", "Expected 'top-nested'"),
        ("sample-distinct 2 of parse_json(Id)", "met '\\('"),
        ("extend d = parse_json(Id) | sample-distinct 2 of d", "The dynamic 'd' cannot be compared"),
        ("extend d = parse_json(Id) | top-hitters 2 of d", "The dynamic 'd' cannot be compared"),
        ("sample -1", "not negative"),
    ],
)
def test_what_has_no_rank_is_refused(step: str, message: str) -> None:
    with pytest.raises(BadQuery, match=message):
        columns(f"Mail | {step}")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Mail | take 9223372036854775807 | count", 5),
        ("Mail | top 99999999999 by Urls | count", 5),
        ("Mail | sample 99999999999 | count", 5),
        ("Mail | sample-distinct 99999999999 of Recipient | count", 2),
        ("Mail | top-hitters 99999999999 of Recipient | count", 2),
        ("Mail | top-nested 99999999999 of Recipient by count() | count", 2),
    ],
)
def test_more_rows_than_can_be_counted_are_all(text: str, found: int) -> None:
    assert rows(text) == [(found,)]
