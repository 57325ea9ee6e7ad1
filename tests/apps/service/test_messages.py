"""The content of mail: with Preview only, every look recorded, and nothing of it acts."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.apps.service.conftest import Site
from workbench.apps.service.projector import Projector
from workbench.base.access import Activity, Purpose, Role
from workbench.base.errors import LedgerBusy
from workbench.events.store import Batch, Store
from workbench.intake.importing import import_paths, originals
from workbench.ledger.models.words import TokenPurpose

READER = Role.SECURITY_READER
RAW = (
    b"From: \xe2\x80\xaeMallory <mallory@evil.example>\r\nTo: ada@northgate.example\r\nSubject: <script>alert(1)</script>\r\n"
    b"Content-Type: text/html\r\n\r\n<p>Pay <b>now</b></p><script>window.__pwned=1</script>"
    b'<a href="https://evil.example/login">your bank</a><img src="https://evil.example/pixel">'
)
DIGEST = hashlib.sha256(RAW).hexdigest()
MIME = """From: Mallory <mallory@evil.example>
To: ada@northgate.example
Subject: Greetings of the canary
Date: Tue, 01 Sep 2026 10:00:00 +0000
Message-ID: <canary@evil.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: multipart/alternative; boundary="c"

--c
Content-Type: text/plain

Dear colleague, {0} is what was agreed on the telephone.
--c
Content-Type: text/html

<p>Dear colleague, {1} is what was agreed.</p><a href="https://evil.example/login">open {2}</a>
--c--
--b
Content-Type: text/plain; name="notes.txt"
Content-Disposition: attachment; filename="notes.txt"

The file says {3}.
--b
Content-Type: message/rfc822

From: bob@partner.example
To: mallory@evil.example
Subject: inner
Date: Tue, 01 Sep 2026 09:00:00 +0000

The message inside says {4}.
--b--
"""


@pytest.fixture
def mailed(site: Site) -> Site:
    originals.keep(site.service.workspace.originals, [RAW])
    return site


def test_source_is_a_download_of_the_very_bytes(mailed: Site) -> None:
    client = mailed.program("rita", READER, Role.PREVIEW)
    answer = client.get(f"/api/messages/{DIGEST}/source")
    assert answer.content == RAW
    assert answer.headers["content-type"] == "text/plain"
    assert answer.headers["content-disposition"] == f'attachment; filename="{DIGEST}.eml.txt"'
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_body_is_plain_text_with_a_table_of_links(mailed: Site) -> None:
    body = mailed.program("rita", READER, Role.PREVIEW).get(f"/api/messages/{DIGEST}/body").json()
    assert "Pay now" in body["text"]
    assert "__pwned" not in body["text"]
    (link,) = body["links"]
    assert (link["shown"], link["url"]) == ("your bank", "hxxps://evil[.]example/login")
    assert dict(body["headers"])["Subject"] == "<script>alert(1)</script>"


def test_every_look_is_recorded_and_refused_ones_too(mailed: Site) -> None:
    rita, olaf = mailed.program("rita", READER, Role.PREVIEW), mailed.program("olaf", READER)
    rita.get(f"/api/messages/{DIGEST}/body")
    rita.get(f"/api/messages/{DIGEST}/source")
    assert rita.get(f"/api/messages/{'0' * 64}/source").status_code == 404
    looks = mailed.told("message.look")
    assert [(each["actor"], each["object_id"], *each["after"].values()) for each in looks] == [
        ("rita", "0" * 64, "source", False),
        ("rita", DIGEST, "source", True),
        ("rita", DIGEST, "body", True),
    ], "each with its part, and whether anything was shown"
    assert olaf.get(f"/api/messages/{DIGEST}/source").status_code == 403
    assert mailed.told("denied")[0]["object_id"] == f"/api/messages/{DIGEST}/source"


def test_a_look_is_recorded_before_it_is_had_and_not_had_where_it_cannot_be(
    mailed: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = mailed.program("rita", READER, Role.PREVIEW)
    client.get("/api/me")

    def full(*_: object, **__: object) -> None:
        raise LedgerBusy("Too many changes wait")

    monkeypatch.setattr(mailed.ledger, "record", full)
    for part in ("source", "body", "quarantined"):
        answer = client.get(f"/api/messages/{DIGEST}/{part}")
        assert (answer.status_code, b"Pay" in answer.content) == (503, False), part


SAYS = ("Canaryplain", "Canaryhtml", "Canarylink", "Canaryfile", "Canaryinner")
WHOLE = MIME.format(*SAYS).replace("\n", "\r\n").encode()
WHOLE_DIGEST = hashlib.sha256(WHOLE).hexdigest()


def everything_kept(home: Path) -> Iterator[tuple[Path, str]]:
    """All that is on disk but the originals, compressed files as what they hold."""
    for path in (each for each in home.rglob("*") if each.is_file() and "originals" not in each.parts):
        if path.suffix == ".parquet":
            yield path, str(pl.read_parquet(path).to_dicts())
        else:
            yield path, path.read_bytes().decode("latin-1")


def test_what_a_message_says_is_kept_nowhere_but_with_its_original(mailed: Site, tmp_path: Path, log: Path) -> None:
    """Whoever reads tables, notebooks or logs reads no mail: not from the store, the ledger, the log or the figures."""
    (tmp_path / "one.eml").write_bytes(WHOLE)
    workspace = mailed.service.workspace
    assert import_paths(workspace, [tmp_path / "one.eml"]).kept > 0
    rita, olaf = mailed.program("rita", READER, Role.PREVIEW), mailed.program("olaf", READER)
    body = rita.get(f"/api/messages/{WHOLE_DIGEST}/body").json()
    assert "Canaryhtml" in str(body)
    assert rita.get(f"/api/messages/{WHOLE_DIGEST}/source").content == WHOLE
    said = [olaf.get(f"/api/messages/{WHOLE_DIGEST}/{part}") for part in ("source", "body", "quarantined")]
    said += [mailed.program("m", purpose=Purpose.MONITOR).get("/metrics"), rita.get("/api/audit"), rita.get("/ready")]
    projector = Projector(mailed.service)
    while projector.step():
        pass
    kept = dict(everything_kept(workspace.home))
    assert any(path.parts[-2] == "EmailEvents" or "EmailEvents" in path.parts for path in kept)
    assert log in kept
    assert any("Greetings of the canary" in text for text in kept.values()), "the subject is a column"
    for word in SAYS:
        assert [str(path) for path, text in kept.items() if word in text] == [], word
        assert [answer.url for answer in said if word in answer.text] == [], word


@pytest.mark.parametrize(
    "headers",
    [
        {"range": "bytes=0-3"},
        {"if-none-match": f'"{DIGEST}"'},
        {"if-none-match": "*"},
        {"if-range": f'"{DIGEST}"', "range": "bytes=-5"},
        {"accept": "*/*, text/html"},
        {"accept-encoding": "gzip, br, zstd"},
    ],
)
def test_no_header_gets_a_part_or_a_copy_of_a_message(headers: dict[str, str], mailed: Site) -> None:
    where = f"/api/messages/{DIGEST}/source"
    refused = mailed.program("olaf", READER).get(where, headers=headers)
    assert refused.status_code == 403
    assert not {"etag", "last-modified", "content-disposition", "accept-ranges"} & set(refused.headers)
    assert b"Pay" not in refused.content
    had = mailed.program("rita", READER, Role.PREVIEW).get(where, headers=headers)
    assert (had.status_code, had.content, had.headers["cache-control"]) == (200, RAW, "no-store")
    assert not {"etag", "last-modified", "accept-ranges"} & set(had.headers)
    assert len(mailed.told("message.look")) == len(mailed.told("denied")) == 1


@pytest.mark.parametrize("verb", ["HEAD", "OPTIONS", "POST", "TRACE"])
def test_no_other_method_tells_whether_a_message_is_there(verb: str, mailed: Site) -> None:
    client = mailed.program("rita", READER, Role.PREVIEW)
    there, not_there = (client.request(verb, f"/api/messages/{each}/source") for each in (DIGEST, "0" * 64))
    assert there.status_code == not_there.status_code == 405
    assert there.headers.get("content-length") == not_there.headers.get("content-length")
    assert mailed.told("message.look") == []


def test_who_may_not_look_is_not_told_whether_it_is_there(mailed: Site) -> None:
    client = mailed.program("olaf", READER)
    for part in ("source", "body"):
        there, not_there = (client.get(f"/api/messages/{each}/{part}").json() for each in (DIGEST, "0" * 64))
        assert {**there, "instance": ""} == {**not_there, "instance": ""}


def test_the_tokens_of_kernels_and_workers_open_no_message(mailed: Site) -> None:
    mailed.account("rita", READER, Role.PREVIEW)
    kernel = mailed.program("rita", READER, Role.PREVIEW, purpose_of_token=TokenPurpose.KERNEL)
    named = [Activity.BODY_VIEW, Activity.SOURCE_VIEW, Activity.QUARANTINE_PREVIEW]
    asking = mailed.program("rita", READER, Role.PREVIEW, purpose_of_token=TokenPurpose.KERNEL, activities=named)
    worker = mailed.program("worker", purpose=Purpose.PLAYBOOK_WORKER)
    for client in (kernel, asking, worker):
        for part in ("source", "body", "quarantined"):
            assert client.get(f"/api/messages/{DIGEST}/{part}").status_code == 403
        assert client.get(f"/messages/{DIGEST}").status_code == 403
    assert len(mailed.told("denied")) == 12
    assert mailed.told("message.look") == []


@pytest.mark.parametrize("name", ["..", "..%2f..%2fledger.db", "A" * 64, "0" * 63, "%00" * 4])
def test_only_a_digest_names_a_message(name: str, mailed: Site) -> None:
    answer = mailed.program("rita", READER, Role.PREVIEW).get(f"/api/messages/{name}/source")
    assert answer.status_code in (400, 404)


def test_what_nobody_received_is_previewed_without_preview(mailed: Site) -> None:
    store = Store(mailed.service.workspace.store)
    at = datetime(2026, 9, 1, tzinfo=UTC)
    facts = {"Timestamp": [at], "RawSHA256": [DIGEST], "NetworkMessageId": ["n-1"]}
    store.write("WorkbenchMailFacts", pl.DataFrame(facts), Batch("test", 1))

    def delivered(*places: str) -> None:
        rows = {
            "Timestamp": [at] * len(places),
            "NetworkMessageId": ["n-1"] * len(places),
            "RecipientEmailAddress": [f"u{number}@northgate.example" for number in range(len(places))],
            "LatestDeliveryLocation": list(places),
        }
        store.write("EmailEvents", pl.DataFrame(rows), Batch("test", len(places) + 1))

    client = mailed.program("olaf", READER)
    assert client.get(f"/api/messages/{DIGEST}/quarantined").status_code == 404
    delivered("Quarantine")
    assert "Pay now" in client.get(f"/api/messages/{DIGEST}/quarantined").json()["text"]
    delivered("Quarantine", "Inbox")
    assert client.get(f"/api/messages/{DIGEST}/quarantined").status_code == 409


@pytest.mark.parametrize(
    ("first", "latest", "moves", "status"),
    [
        ("Quarantine", "", [], 200),
        ("Quarantine", "", ["Inbox/folder"], 409),
        ("Quarantine", "Quarantine", ["Inbox/folder"], 409),
        ("Quarantine", "Inbox", [], 409),
        ("Inbox", "", ["Junk folder", "Quarantine"], 409),
        ("Inbox", "Quarantine", ["Junk folder", "Quarantine"], 200),
        ("Quarantine", "", ["Inbox/folder", "Quarantine"], 200),
        ("QUARANTINE", "", ["quarantine"], 200),
        ("", "", [], 409),
    ],
)
def test_what_left_quarantine_needs_preview(
    first: str, latest: str, moves: list[str], status: int, mailed: Site
) -> None:
    """Where deliveries and moves disagree, the message counts as delivered."""
    store, at = Store(mailed.service.workspace.store), datetime(2026, 9, 1, tzinfo=UTC)
    one = {"Timestamp": [at], "NetworkMessageId": ["n-1"], "RecipientEmailAddress": ["u@northgate.example"]}
    facts = {"Timestamp": [at], "RawSHA256": [DIGEST], "NetworkMessageId": ["n-1"]}
    store.write("WorkbenchMailFacts", pl.DataFrame(facts), Batch("test", 1))
    places = {"DeliveryLocation": [first], "LatestDeliveryLocation": [latest]}
    store.write("EmailEvents", pl.DataFrame(one | places), Batch("test", 2))
    for number, place in enumerate(moves, start=1):
        moved = {"Timestamp": [at + timedelta(hours=number)], "ActionType": ["Moved"], "DeliveryLocation": [place]}
        store.write("EmailPostDeliveryEvents", pl.DataFrame(one | moved), Batch("test", 2 + number))
    answer = mailed.program("olaf", READER).get(f"/api/messages/{DIGEST}/quarantined")
    assert answer.status_code == status, answer.text
    assert (b"Pay" in answer.content) == (status == 200)


def test_the_page_shows_what_hides_and_makes_nothing_of_it(mailed: Site) -> None:
    page = mailed.browser("rita", READER, Role.PREVIEW).get(f"/messages/{DIGEST}").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "⟦U+202E⟧" in page
    assert "https://evil.example" not in page
    assert "<script" not in page
