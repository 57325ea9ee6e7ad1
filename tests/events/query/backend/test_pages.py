"""First pages are the same rows whichever way they are found, and wide columns are not read for the rest."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from workbench.base.span import Span
from workbench.events.query import StoreCatalog, ask
from workbench.events.query.backend import pages
from workbench.events.query.kql.literals import LAST
from workbench.events.store import Batch, Store

START = datetime(2026, 1, 5, tzinfo=UTC)
NOW = datetime(2026, 2, 1, tzinfo=UTC)
FILES, ROWS = 8, 60

QUESTIONS = {
    "plain": "EmailEvents | sort by Timestamp desc | take 7",
    "ties": "EmailEvents | where RecipientEmailAddress has_any ('r1', 'r2') | top 9 by Timestamp desc",
    "few": "EmailEvents | where NetworkMessageId in ('m3', 'm200', 'm201', 'm470') | sort by Timestamp desc | take 50",
    "none": "EmailEvents | where Subject == 'no such' | sort by Timestamp desc | take 5",
    "renamed": "EmailEvents | project When = Timestamp, Subject | sort by When desc, Subject asc | take 11",
    "lookup": (
        "EmailEvents | lookup kind=leftouter (EmailUrlInfo | summarize Links = count() by NetworkMessageId) "
        "on NetworkMessageId | where isnull(Links) or Links > 1 | project Timestamp, NetworkMessageId, Links "
        "| sort by Timestamp desc | take 13"
    ),
    "many beside each": (
        "EmailEvents | join kind=leftouter EmailUrlInfo on NetworkMessageId | project Timestamp, NetworkMessageId, Url "
        "| sort by Timestamp desc, Url asc | take 13"
    ),
    "time of the other side": (
        "EmailEvents | join kind=leftouter (EmailUrlInfo | project NetworkMessageId, Sent = Timestamp) "
        "on NetworkMessageId | project NetworkMessageId, Sent | sort by Sent desc, NetworkMessageId asc | take 13"
    ),
    "without": (
        "EmailEvents | join kind=leftanti EmailUrlInfo on NetworkMessageId | sort by Timestamp desc | take 13"
        "| project Timestamp, NetworkMessageId"
    ),
    "itself counted": "let T = EmailEvents; T | extend All = toscalar(T | count) | sort by Timestamp desc | take 5",
    "itself joined": (
        "let T = EmailEvents; T | lookup kind=leftouter (T | summarize Sent = count() by SenderFromAddress) "
        "on SenderFromAddress | project Timestamp, Sent | sort by Timestamp desc | take 5"
    ),
}


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> StoreCatalog:
    store = Store(tmp_path_factory.mktemp("pages"))
    for number in range(FILES):
        store.write("EmailEvents", _mails(range(number * ROWS, (number + 1) * ROWS)), Batch("test", number))
    links = [number for number in range(0, FILES * ROWS, 3) for _ in range(number % 4)]
    urls = {
        "Timestamp": [_at(number) for number in links],
        "NetworkMessageId": [f"m{number}" for number in links],
        "Url": [f"https://a.example/{at}" for at in range(len(links))],
    }
    store.write("EmailUrlInfo", pl.DataFrame(urls), Batch("test", 0))
    return StoreCatalog(store)


def _at(number: int) -> datetime:
    """Two messages a minute, both at once."""
    return START + timedelta(minutes=number // 2)


def _mails(numbers: range) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "Timestamp": [_at(number) for number in numbers],
            "NetworkMessageId": [f"m{number}" for number in numbers],
            "RecipientEmailAddress": [f"r{number % 5}" for number in numbers],
            "SenderFromAddress": [f"s{number % 7}" for number in numbers],
            "Subject": ["hello"] * len(numbers),
        }
    )


def _rows(catalog: StoreCatalog, question: str) -> list[tuple[object, ...]]:
    return ask(catalog, question, now=NOW).frame.rows()


@pytest.mark.parametrize("near", [0, 10**9], ids=["once", "and nearer"])
@pytest.mark.parametrize("name", QUESTIONS)
def test_a_first_page_is_the_same_as_the_start_of_everything_sorted(
    catalog: StoreCatalog, monkeypatch: pytest.MonkeyPatch, name: str, near: int
) -> None:
    whole = _rows(catalog, QUESTIONS[name])
    monkeypatch.setattr(pages, "LARGE", 1)
    monkeypatch.setattr(pages, "NEAR", near)
    assert _rows(catalog, QUESTIONS[name]) == whole


def test_only_the_time_of_the_page_is_read_in_full(catalog: StoreCatalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "LARGE", 1)
    read: list[Span | None] = []
    scan = StoreCatalog.scan

    def watched(self: StoreCatalog, name: str, span: Span | None) -> pl.LazyFrame:
        read.append(span if name == "EmailEvents" else None)
        return scan(self, name, span)

    monkeypatch.setattr(StoreCatalog, "scan", watched)
    _rows(catalog, QUESTIONS["lookup"])
    assert Span(_at(466), LAST) in read


def test_different_tables_on_the_right_of_in_are_not_taken_for_each_other(catalog: StoreCatalog) -> None:
    """A node made for one of them and dropped must not be found again under its number."""
    some = "EmailEvents | where NetworkMessageId == 'm{}' | distinct {}"
    first, second = some.format(27, "SenderFromAddress"), some.format(29, "RecipientEmailAddress")
    tests = f"SenderFromAddress in (({first})) and RecipientEmailAddress in (({second}))"
    found = _rows(catalog, f"EmailEvents | where {tests} | project NetworkMessageId")
    wanted = [f"m{number}" for number in range(FILES * ROWS) if number % 7 == 27 % 7 and number % 5 == 29 % 5]
    assert [row[0] for row in found] == wanted


def test_two_windows_stand_around_rows_that_lie_far_apart() -> None:
    times = pl.Series([START, START + timedelta(minutes=1), START + timedelta(days=2)])
    tick = timedelta(microseconds=1)
    assert pages.windows(times, 10) == (
        Span(START, START + timedelta(minutes=1) + tick),
        Span(START + timedelta(days=2), START + timedelta(days=2) + tick),
    )


def test_enough_rows_are_all_from_the_oldest_of_them_on() -> None:
    times = pl.Series([START + timedelta(days=2), START])
    assert pages.windows(times, 2) == (Span(START, LAST),)
