import pytest

from tests.events.query.conftest import rows
from workbench.base.errors import BadQuery
from workbench.events.query import parse, text_of


@pytest.mark.parametrize("hint", ["", "hint.strategy=native", "hint.strategy=shuffle hint.num_partitions=4"])
def test_the_first_rows_of_each_key(hint: str) -> None:
    kql = f"Mail | partition {hint} by Recipient (top 2 by Timestamp | project Recipient, Id) | sort by Recipient asc, Id asc"
    assert rows(kql) == [
        ("kim@corp.example", "m2"),
        ("kim@corp.example", "m3"),
        ("lee@corp.example", "m1"),
        ("lee@corp.example", "m4"),
    ]


def test_an_aggregate_without_keys_gives_one_row_for_each_key() -> None:
    assert rows("Mail | partition by Sender (where Urls == 1 | count)") == [(2,), (0,), (0,), (0,)]
    assert rows("Mail | partition by Urls (where Urls == 99 | count)") == [(0,)] * 4
    assert rows("Mail | where false | partition by Sender (count)") == []


def test_groups_of_groups() -> None:
    kql = "Mail | partition by Recipient (summarize n = count() by Sender, Recipient | top 1 by n) | sort by Recipient asc"
    assert [row[1] for row in rows(kql)] == ["kim@corp.example", "lee@corp.example"]


def test_rows_are_numbered_within_their_key() -> None:
    kql = "Mail | partition by Sender (sort by Timestamp asc | extend n = row_number(), p = prev(Id)) | project Sender, n, p"
    assert rows(kql) == [
        ("", 1, ""), ("A@Evil.com", 1, ""), ("a@evil.com", 1, ""), ("a@evil.com", 2, "m1"), ("b@good.org", 1, ""),
    ]  # fmt: skip


def test_a_series_for_each_key() -> None:
    kql = """Mail | partition by Urls (make-series n = count() on Timestamp
        from datetime(2026-09-14) to datetime(2026-09-17) step 1d | project n)"""
    assert [row[0] for row in rows(kql)] == [[2, 0, 0], [0, 1, 0], [0, 0, 1]]


def test_one_left_row_of_each_key_is_joined() -> None:
    kql = "Mail | partition by Recipient (join (Clicks | project Id, Url) on Id | project Recipient, Url) | count"
    assert rows(kql) == [(3,)]


@pytest.mark.parametrize(
    "rest",
    ["by Sender, Id (count)", "by nothing (count)", "by Sender count", "by Sender { Mail | count }", "by d (count)"],
)
def test_what_cannot_be_parted_is_refused(rest: str) -> None:
    with pytest.raises(BadQuery):
        rows(f"Mail | extend d = pack_array(1) | partition {rest}")


def test_some_rows_and_texts_taken_apart_in_each_key() -> None:
    kql = "Mail | partition by Sender (sample 1 | parse Subject with word ' ' * | project word)"
    assert sorted(row[0] for row in rows(kql)) == ["", "", "Invoice", "RE:"]


def test_its_text_is_written_back() -> None:
    text = "T\n| partition by k (where x > 1 | top 3 by t desc)"
    assert text_of(parse(text)) == text
