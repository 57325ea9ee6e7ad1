"""Every quirk of real mail that the study counted, as far as the developers' mails have it (table in docs/mail.md)."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from tests.intake.mail.real import Mail
from workbench.intake.mail import Reading


def own(reading: Reading) -> dict[str, object]:
    return reading.rows["WorkbenchMailFacts"][0]


def event(reading: Reading) -> dict[str, object]:
    return reading.rows["EmailEvents"][0]


def reasons(reading: Reading) -> str:
    return "; ".join(f"{fault.where}: {fault.reason}" for fault in reading.faults)


def instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)


@pytest.mark.quirk("raw mail", "strict parsers raise: Message-ID, addresses, character sets, as_bytes")
@pytest.mark.slow
def test_what_broke_the_strict_parser_is_read_without_a_break(phish: list[Mail]) -> None:
    odd = [(index, reading) for index, _, reading in phish if index["stdlib_default_policy_exceptions"]]
    assert len(odd) == 8
    for index, reading in odd:
        assert event(reading)["InternetMessageId"] == index["message_id"]
        assert "could not be read" not in reasons(reading)


@pytest.mark.quirk("raw mail", "raw 8-bit headers")
def test_raw_8_bit_headers_are_read_and_each_is_a_fault(phish: list[Mail]) -> None:
    odd = [reading for index, _, reading in phish if "hdr:raw8bit" in index["tags"]]
    assert len(odd) == 64
    assert all("holds raw 8-bit text" in reasons(reading) for reading in odd)
    assert all(str(event(reading)["Subject"]).encode() for reading in odd)


@pytest.mark.quirk("raw mail", "transfer encoding on a multipart; boundary not found")
def test_a_transfer_encoding_on_a_multipart_is_a_fault_and_its_parts_are_read(phish: list[Mail]) -> None:
    odd = [reading for index, _, reading in phish if "InvalidMultipartContentTransferEncoding" in index["mime_defects"]]
    assert len(odd) == 7
    assert all("transfer encoding on a multipart" in reasons(reading) for reading in odd)


@pytest.mark.quirk("raw mail", "transfer encoding on a multipart; boundary not found")
def test_a_boundary_that_is_not_there_loses_no_text(phish: list[Mail]) -> None:
    odd = [reading for index, _, reading in phish if "StartBoundaryNotFound" in index["mime_defects"]]
    assert len(odd) == 6
    for reading in odd:
        features = json.loads(str(own(reading)["BodyFeatures"]))
        assert features["text"]["words"] or features["images"]["external"] or own(reading)["FaultCount"]


@pytest.mark.quirk("raw mail", "CRLF, LF and mixed line ends")
def test_all_three_ends_of_lines_are_read(phish: list[Mail]) -> None:
    ends = Counter((b"\r\n" in raw, raw.count(b"\n") > raw.count(b"\r\n")) for _, raw, _ in phish)
    assert ends == {(True, False): 382, (False, True): 55, (True, True): 2}
    for index, _, reading in phish:
        assert int(str(own(reading)["PartCount"])) >= int(index["mime_parts"])


@pytest.mark.quirk("raw mail", "no or shared Message-ID, shared Network-Message-Id: neither is a key")
def test_ids_are_no_keys(phish: list[Mail]) -> None:
    ids = Counter(event(reading)["InternetMessageId"] for _, _, reading in phish)
    assert (ids[""], sum(count > 1 for count in ids.values())) == (2, 2)
    assert len({reading.sha256 for _, _, reading in phish}) == 439


@pytest.mark.quirk("raw mail", "Date a day and more off; no zone; none; years 102, 1980, 2031")
def test_where_date_is_a_day_off_the_receiver_is_believed(phish: list[Mail]) -> None:
    both = [mail for mail in phish if mail[0]["header_date_utc_iso"] and mail[0]["last_received_iso"]]
    off = [
        (instant(index["last_received_iso"]), reading)
        for index, _, reading in both
        if abs(instant(index["header_date_utc_iso"]) - instant(index["last_received_iso"])) > timedelta(days=1)
    ]
    assert len(off) >= 5
    for last, reading in off:
        stamped = event(reading)["Timestamp"]
        assert isinstance(stamped, datetime)
        assert abs(stamped - last) < timedelta(minutes=10)


@pytest.mark.quirk("raw mail", "Date a day and more off; no zone; none; years 102, 1980, 2031")
def test_dates_without_a_zone_or_sense_are_told(phish: list[Mail]) -> None:
    text = [reasons(reading) for _, _, reading in phish]
    assert sum("header Date: has no zone" in each for each in text) >= 3
    assert sum("header Date: not a date" in each or "header Date: there is none" in each for each in text) >= 3


@pytest.mark.quirk("raw mail", "years of two and three digits")
def test_years_of_two_and_three_digits_are_read(mails: dict[str, list[Mail]]) -> None:
    dates = [own(reading)["HeaderDate"] for _, _, reading in mails["ham_and_spam_dev"]]
    years = {date.year for date in dates if isinstance(date, datetime)}
    assert years
    assert min(years) >= 1970
    assert {2001, 2002} <= years


@pytest.mark.quirk("raw mail", "URLs: none, 964, very long, unparseable, namespaces")
def test_names_of_namespaces_are_no_links(phish: list[Mail]) -> None:
    hosts = [str(row["UrlDomain"]) for _, _, reading in phish for row in reading.rows["EmailUrlInfo"]]
    assert hosts.count("www.w3.org") < 5


@pytest.mark.quirk("raw mail", "click wrappers of several vendors")
def test_click_wrappers_are_opened(phish: list[Mail]) -> None:
    rows = [row for _, _, reading in phish for row in reading.rows["EmailUrlInfo"]]
    wrapped = [str(row["Url"]) for row in rows if "safelinks.protection" in str(row["UrlDomain"])]
    assert wrapped == []
    clicktime = [str(row["Url"]) for row in rows if "clicktime.symantec" in str(row["UrlDomain"])]
    assert all("u=http" not in url for url in clicktime)


@pytest.mark.quirk("raw mail", "attachments: PDF, pictures, calendars, mobileconfig, empty files")
def test_pdfs_are_looked_into_and_their_links_found(phish: list[Mail]) -> None:
    files = [
        file
        for _, _, reading in phish
        for file in json.loads(str(own(reading)["BodyFeatures"]))["attachments"]
        if file["type"] == "pdf"
    ]
    assert len(files) >= 15
    assert all(file["pdf"]["evaluated"] for file in files)
    assert sum(file["pdf"]["uri"] > 0 for file in files) >= 10


@pytest.mark.quirk("raw mail", "calendar invites with URLs")
def test_invitations_are_read(phish: list[Mail]) -> None:
    found = [json.loads(str(own(reading)["BodyFeatures"]))["invites"] for _, _, reading in phish]
    assert sum(map(bool, found)) == 3


@pytest.mark.quirk("raw mail", "QR codes")
def test_pictures_are_searched_and_what_is_not_is_told(phish: list[Mail]) -> None:
    found = [(json.loads(str(own(reading)["BodyFeatures"]))["qr"], reading) for _, _, reading in phish]
    assert sum(qr["pictures"] for qr, _ in found if qr) >= 20
    for qr, reading in found:
        assert qr is not None or "not evaluated for QR codes" in reasons(reading)


@pytest.mark.quirk("raw mail", "character sets unknown, misspelt, UTF-7, replaced characters")
def test_other_character_sets_are_read_whole(phish: list[Mail]) -> None:
    read = Counter(str(own(reading)["Charset"]) for _, _, reading in phish)
    assert len(read) >= 6
    replaced = [reading for _, _, reading in phish if "do not fit the character set" in reasons(reading)]
    assert len(replaced) <= 5
