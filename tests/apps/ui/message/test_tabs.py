import fcntl
import json
from pathlib import Path

import pytest

from tests.apps.ui.stores import NEWEST, mail, opened
from workbench.apps.session import Workbench
from workbench.apps.ui.message.tabs import MOST_HEADERS, NOT_RUNNING, headers, similar, source, timeline, urls
from workbench.apps.ui.widgets.panel import As, Facts, Listing, Note, Way
from workbench.base.config import Workspace

FOUND = {"address": "http://127.0.0.1:8123", "pid": 1, "boot": "b", "started_at": "2026-09-18T12:00:00Z"}


def known(home: Path, text: str) -> Workbench:
    """A workspace with one raw message of these headers."""
    facts = {"Timestamp": NEWEST, "NetworkMessageId": "m0", "RawSHA256": "ab" * 32, "Headers": text}
    return opened(home, EmailEvents=[mail(0)], WorkbenchMailFacts=[facts])


def test_the_body_is_looked_at_in_the_service_where_one_runs(tmp_path: Path) -> None:
    workbench = known(tmp_path, "Subject: x\n")
    workspace = Workspace(tmp_path)
    note, *others = source(workbench.message("m0"), workspace)
    assert isinstance(note, Note)
    assert NOT_RUNNING in note.text
    assert not [each for each in others if isinstance(each, Way)]
    workspace.service.parent.mkdir(parents=True, exist_ok=True)
    workspace.service.write_text(json.dumps(FOUND))
    with workspace.service.with_suffix(".lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        note, way, _ = source(workbench.message("m0"), workspace)
    assert isinstance(note, Note)
    assert NOT_RUNNING not in note.text
    assert way == Way("", "Look at the body", f"http://127.0.0.1:8123/messages/{'ab' * 32}")


def test_headers_are_read_one_by_one_with_folded_lines_joined(tmp_path: Path) -> None:
    text = "Received: from a\r\n by b;\r\n\tlater\r\nSubject: x: y\r\nBroken\r\n\r\n"
    shown = headers(known(tmp_path, text).message("m0"))[-1]
    assert isinstance(shown, Facts)
    assert [(pair.label, pair.value) for pair in shown.pairs] == [
        ("Received", "from a by b;\tlater"),
        ("Subject", "x: y"),
        ("Broken", ""),
    ]


def test_headers_beyond_those_shown_are_counted(tmp_path: Path) -> None:
    text = "".join(f"X-{at}: y\n" for at in range(MOST_HEADERS + 12))
    *_, shown, cut = headers(known(tmp_path, text).message("m0"))
    assert isinstance(shown, Facts)
    assert shown.title == f"Headers ({MOST_HEADERS + 12})"
    assert isinstance(cut, Note)
    assert cut.text == "12 more headers are in the tab Source."


def test_clicks_are_counted_by_link_and_unknown_where_none_are_held(tmp_path: Path) -> None:
    wrapped = "https://eur01.safelinks.protection.outlook.com/?url=http%3A%2F%2Fx.example%2F1&data=1"
    links = [{"Timestamp": NEWEST, "NetworkMessageId": "m0", "Url": f"http://x.example/{at}", "UrlDomain": "x.example", "UrlLocation": "Body"} for at in (1, 2)]  # fmt: skip
    clicks = [
        {"Timestamp": NEWEST, "NetworkMessageId": "m0", "Url": url, "ActionType": "ClickAllowed", "ReportId": url}
        for url in (wrapped, "http://x.example/1")
    ]
    counted = urls(
        opened(tmp_path / "a", EmailEvents=[mail(0)], EmailUrlInfo=links, UrlClickEvents=clicks).message("m0")
    )[0]
    unknown = urls(opened(tmp_path / "b", EmailEvents=[mail(0)], EmailUrlInfo=links).message("m0"))[0]
    assert isinstance(counted, Listing)
    assert isinstance(unknown, Listing)
    assert [row[3] for row in counted.rows] == [2, 0]
    assert [row[3] for row in unknown.rows] == [None, None]


@pytest.mark.parametrize("copies", [1, 2])
def test_a_mailbox_leads_on_and_a_number_of_them_does_not(tmp_path: Path, copies: int) -> None:
    rows = [
        mail(each, RecipientEmailAddress=f"p{at}@northgate.example", EmailClusterId=7)
        for at in range(copies)
        for each in (0, 1)
    ]
    message = opened(tmp_path, EmailEvents=rows).message("m0")
    for listing, column in ((timeline(message)[0], 5), (similar(message)[0], 6)):
        assert isinstance(listing, Listing)
        expected = As("p0@northgate.example", "mailbox") if copies == 1 else "2 recipients"
        assert listing.rows[0][column] == expected


def test_the_link_of_a_click_is_a_link_and_other_details_are_text(tmp_path: Path) -> None:
    click = {
        "Timestamp": NEWEST,
        "NetworkMessageId": "m0",
        "Url": "http://x.example/1",
        "ActionType": "ClickAllowed",
        "ReportId": "r",
    }
    shown = timeline(opened(tmp_path, EmailEvents=[mail(0)], UrlClickEvents=[click]).message("m0"))[0]
    assert isinstance(shown, Listing)
    assert [row[6] for row in shown.rows] == ["", As("http://x.example/1", "url")]
