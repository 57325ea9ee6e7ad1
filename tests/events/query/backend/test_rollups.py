"""Which questions counts answer, and that they then do."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from workbench.base.span import Span
from workbench.events.query import StoreCatalog, ask, bind, parse, used
from workbench.events.query.backend.frame import Used
from workbench.events.store import Batch, Store

NOW = datetime(2026, 2, 1, tzinfo=UTC)
START = datetime(2026, 1, 5, 0, 30, tzinfo=UTC)
ROWS, FILES = 6_000, 3
ACTIONS, THREATS = ("Delivered", "Junked", "Blocked"), ("", "Phish", "Phish, Spam", "")

PASS, FAIL = '{"DMARC":"pass"}', '{"DMARC":"fail"}'


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> StoreCatalog:
    store = Store(tmp_path_factory.mktemp("rollups"))
    for number in range(FILES):
        store.write("EmailEvents", _mails(range(number * ROWS, (number + 1) * ROWS)), Batch("test", number))
    return StoreCatalog(store)


def _mails(numbers: range) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "Timestamp": [START + timedelta(seconds=20 * number) for number in numbers],
            "NetworkMessageId": [f"m{number}" for number in numbers],
            "RecipientEmailAddress": ["r"] * len(numbers),
            "DeliveryAction": [ACTIONS[number % 7 % 3] for number in numbers],
            "ThreatTypes": [THREATS[number % 11 % 4] for number in numbers],
            "AuthenticationDetails": [(PASS, FAIL)[number % 2] for number in numbers],
        }
    )


def _used(catalog: StoreCatalog, question: str, span: Span | None = None) -> tuple[Used, ...]:
    return used(bind(parse(question), catalog, now=NOW), catalog, span)


ANSWERED = {
    "EmailEvents | count": 0,
    "EmailEvents | summarize n = count() by bin(Timestamp, 1h), DeliveryAction": 0,
    "EmailEvents | summarize n = count() by Day = bin(Timestamp, 1d), ThreatTypes, DeliveryAction | sort by Day asc, "
    "ThreatTypes asc, DeliveryAction asc": 0,
    "EmailEvents | where ThreatTypes has 'Phish' and DeliveryAction in~ ('delivered') | count": 0,
    "EmailEvents | where Timestamp >= datetime(2026-01-05 03:00) and Timestamp < datetime(2026-01-06) | count": 0,
    "EmailEvents | where Timestamp >= datetime(2026-01-05 03:10) and Timestamp < datetime(2026-01-06) | count": 0,
    "EmailEvents | distinct ThreatTypes": 0,
    "EmailEvents | summarize by DeliveryAction, ThreatTypes": 0,
    "EmailEvents | summarize min(Timestamp), max(Timestamp), dcount(ThreatTypes) by DeliveryAction": 0,
    "EmailEvents | summarize n = countif(isempty(ThreatTypes)), s = make_set(ThreatTypes) by startofweek(Timestamp)": 0,
    "EmailEvents | summarize n = count() by tostring(parse_json(AuthenticationDetails).DMARC)": 0,
    "EmailEvents | extend Kind = iff(isempty(ThreatTypes), 'clean', ThreatTypes), S = strlen(Subject) "
    "| summarize n = count() by Kind": 0,
    "EmailEvents | project Timestamp, ThreatTypes, Subject | summarize n = count() by ThreatTypes": 0,
    "EmailEvents | extend When = Timestamp | summarize last = max(When) by hourofday(When)": 0,
    "EmailEvents | mv-expand Threat = split(ThreatTypes, ',') to typeof(string) "
    "| summarize n = count() by trim(' ', Threat), bin(Timestamp, 1d)": 0,
    "EmailEvents | where ThreatTypes in ((EmailEvents | distinct ThreatTypes)) | count": 0,
}
"""And how many files are opened for it."""

SCANNED = (
    "EmailEvents | summarize n = count() by Subject",
    "EmailEvents | summarize n = count() by bin(Timestamp, 30m)",
    "EmailEvents | summarize n = count() by bin(Timestamp, 90m)",
    "EmailEvents | summarize n = count() by Timestamp",
    "EmailEvents | where Subject == '' | count",
    "EmailEvents | extend x = Timestamp + 1h | summarize n = count() by bin(x, 1h)",
    "EmailEvents | extend Timestamp = Timestamp - 10m | summarize max(Timestamp) by DeliveryAction",
    "EmailEvents | where Timestamp != datetime(2026-01-05 03:10) | count",
    "EmailEvents | summarize arg_max(Timestamp, *) by DeliveryAction",
    "EmailEvents | summarize avg(strlen(ThreatTypes)) by DeliveryAction",
    "EmailEvents | summarize dcount(Subject) by DeliveryAction",
    "EmailEvents | where Timestamp between (datetime(2026-01-05 03:10) .. datetime(2026-01-05 03:20)) | count",
    "EmailEvents | where Timestamp > datetime(2027-01-01) and Timestamp < datetime(2026-01-01) | count",
    "EmailEvents | take 10 | summarize n = count() by DeliveryAction",
)


@pytest.mark.parametrize("question", ANSWERED)
def test_counts_answer(catalog: StoreCatalog, question: str) -> None:
    plain = ask(StoreCatalog(catalog.store, accelerators=False), question, now=NOW).frame
    found = ask(catalog, question, now=NOW).frame
    assert found.equals(plain), f"{found}\n{plain}"
    assert plain.height
    assert {(each.how, each.opened) for each in _used(catalog, question)} == {("counts", ANSWERED[question])}


@pytest.mark.parametrize("question", SCANNED)
def test_what_counts_cannot_say_is_scanned(catalog: StoreCatalog, question: str) -> None:
    assert _used(catalog, question) == ()


def test_the_window_of_a_question_may_cut_hours(catalog: StoreCatalog) -> None:
    plain = StoreCatalog(catalog.store, accelerators=False)
    question = "EmailEvents | summarize n = count(), min(Timestamp), max(Timestamp) by DeliveryAction, ThreatTypes"
    for minutes in (0, 10, 45, 60):
        span = Span(START + timedelta(minutes=minutes), START + timedelta(hours=30, minutes=2 * minutes))
        assert _used(catalog, question, span)
        found, wanted = (ask(each, question, now=NOW, span=span).frame for each in (catalog, plain))
        assert found.equals(wanted)


def test_a_question_that_most_files_have_no_counts_for_is_scanned(catalog: StoreCatalog) -> None:
    question = "EmailEvents | count"
    snapshot = catalog.store.snapshot("EmailEvents")
    assert snapshot is not None
    sidecars = sorted((snapshot.folder / "_sidecar").glob("*"))
    kept = [path.read_bytes() for path in sidecars]
    try:
        sidecars[0].unlink()
        assert [each.opened for each in _used(catalog, question)] == [1]
        assert ask(catalog, question, now=NOW).frame.item() == FILES * ROWS
        sidecars[1].unlink()
        assert _used(catalog, question) == ()
    finally:
        for path, content in zip(sidecars, kept, strict=True):
            path.write_bytes(content)
