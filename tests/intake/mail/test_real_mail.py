"""Real mail: all of it is read, and what is read agrees with what others counted."""

import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.intake.mail.letters import SEEN
from tests.intake.mail.real import SETS, Mail
from tests.intake.mail.test_rows import check
from workbench.base.text.look import skeleton
from workbench.intake.mail import Context, Reading, read_message
from workbench.intake.mail.fingerprint import bands, fingerprint, minhash, normal_words, similarity

SIMILAR = 0.5


def agreement(mails: list[Mail], agrees: Callable[[dict[str, str], Reading], bool]) -> float:
    """The share of mails where index and reading say the same."""
    return sum(agrees(index, reading) for index, _, reading in mails) / len(mails)


def event(reading: Reading) -> dict[str, object]:
    return reading.rows["EmailEvents"][0]


def own(reading: Reading) -> dict[str, object]:
    return reading.rows["WorkbenchMailFacts"][0]


def instant(text: str) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


@pytest.mark.quirk("raw mail", "no message is dropped, whatever its parts")
def test_all_784_are_read_into_sound_rows(mails: dict[str, list[Mail]]) -> None:
    every = [mail for name in SETS for mail in mails[name]]
    assert len(every) == 784
    for index, raw, reading in every:
        assert reading.sha256 == index["sha256"]
        assert own(reading)["RawSize"] == len(raw) == int(index["bytes"])
        assert reading.rows["EmailEvents"]
        check(reading.rows)


def test_no_parser_broke_on_any_of_them(mails: dict[str, list[Mail]]) -> None:
    broken = [fault for name in SETS for _, _, reading in mails[name] for fault in reading.faults]
    assert not [fault for fault in broken if fault.reason.startswith("could not be read")]


def test_most_mails_have_few_faults(mails: dict[str, list[Mail]]) -> None:
    counts = sorted(len(reading.faults) for name in SETS for _, _, reading in mails[name])
    assert counts[len(counts) // 2] == 0
    assert counts[-1] < 12


@pytest.mark.quirk("raw mail", "ordinary mail: mailing lists, newsletters")
def test_no_ham_has_a_fault_of_its_structure(mails: dict[str, list[Mail]]) -> None:
    """Faults of message, body and parts are a signal; those of header text are too common among honest mail."""
    ham = [reading for index, _, reading in mails["ham_and_spam_dev"] if index["label"] == "ham"]
    structure = {"message", "body", "part"}
    odd = [fault for reading in ham for fault in reading.faults if fault.where.split()[0] in structure]
    assert len(ham) == 230
    assert odd == []


@pytest.mark.quirk("raw mail", "receiver's stamps: SCL, SPF, DKIM, DMARC, CompAuth; X-Forefront only in some")
def test_the_spam_level_agrees_everywhere(phish: list[Mail]) -> None:
    def agrees(index: dict[str, str], reading: Reading) -> bool:
        confidence = event(reading)["ConfidenceLevel"]
        return (json.loads(str(confidence))["Spam"] if confidence else "") == index["scl"]

    assert agreement(phish, agrees) == 1.0


@pytest.mark.quirk("raw mail", "receiver's stamps: SCL, SPF, DKIM, DMARC, CompAuth; X-Forefront only in some")
@pytest.mark.parametrize(
    ("method", "column", "least"),
    [("SPF", "spf", 0.98), ("DKIM", "dkim", 0.99), ("DMARC", "dmarc", 0.99), ("CompAuth", "compauth", 1.0)],
)
def test_authentication_agrees_and_more_than_the_first_line_is_read(
    phish: list[Mail], method: str, column: str, least: float
) -> None:
    def found(reading: Reading) -> str:
        return str(json.loads(str(event(reading)["AuthenticationDetails"] or "{}")).get(method, ""))

    assert agreement(phish, lambda index, reading: found(reading) == index[column]) >= least
    lost = [index["file"] for index, _, reading in phish if index[column] and not found(reading)]
    assert lost == []


@pytest.mark.quirk("raw mail", "headers of the receiving tenant: ids, address, score, direction")
def test_ids_hops_and_dates_agree(phish: list[Mail]) -> None:
    assert agreement(phish, lambda index, reading: event(reading)["InternetMessageId"] == index["message_id"]) == 1.0
    assert agreement(phish, lambda index, reading: own(reading)["HopCount"] == int(index["received_hops"])) == 1.0
    dates = agreement(phish, lambda index, reading: own(reading)["HeaderDate"] == instant(index["header_date_utc_iso"]))
    assert dates >= 0.99


def test_the_time_received_is_that_of_the_last_hop(phish: list[Mail]) -> None:
    def agrees(index: dict[str, str], reading: Reading) -> bool:
        last, stamped = instant(index["last_received_iso"]), event(reading)["Timestamp"]
        return last is not None and isinstance(stamped, datetime) and abs(stamped - last) < timedelta(minutes=10)

    assert agreement(phish, agrees) >= 0.99


@pytest.mark.quirk("raw mail", "headers of the receiving tenant: ids, address, score, direction")
def test_nearly_all_carry_the_stamps_of_exchange(phish: list[Mail]) -> None:
    assert agreement(phish, lambda _, reading: not str(event(reading)["NetworkMessageId"]).startswith("wb-")) >= 0.97
    assert agreement(phish, lambda _, reading: event(reading)["EmailDirection"] == "Inbound") >= 0.97
    assert agreement(phish, lambda _, reading: bool(event(reading)["DeliveryLocation"])) >= 0.97
    assert (
        agreement(phish, lambda _, reading: bool(event(reading)["SenderIPv4"] or event(reading)["SenderIPv6"])) >= 0.98
    )


def test_the_domain_of_the_sender_agrees_where_the_index_has_a_whole_one(phish: list[Mail]) -> None:
    whole = [mail for mail in phish if "." in mail[0]["from_domain"]]
    assert (
        agreement(whole, lambda index, reading: event(reading)["SenderFromDomain"] == index["from_domain"].lower())
        >= 0.98
    )


@pytest.mark.quirk("raw mail", "attachments: PDF, pictures, calendars, mobileconfig, empty files")
def test_parts_and_files_agree_or_more_are_found(phish: list[Mail]) -> None:
    assert agreement(phish, lambda index, reading: own(reading)["PartCount"] == int(index["mime_parts"])) >= 0.98
    assert all(int(str(own(reading)["PartCount"])) >= int(index["mime_parts"]) for index, _, reading in phish)
    assert (
        agreement(phish, lambda index, reading: event(reading)["AttachmentCount"] == int(index["attachments"])) >= 0.98
    )


@pytest.mark.quirk("raw mail", "attachments: PDF, pictures, calendars, mobileconfig, empty files")
def test_hashes_of_files_agree(phish: list[Mail]) -> None:
    def agrees(index: dict[str, str], reading: Reading) -> bool:
        wanted = set(index["attachment_sha256"].replace("|", " ").split())
        return wanted <= {str(row["SHA256"]) for row in reading.rows["EmailAttachmentInfo"]}

    assert agreement(phish, agrees) >= 0.98


@pytest.mark.quirk("raw mail", "URLs: none, 964, very long, unparseable, namespaces")
def test_a_mail_with_urls_has_urls(phish: list[Mail]) -> None:
    assert (
        agreement(phish, lambda index, reading: bool(event(reading)["UrlCount"]) == (index["url_regex_unique"] != "0"))
        >= 0.97
    )
    for _, _, reading in phish:
        for row in reading.rows["EmailUrlInfo"]:
            assert row["UrlDomain"]
            assert row["UrlDomain"] != "www.w3.org" or row["UrlLocation"] != "Body" or "href" in str(reading)


@pytest.mark.quirk("raw mail", "languages")
def test_the_language_agrees_or_is_undecided(phish: list[Mail]) -> None:
    """Beside the common languages the index holds guesses such as Kabyle for texts of a few words."""
    common = [mail for mail in phish if mail[0]["lang_guess"] in {"en", "de", "pt", "nl", "fr", "es", "it", "ja", "da"}]
    assert len(common) > 350
    found = [(index["lang_guess"], str(own(reading)["DetectedLanguage"])) for index, _, reading in common]
    assert sum(guess == language for guess, language in found) / len(found) >= 0.94
    assert sum(guess != language != "" for guess, language in found) / len(found) <= 0.02


@pytest.mark.quirk("raw mail", "campaigns: one text over many domains")
def test_campaigns_share_bands_and_nothing_else_joins_them(mails: dict[str, list[Mail]]) -> None:
    """Purity and number of clusters by text alone; the subject's key joins what text cannot."""
    by_band: dict[str, set[str]] = defaultdict(set)
    texts: dict[str, tuple[str, str, str]] = {}
    for name in SETS:
        for index, _, reading in mails[name]:
            row = own(reading)
            texts[index["file"]] = (str(row["MinHashSignature"]), index.get("campaign", ""), str(row["SubjectKey"]))
            for key in (str(row["BodyFingerprint"]), *json.loads(str(row["MinHashBands"]))):
                by_band[key].add(index["file"])
    for campaign in ("c01", "c02", "c03", "c04", "c05", "c06"):
        files = [file for file, (_, of, _) in texts.items() if of == campaign]
        clusters = clustered(files, by_band, texts)
        assert sum(sorted(map(len, clusters))[-3:]) >= 0.95 * len(files)
        everyone = set().union(*clusters)
        assert sum(texts[file][1] == campaign for file in everyone) / len(everyone) >= 0.95
        assert len({texts[file][2] for file in files}) <= 3


def clustered(files: list[str], by_band: dict[str, set[str]], texts: dict[str, tuple[str, str, str]]) -> list[set[str]]:
    """Groups of mails of equal text or of a common band and half of their signature, begun from these files."""
    near: dict[str, set[str]] = {file: {file} for file in files}
    for group in by_band.values():
        for file in group & set(files):
            near[file] |= {other for other in group if alike(texts[file][0], texts[other][0])}
    clusters: list[set[str]] = []
    for group in near.values():
        joined = [cluster for cluster in clusters if cluster & group]
        clusters = [cluster for cluster in clusters if not cluster & group] + [set().union(group, *joined)]
    return clusters


def alike(left: str, right: str) -> bool:
    return left == right or similarity(left, right) >= SIMILAR


def test_ham_shares_no_band_with_phish(mails: dict[str, list[Mail]]) -> None:
    def bands_of(name: str, label: str) -> Counter[str]:
        kept = [own(reading) for index, _, reading in mails[name] if index.get("label", "phish") == label]
        return Counter(band for row in kept for band in json.loads(str(row["MinHashBands"])))

    assert not set(bands_of("phishing_eml_dev", "phish")) & set(bands_of("ham_and_spam_dev", "ham"))


def texts_of(mails: list[Mail]) -> list[list[str]]:
    """Words of real phish, each text once."""
    read: dict[str, list[str]] = {}
    for _, raw, reading in mails:
        digest = str(own(reading)["BodyFingerprint"])
        if digest and len(json.loads(str(own(reading)["MinHashBands"]))) and digest not in read:
            read[digest] = seen_words(raw)
    return [words for words in read.values() if len(words) >= 30]


def seen_words(raw: bytes) -> list[str]:
    from workbench.intake.mail.attachments import read_attachments
    from workbench.intake.mail.body import read_body
    from workbench.intake.mail.faults import Faults
    from workbench.intake.mail.mime import open_message

    parts = open_message(raw, Faults()).parts
    return normal_words(skeleton(read_body(parts, read_attachments(parts, Faults()), Faults()).seen))


@pytest.mark.parametrize(("rate", "least"), [(0.05, 0.97), pytest.param(0.1, 0.9, marks=pytest.mark.slow)])
def test_edited_copies_of_real_phish_are_found_again(phish: list[Mail], rate: float, least: float) -> None:
    chance = random.Random(1)
    texts = texts_of(phish)[:200]
    vocabulary = [word for words in texts for word in words]
    hits = 0
    for words in texts:
        other = [chance.choice(vocabulary) if chance.random() < rate else word for word in words]
        hits += bool(set(bands(minhash(words))) & set(bands(minhash(other))))
    assert len(texts) >= 100
    assert hits / len(texts) >= least


@pytest.mark.slow
def test_unrelated_phish_is_not_similar(phish: list[Mail]) -> None:
    chance = random.Random(2)
    signatures = [fingerprint(" ".join(words)).signature for words in texts_of(phish)]
    pairs = [chance.sample(signatures, 2) for _ in range(240)]
    assert sum(similarity(left, right) >= 0.6 for left, right in pairs) <= 2


@pytest.mark.slow
def test_the_room_reads_mail_at_a_fifth_of_its_pace_even_on_a_busy_machine(mails: dict[str, list[Mail]]) -> None:
    raws = [raw for name in SETS for _, raw, _ in mails[name]]
    start = time.process_time()
    for raw in raws:
        read_message(raw, "x", Context(seen_at=SEEN))
    assert len(raws) / (time.process_time() - start) > 200 / 5
