"""Which conditions an index answers, and that it then does."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from workbench.events.query import StoreCatalog, ask, bind, parse, used
from workbench.events.query.backend import pages
from workbench.events.query.backend.frame import Used
from workbench.events.store import Batch, Store

NOW = datetime(2026, 2, 1, tzinfo=UTC)
START = datetime(2026, 1, 5, tzinfo=UTC)
ROWS, FILES = 6_000, 3


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> StoreCatalog:
    store = Store(tmp_path_factory.mktemp("lookups"))
    for number in range(FILES):
        store.write("EmailEvents", _mails(range(number * ROWS, (number + 1) * ROWS)), Batch("test", number))
    links = {"Timestamp": [START], "NetworkMessageId": ["m7001"], "Url": ["https://u.example/"], "UrlDomain": ["u"]}
    store.write("EmailUrlInfo", pl.DataFrame(links), Batch("test", 0))
    return StoreCatalog(store)


def _mails(numbers: range) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "Timestamp": [START + timedelta(seconds=20 * number) for number in numbers],
            "NetworkMessageId": [f"m{number}" for number in numbers],
            "InternetMessageId": [f"<{number}@x.example>" for number in numbers],
            "SenderFromAddress": [f"sender{number % 3_000}@x.example" for number in numbers],
            "RecipientEmailAddress": [f"r{number % 5}" for number in numbers],
        }
    )


def _used(catalog: StoreCatalog, question: str) -> tuple[Used, ...]:
    return used(bind(parse(question), catalog, now=NOW), catalog)


ANSWERED = {
    "EmailEvents | where NetworkMessageId == 'm7001'": 1,
    "EmailEvents | where 'm7001' == NetworkMessageId and Subject == ''": 1,
    "EmailEvents | where NetworkMessageId =~ 'M7001'": 1,
    "EmailEvents | where tolower(NetworkMessageId) == 'm7001'": 1,
    "EmailEvents | where NetworkMessageId in ('m1', 'm2', 'm17999')": 2,
    "EmailEvents | where NetworkMessageId in~ (dynamic(['M1', 'm7001']))": 2,
    "EmailEvents | where NetworkMessageId in ((EmailUrlInfo | where UrlDomain == 'u' | project NetworkMessageId))": 1,
    "EmailEvents | where NetworkMessageId == 'm5' or InternetMessageId == '<7000@x.example>'": 2,
    "EmailEvents | where NetworkMessageId == 'm5' | where SenderFromAddress == 'sender5@x.example'": 1,
    "EmailEvents | project Id = NetworkMessageId, Subject | where Id == 'm7001'": 1,
    "EmailEvents | extend Late = Timestamp > now() | where NetworkMessageId == 'm7001' | where not(Late)": 1,
    "EmailEvents | lookup kind=leftouter EmailUrlInfo on NetworkMessageId | where NetworkMessageId == 'm7001'": 1,
    "EmailEvents | where NetworkMessageId == 'nowhere'": 0,
    "EmailEvents | where Timestamp > datetime(2026-01-08) and NetworkMessageId == 'm7001'": 0,
}
"""And in how many of the three files rows are found."""

SCANNED = (
    "EmailEvents | where NetworkMessageId != 'm7001'",
    "EmailEvents | where NetworkMessageId == ''",
    "EmailEvents | where NetworkMessageId =~ 'stra\u00dfe'",
    "EmailEvents | where NetworkMessageId == 'm5' or Subject == 'x'",
    "EmailEvents | where NetworkMessageId == InternetMessageId",
    "EmailEvents | where RecipientEmailAddress == 'r1'",
    "EmailEvents | extend NetworkMessageId = Subject | where NetworkMessageId == 'm5'",
    "EmailEvents | join kind=innerunique EmailUrlInfo on NetworkMessageId | where NetworkMessageId == 'm7001'",
)


@pytest.mark.parametrize("question", ANSWERED)
def test_an_index_answers(catalog: StoreCatalog, question: str) -> None:
    plain = ask(StoreCatalog(catalog.store, accelerators=False), question, now=NOW).frame
    assert ask(catalog, question, now=NOW).frame.equals(plain)
    found = [each for each in _used(catalog, question) if each.table == "EmailEvents"]
    assert [(each.how, each.opened) for each in found] == [("index", ANSWERED[question])]
    assert plain.height or not ANSWERED[question] or "join" in question


@pytest.mark.parametrize("question", SCANNED)
def test_what_an_index_cannot_answer_is_scanned(catalog: StoreCatalog, question: str) -> None:
    assert _used(catalog, question) == ()


def test_more_texts_than_are_worth_it_are_compared_one_column_against_all(catalog: StoreCatalog) -> None:
    many = ", ".join(f"'x{number}'" for number in range(6_000))
    assert _used(catalog, f"EmailEvents | where NetworkMessageId in ({many})") == ()


def test_a_first_page_is_found_by_index_too(catalog: StoreCatalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "LARGE", 1)
    question = "EmailEvents | where SenderFromAddress == 'sender5@x.example' | top 3 by Timestamp desc"
    assert {each.how for each in _used(catalog, question)} == {"index"}
    found = ask(catalog, question, now=NOW).frame["NetworkMessageId"].to_list()
    assert found == ["m15005", "m12005", "m9005"]


def test_without_accelerators_nothing_is_looked_up(catalog: StoreCatalog) -> None:
    plain = StoreCatalog(catalog.store, accelerators=False)
    assert _used(plain, "EmailEvents | where NetworkMessageId == 'm7001'") == ()
