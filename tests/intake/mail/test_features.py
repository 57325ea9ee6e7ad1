"""The bag of body features: facts that signals need, with nothing of the text itself."""

import base64
import json

import pytest

from tests.intake.mail.letters import (
    SEEN,
    attached,
    changed,
    facts,
    features,
    multipart,
    page,
    plain,
    reasons,
    text_part,
)
from workbench.intake.mail import Context, read_message
from workbench.intake.mail import features as module
from workbench.intake.mail.features import VERSION
from workbench.intake.mail.limits import LONGEST_SAMPLE, MOST_SAMPLES

KEYS = {
    "version", "text", "phrases", "crypto", "phones", "thread", "links", "forms", "images", "image_only", "scripts",
    "smuggling", "attachments", "invites", "qr",
}  # fmt: skip


def links(html: str) -> dict[str, object]:
    return features(page(html))["links"]


def samples(value: object) -> object:
    assert isinstance(value, dict)
    return value["samples"]


@pytest.mark.parametrize("raw", [plain("hello"), page("<p>hello"), b"", multipart(attached(b"x", "a.bin"))])
def test_the_bag_has_every_key_whatever_the_message_is(raw: bytes) -> None:
    bag = features(raw)
    assert set(bag) == KEYS
    assert bag["version"] == VERSION
    assert bag["qr"]["pictures"] == 0


def test_an_anchor_that_shows_one_host_and_leads_to_another_is_told_defanged() -> None:
    found = links('<a href="http://evil.example/x">https://www.bank.example2.com/login</a>')
    assert found["mismatched"] == [{"shown": "www[.]bank[.]example2[.]com", "target": "evil[.]example"}]
    assert found["mismatched_count"] == 1


@pytest.mark.parametrize(
    "anchor",
    [
        '<a href="http://www.bank.example/x">bank.example</a>',
        '<a href="http://login.bank.example/">Visit www.bank.example now</a>',
        '<a href="http://evil.example/">click here</a>',
        '<a href="http://files.example/">invoice.pdf</a>',
        '<a href="http://evil.example/">someone@bank.example</a>',
        '<a href="https://eur01.safelinks.protection.outlook.com/?url=http%3A%2F%2Fbank.example%2F">bank.example</a>',
    ],
)
def test_other_anchors_are_no_mismatch(anchor: str) -> None:
    assert links(anchor)["mismatched"] == []


def test_hosts_that_say_something_by_themselves_are_told() -> None:
    found = links(
        '<a href="http://192.0.2.7/a">1</a><a href="http://0x7f.1/">2</a><a href="http://xn--bcher-kva.example/">3</a>'
        '<a href="https://bit.ly/x">4</a><a href="http://bank.example@evil.example/">5</a><a href="mailto:a@b.c">6</a>'
        '<a href="javascript:x()">7</a><a href="data:text/html,x">8</a><a href="tel:1">9</a><a href="file://x/y">10</a>'
    )
    assert samples(found["ip"]) == ["192[.]0[.]2[.]7", "127[.]0[.]0[.]1"]
    assert samples(found["punycode"]) == ["xn--bcher-kva[.]example"]
    assert found["credentials"] == 1
    assert [found[name] for name in ("mailto", "javascript", "data", "phone", "file")] == [1, 1, 1, 1, 1]
    assert (found["count"], found["hosts"]) == (5, 5)


def test_hosts_that_shorten_links_are_those_of_the_list_given() -> None:
    raw = page('<a href="https://bit.ly/x">1</a><a href="https://www.go.example/">2</a><a href="https://t.co/">3</a>')
    context = Context(seen_at=SEEN, shorteners=frozenset({"bit.ly", "go.example"}))
    row = read_message(raw, "test.eml", context).rows["WorkbenchMailFacts"][0]
    found = json.loads(str(row["BodyFeatures"]))["links"]["shorteners"]
    assert (found["count"], found["samples"]) == (2, ["bit[.]ly", "www[.]go[.]example"])
    assert features(raw)["links"]["shorteners"] is None, "without a list nothing is told"


def test_wrappers_are_counted_and_named() -> None:
    found = links('<a href="https://eur01.safelinks.protection.outlook.com/?url=http%3A%2F%2Fa.example%2F">x</a>')
    assert (found["wrapped"], samples(found["wrappers"])) == (1, ["eur01[.]safelinks[.]protection[.]outlook[.]com"])


@pytest.mark.parametrize(
    ("url", "plain_count", "coded_count"),
    [
        ("http://evil.example/?e=Ann@Own.example", 1, 0),
        ("http://evil.example/?e=ann%40own.example", 1, 0),
        ("http://evil.example/#" + base64.b64encode(b"ann@own.example").decode(), 0, 1),
        ("http://evil.example/" + base64.urlsafe_b64encode(b"to=ann@own.example;").decode().rstrip("="), 0, 1),
        ("http://evil.example/?e=bob@own.example", 0, 0),
        ("http://evil.example/AAAAAAAAAAAAAAAAAAAAAAA", 0, 0),
    ],
)
def test_a_recipient_in_a_url_is_found_plain_or_coded(url: str, plain_count: int, coded_count: int) -> None:
    found = links(f'<a href="{url}">x</a>')
    assert (found["recipient_plain"], found["recipient_coded"]) == (plain_count, coded_count)


def test_a_form_and_its_password_field_are_told() -> None:
    forms = features(page('<form action="http://evil.example/p"><input type="password"></form><form></form>'))["forms"]
    assert forms == {"count": 2, "hosts": {"count": 1, "samples": ["evil[.]example"]}, "passwords": 1}


def test_pictures_are_counted_by_where_they_come_from() -> None:
    html = '<img src="http://a.example/1"><img src="data:image/png;base64,x"><img src="cid:1">'
    picture = b"Content-Type: image/png\r\n\r\n\x89PNG"
    images = features(multipart(text_part(html, "text/html"), picture))["images"]
    assert images == {"external": 1, "embedded": 1, "content_id": 1, "attached": 1}


def test_a_message_that_is_a_picture_is_told() -> None:
    assert features(page('<a href="http://a.example/"><img src="http://a.example/1"></a>'))["image_only"] is True
    assert features(page('<img src="http://a.example/1">' + "many words of text " * 10))["image_only"] is False
    assert features(page("<p>short"))["image_only"] is False


def test_marks_of_html_smuggling_are_told_in_message_and_attachment() -> None:
    script = "<html><script>var b = new Blob([atob(x)]); a.download = 'x.zip'; URL.createObjectURL(b)</script>"
    expected = {"blob": True, "decode": True, "download": True}
    assert features(page(script))["smuggling"] == expected
    bag = features(multipart(text_part("open"), attached(script.encode(), "a.html")))
    assert (bag["smuggling"], bag["scripts"]) == (expected, 1)
    assert features(page("<p>download our app"))["smuggling"] == dict.fromkeys(expected, False)


def test_hidden_and_odd_characters_of_the_text_are_counted() -> None:
    text = features(page('<p style="display:none">hidden</p><p>P\u200bаypal</p>'))["text"]
    assert (text["hidden"], text["zero_width"], text["mixed_script"]) == (6, 1, 1)


def test_phrases_are_counted_in_the_visible_text_only() -> None:
    bag = features(page('<p style="display:none">verify your account</p><p>your invoice: call us'))
    assert bag["phrases"]["credential"] == 0
    assert (bag["phrases"]["invoice"], bag["phrases"]["callback"]) == (1, 1)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("send to 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", 1),
        ("send to bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", 1),
        ("send to 0x52908400098527886E0F7030069857D2E4169EE7", 1),
        ("send to TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", 1),
        ("not a checksum 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", 0),
        ("tracking http://a.example/1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", 0),
        ("order 1234567890123456789012345678", 0),
    ],
)
def test_addresses_of_cryptocurrencies_are_found_by_their_form_and_checksum(text: str, count: int) -> None:
    assert features(plain(text))["crypto"]["count"] == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("call +1 (808) 555-0123 now", 1),
        ("Tel.: 0049 30 1234567", 1),
        ("order 2023-09-19, 12.50 EUR", 0),
        ("see http://a.example/18085550123", 0),
        ("no number", 0),
    ],
)
def test_telephone_numbers_are_counted(text: str, count: int) -> None:
    assert features(plain(text))["phones"] == count


def test_an_answer_to_nothing_is_told() -> None:
    assert features(changed(subject="Re: our talk"))["thread"] == {"reply": True, "references": False}
    assert features(changed(subject="Re: x", references="<1@x>"))["thread"] == {"reply": True, "references": True}


def test_samples_are_few_short_and_defanged() -> None:
    html = "".join(f'<a href="http://192.0.2.{number}/">x</a>' for number in range(1, 40))
    found = links(html + f'<a href="http://xn--{"a" * 300}.example/">x</a>')
    assert found["ip"]["count"] == 39
    assert len(found["ip"]["samples"]) == MOST_SAMPLES
    kept = json.dumps(found)
    assert "http://" not in kept
    assert all(len(sample) <= LONGEST_SAMPLE for sample in found["punycode"]["samples"])


def test_no_text_of_the_message_is_in_the_bag() -> None:
    assert "Zebra" not in str(facts(page("<p>Zebra <a href='http://a.example/Zebra'>Zebra</a>"))["BodyFeatures"])


def test_what_breaks_is_null_and_leaves_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(bare: str) -> dict[str, int]:
        raise ValueError(bare)

    monkeypatch.setattr(module, "count_phrases", broken)
    bag = features(plain("hello there"))
    assert bag["phrases"] is None
    assert bag["text"]["words"] == 2
    assert "body (phrases): could not be read (ValueError" in reasons(plain("hello there"))


def test_every_layer_of_a_wrapped_link_is_noted_and_a_hidden_target_named() -> None:
    inner = "https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%3A%2F%2Fevil.example%2F"
    body = f'<a href="https://eur01.safelinks.protection.outlook.com/?url={inner}">x</a>'
    body += '<a href="https://protect-eu.mimecast.com/s/AbCd?domain=evil.example">y</a>'
    found = features(page(body))["links"]
    assert [(one["layers"], one["target"]) for one in found["opened"]] == [
        (["eur01.safelinks.protection.outlook.com", "www.google.com"], "evil[.]example")
    ]
    assert samples(found["hiding"]) == ["evil[.]example"]
