"""The content of mail: with Preview only, every look recorded, and nothing of it acts."""

import hashlib
from datetime import UTC, datetime

import polars as pl
import pytest

from tests.apps.service.conftest import Site
from workbench.base.access import Role
from workbench.events.store import Batch, Store
from workbench.intake.importing import originals

READER = Role.SECURITY_READER
RAW = (
    b"From: \xe2\x80\xaeMallory <mallory@evil.example>\r\nTo: ada@northgate.example\r\nSubject: <script>alert(1)</script>\r\n"
    b"Content-Type: text/html\r\n\r\n<p>Pay <b>now</b></p><script>window.__pwned=1</script>"
    b'<a href="https://evil.example/login">your bank</a><img src="https://evil.example/pixel">'
)
DIGEST = hashlib.sha256(RAW).hexdigest()


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
    assert [(each["actor"], each["object_id"], each["after"]["part"]) for each in looks] == [
        ("rita", "0" * 64, "source"),
        ("rita", DIGEST, "source"),
        ("rita", DIGEST, "body"),
    ]
    assert olaf.get(f"/api/messages/{DIGEST}/source").status_code == 403
    assert mailed.told("denied")[0]["object_id"] == f"/api/messages/{DIGEST}/source"


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


def test_the_page_shows_what_hides_and_makes_nothing_of_it(mailed: Site) -> None:
    page = mailed.browser("rita", READER, Role.PREVIEW).get(f"/messages/{DIGEST}").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "⟦U+202E⟧" in page
    assert "https://evil.example" not in page
    assert "<script" not in page
