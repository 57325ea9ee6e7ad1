"""The sample data: complete, licensed, reproducible, and in touch with nobody."""

import csv
import email
import gzip
import io
import json
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from importlib.util import module_from_spec, spec_from_file_location
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest

from workbench.base.config import Workspace, shipped
from workbench.events.tables import VIRTUAL, table
from workbench.intake.importing import import_paths

Row = dict[str, Any]

SAMPLE = shipped("data") / "sample"
NORTHGATE = SAMPLE / "northgate"
KEY: Row = json.loads((shipped("data") / "sample_key" / "answer_key.json").read_text("utf-8"))
MAILS: dict[str, Row] = {mail["file"]: mail for mail in KEY["mails"]}
MEGABYTES = 3
NETWORKS = [
    ip_network(text)
    for text in (
        *("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"),
        *("10.0.0.0/8", "127.0.0.0/8", "255.255.255.255/32", "fe80::/10", "::1/128"),
        "2603:10a6::/32",
    )
]
"""For documentation; private; of Microsoft's mail front ends."""
DOMAINS = (
    ".example",
    ".test",
    ".invalid",
    ".localhost",
    ".prod.outlook.com",
    ".protection.outlook.com",
    ".office365.com",
)
VERDICTS = {"malicious", "suspicious", "no threats found", "unknown"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def records(path: Path) -> list[Row]:
    """The rows of a file of the sample; what is no JSON is left out."""
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    text = raw.decode("utf-8-sig")
    if path.suffix == ".csv":
        return list(csv.DictReader(io.StringIO(text, newline="")))
    return json.loads(text) if path.suffix == ".json" else [row for line in text.splitlines() for row in parsed(line)]


def parsed(line: str) -> list[Row]:
    try:
        return [json.loads(line)]
    except ValueError:
        return []


def rows_of(name: str) -> list[Row]:
    """The good rows of a table in northgate/events."""
    file = next((NORTHGATE / "events").glob(f"{name}.*"))
    wanted = table(name).required
    return [row for row in records(file) if all(column in row for column in wanted)]


def texts(path: Path) -> Iterator[str]:
    """A file as text, and, of a mail, its parts decoded."""
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    yield raw.decode("utf-8", "replace")
    if path.suffix == ".eml":
        for part in email.message_from_bytes(raw).walk():
            body = part.get_payload(decode=True)
            if isinstance(body, bytes) and part.get_content_maintype() in ("text", "application"):
                yield body.decode("utf-8", "replace")


@pytest.fixture(scope="module")
def make_sample() -> Any:
    spec = spec_from_file_location("make_sample", shipped("data").parent / "tools" / "make_sample.py")
    if spec is None or spec.loader is None or not Path(str(spec.origin)).exists():
        pytest.skip("tools/make_sample.py is not here")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_all_of_it_is_small() -> None:
    files = [path for path in SAMPLE.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < MEGABYTES * 2**20


@pytest.mark.parametrize("part", ["golden_saml_m365", "ham_and_spam", "northgate"])
def test_every_part_has_its_licence_beside_it_and_is_described(part: str) -> None:
    assert list((SAMPLE / "notices").glob(f"{part}.*"))
    assert f"`{part}/`" in (SAMPLE / "README.md").read_text("utf-8")


def test_what_others_wrote_is_unchanged(shared: Path) -> None:
    for file in (SAMPLE / "golden_saml_m365").iterdir():
        assert file.read_bytes() == (shared / "datasets" / "golden_saml_m365" / file.name).read_bytes()
    with (shared / "datasets" / "ham_and_spam_dev" / "index.csv").open(newline="") as index:
        digests = {row["file"]: row["sha256"] for row in csv.DictReader(index)}
    for file in (SAMPLE / "ham_and_spam").iterdir():
        assert sha256(file.read_bytes()).hexdigest() == digests[file.name]


@pytest.mark.parametrize(("kind", "count"), [("easy-ham", 30), ("hard-ham", 15), ("spam", 15)])
def test_the_cut_of_ordinary_mail_holds_its_three_kinds(kind: str, count: int) -> None:
    assert len(list((SAMPLE / "ham_and_spam").glob(f"{kind}-*.eml"))) == count


def test_the_organisation_loads_and_knows_its_own(tmp_path: Path) -> None:
    shutil.copy(NORTHGATE / "organisation.yml", tmp_path)
    organisation = Workspace(tmp_path).organisation
    assert organisation.owns("relay.salaris.northgate.example")
    assert not organisation.owns("northgate-1ogistics.example")
    people = {row["AccountUpn"]: row["AccountDisplayName"] for row in rows_of("IdentityInfo")}
    assert [people[vip] for vip in organisation.vips] == list(organisation.vip_names)


def test_mails_and_answer_key_name_the_same_files() -> None:
    assert {f"mail/{path.name}" for path in (NORTHGATE / "mail").iterdir()} == set(MAILS)
    listed = {each["file"] for each in KEY["hostile"]}
    assert {str(path.relative_to(NORTHGATE)) for path in (NORTHGATE / "hostile").rglob("*.*")} == listed


@pytest.mark.parametrize("mail", MAILS.values(), ids=MAILS)
def test_a_mail_is_what_the_answer_key_says(mail: Row) -> None:
    message = email.message_from_bytes((NORTHGATE / mail["file"]).read_bytes())
    assert str(message["X-MS-Exchange-Organization-Network-Message-Id"]).strip() == mail["network_message_id"]
    assert " ".join(str(message["Message-ID"]).split()) == mail["internet_message_id"]
    stamp = str(message["X-MS-Exchange-CrossTenant-OriginalArrivalTime"]).split(".")[0]
    assert stamp == at(mail["time"]).strftime("%d %b %Y %H:%M:%S")
    addressed = f"{message['To']} {message['Cc'] or ''}"
    assert all(recipient in addressed for recipient in mail["recipients"])
    assert mail["verdict"] in mail["accept"]
    assert VERDICTS.issuperset(mail["accept"])
    assert set(mail["latest"]) == set(mail["recipients"])
    assert (mail["verdict"] == "no threats found") == (mail["truth"] in ("benign", "simulation"))


def test_mails_cover_the_languages_and_kinds_of_the_trade() -> None:
    attacks = [mail for mail in MAILS.values() if mail["truth"] in ("phish", "bec", "malware")]
    assert {mail["language"] for mail in attacks} == {"en", "de", "fr", "pt", "nl", "es"}
    assert {mail["delivered_to"] for mail in attacks} == {"Inbox/folder", "Junk folder", "Quarantine"}
    assert sum(mail["campaign"] == "storage-full" for mail in attacks) == 8
    assert sum(mail["truth"] == "benign" for mail in MAILS.values()) >= 8


@pytest.mark.parametrize("file", sorted((NORTHGATE / "events").iterdir()), ids=lambda path: path.name)
def test_rows_have_the_declared_columns(file: Path) -> None:
    declared = table(file.name.partition(".")[0])
    misfits = [row for row in records(file) if not set(row) <= {*declared.types, *VIRTUAL}]
    lacking = [row for row in records(file) if not declared.needs <= set(row)]
    assert len(misfits) == len(lacking) == (1 if declared.name == "EmailEvents" else 0)


def test_an_import_keeps_all_but_three_rows(tmp_path: Path) -> None:
    (tmp_path / "workbench.toml").touch()
    report = import_paths(Workspace(tmp_path), [NORTHGATE / "events"])
    expected = KEY["rows"].values()
    assert report.quarantined == len(KEY["bad_rows"]) == sum(each["bad"] for each in expected) == 3
    assert report.duplicates == sum(each["repeated"] for each in expected)
    assert report.kept + report.duplicates + report.quarantined == sum(each["records"] for each in expected)
    assert {f"events/{file}" for file, *_ in report.faults} == {each["file"] for each in KEY["bad_rows"]}


def test_every_message_that_rows_speak_of_is_there() -> None:
    known = {row["NetworkMessageId"] for row in rows_of("EmailEvents")}
    mails = {mail["network_message_id"] for mail in MAILS.values()}
    assert not known & mails, "a message stands both in mail/ and in EmailEvents"
    for file in (NORTHGATE / "events").iterdir():
        named = {row["NetworkMessageId"] for row in records(file) if row.get("NetworkMessageId")}
        assert named <= known | mails, file.name
    hostile = NORTHGATE / "hostile" / "events"
    rows = {row["NetworkMessageId"] for row in records(hostile / "EmailEvents.ndjson")}
    for name in ("EmailUrlInfo.ndjson", "EmailAttachmentInfo.ndjson"):
        assert {row["NetworkMessageId"] for row in records(hostile / name)} <= rows


def test_counts_of_links_and_files_agree_between_the_tables() -> None:
    for column, name in (("UrlCount", "EmailUrlInfo"), ("AttachmentCount", "EmailAttachmentInfo")):
        said = {row["NetworkMessageId"]: row[column] for row in rows_of("EmailEvents")}
        held: dict[str, set[str]] = {}
        for row in rows_of(name):
            held.setdefault(row["NetworkMessageId"], set()).add(row.get("Url") or row["FileName"])
        assert {ident: len(held.get(ident, ())) for ident in said} == said


def test_clicks_reports_and_removals_of_the_key_are_rows() -> None:
    clicks = {
        (row["NetworkMessageId"], row["AccountUpn"], row["Timestamp"], row["Url"]) for row in rows_of("UrlClickEvents")
    }
    removals = {
        (r["NetworkMessageId"], r["RecipientEmailAddress"], r["ActionResult"])
        for r in rows_of("EmailPostDeliveryEvents")
    }
    reports = {
        (row["AccountId"], row["Timestamp"]) for row in rows_of("CloudAppEvents") if "Submission" in row["ActionType"]
    }
    for mail in MAILS.values():
        ident = mail["network_message_id"]
        assert {(ident, step["user"], step["time"], step["url"]) for step in mail["clicks"]} <= clicks
        assert {(ident, step["recipient"], step["result"]) for step in mail["removals"]} <= removals
        assert {(step["user"], step["time"]) for step in mail["reports"]} <= reports


def test_phish_is_removed_fifty_minutes_after_delivery_but_for_one() -> None:
    zaps = [(mail, step) for mail in MAILS.values() for step in mail["removals"] if step["kind"] == "Phish ZAP"]
    assert all(at(step["time"]) - at(mail["time"]) == timedelta(minutes=50) for mail, step in zaps)
    assert [step["result"] for _, step in zaps].count("Error") == 1


def test_the_intruder_signs_in_forty_minutes_after_the_click_in_both_tables() -> None:
    click = at(MAILS["mail/01_storage_full_a.eml"]["clicks"][0]["time"])
    abroad = [row for row in rows_of("EntraIdSignInEvents") if row["Country"] == "SG"]
    first = min(abroad, key=lambda row: str(row["Timestamp"]))
    assert timedelta(minutes=40) <= at(first["Timestamp"]) - click < timedelta(minutes=41)
    log = {row["Id"]: row for row in rows_of("SigninLogs")}
    assert log[first["RequestId"]]["IPAddress"] == first["IPAddress"] == "198.51.100.66"


def test_the_hiding_rule_stands_in_two_tables_under_one_id() -> None:
    rules = {row["ReportId"] for row in rows_of("CloudAppEvents") if row["ObjectName"] == "."}
    assert rules == {row["OfficeId"] for row in rows_of("OfficeActivity") if '"Value":"."' in row["Parameters"]}
    assert len(rules) == 1


def test_the_events_are_made_again_to_the_byte(make_sample: Any) -> None:
    made = make_sample.events(shipped("data") / "sample_key")
    assert set(made) == {path.name for path in (NORTHGATE / "events").iterdir()}
    for name, content in made.items():
        unpack: Callable[[bytes], bytes] = gzip.decompress if name.endswith(".gz") else bytes
        assert unpack(content) == unpack((NORTHGATE / "events" / name).read_bytes()), name


def test_another_seed_makes_other_events(make_sample: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = make_sample.events(shipped("data") / "sample_key")["EmailEvents.ndjson"]
    monkeypatch.setattr(make_sample, "SEED", 1)
    assert make_sample.events(shipped("data") / "sample_key")["EmailEvents.ndjson"] != before


def test_every_form_of_file_occurs() -> None:
    starts = {path.name: path.read_bytes()[:3] for path in (NORTHGATE / "events").iterdir()}
    assert {Path(name).suffix for name in starts} == {".ndjson", ".json", ".csv", ".gz"}
    assert sum(start == b"\xef\xbb\xbf" for start in starts.values()) >= 2
    assert re.search(r"\d+/\d+/2026, \d+:\d+:\d+\.000 [AP]M", (NORTHGATE / "events" / "SigninLogs.csv").read_text())


@pytest.mark.parametrize("folder", ["mail", "events", "hostile"])
def test_no_address_or_domain_is_anybodys(folder: str) -> None:
    strangers = set()
    for path in (file for file in (NORTHGATE / folder).rglob("*") if file.is_file()):
        for text in texts(path):
            strangers |= {(path.name, each) for each in addresses(text) if not reserved(each)}
            strangers |= {(path.name, each) for each in hosts(text) if not f".{each.lower()}".endswith(DOMAINS)}
    assert not strangers


def addresses(text: str) -> Iterator[str]:
    """What reads as an address; builds of Exchange (``id 15.21.178.13``) are none."""
    found = re.findall(r"(?<!id )(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]\d)", text)
    for each in (*found, *re.findall(r"(?<![\w:])[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){3,7}(?![\w:])", text)):
        try:
            yield str(ip_address(each))
        except ValueError:
            continue


def reserved(address: str) -> bool:
    return any(ip_address(address) in network for network in NETWORKS)


def hosts(text: str) -> list[str]:
    """Names behind @ and //, and of relays; at least two labels, the last of letters."""
    name = r"((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,18})\b"
    unwrapped = text.replace("%3A%2F%2F", "://").replace("=\n", "").replace("=\r\n", "")
    return re.findall(rf"(?:@|//|^Received: from |\sby ){name}", unwrapped, re.MULTILINE)


def test_hostile_input_is_inert_apart_and_of_the_same_week() -> None:
    for path in (file for file in (NORTHGATE / "hostile").rglob("*") if file.is_file()):
        for text in texts(path):
            assert not re.search(r"fetch\(|XMLHttpRequest|document\.cookie|sendBeacon|WebSocket", text), path.name
    for path in (NORTHGATE / "hostile" / "mail").iterdir():
        message = email.message_from_bytes(path.read_bytes())
        assert "17 Sep 2026 02:" in str(message["X-MS-Exchange-CrossTenant-OriginalArrivalTime"]), path.name
        assert message["To"] == "hostile-input@northgate.example", path.name
