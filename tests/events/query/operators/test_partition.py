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


ALONE = [
    "count",
    "take 1",
    "top 1 by Timestamp | extend n = 1",
    "summarize n = count(), u = make_set(Recipient), m = max(Urls) by Id | where n > 0 | count",
    "summarize u = sum(Urls), a = avg(Urls), d = dcount(Id), l = make_list(Subject)",
    "where Urls == 1 | summarize arg_max(Timestamp, Subject, Id), take_any(Recipient)",
    "sort by Timestamp desc | extend r = row_number(), p = prev(Id, 1, 'none'), s = row_cumsum(Urls) | where r < 3",
    "mv-expand x = pack_array(Id, Subject) to typeof(string) | where x != '' | summarize x = make_list(x)",
    "mv-apply x = pack_array(Urls, 5) to typeof(long) on (summarize s = sum(x)) | project Id, s",
    "distinct Recipient | sort by Recipient asc | take 1",
    "project-away Threat | project-rename who = Recipient | where who has 'kim' | summarize count() by who",
    "join kind=leftouter (Clicks | project Id, Url) on Id | project Id, Url",
    "join kind=leftanti (Clicks) on Id | project Id",
    "lookup (Clicks | project Id, Url) on Id | summarize u = make_set(Url)",
    "make-series n = count() on Timestamp from datetime(2026-09-14) to datetime(2026-09-18) step 1d by Recipient",
    "summarize s = make_list(Urls) | extend (a, b) = series_stats(s) | project a, b",
    "serialize r = row_rank_dense(Recipient), w = row_window_session(Timestamp, 1d, 1d)",
    "top-nested 1 of Recipient by count()",
    "partition by Recipient (count)",
]


@pytest.mark.parametrize("steps", ALONE)
def test_each_key_fares_as_if_it_were_alone(steps: str) -> None:
    senders = sorted({row[0] for row in rows("Mail | distinct Sender")})
    alone = [row for sender in senders for row in rows("Mail | where Sender == who | " + steps, who=sender)]
    assert sorted(map(repr, rows(f"Mail | partition by Sender ({steps})"))) == sorted(map(repr, alone))


def test_a_missing_key_is_a_key_at_every_level() -> None:
    kql = "Mail | partition by Urls (partition by Threat (where false | count))"
    assert rows(kql) == [(0,)] * 4
