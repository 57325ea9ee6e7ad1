import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.analysis.entities.test_kind import EXAMPLES
from tests.events.query.conftest import DAY, Frames
from workbench.analysis.entities import Entity, Notice, Window, entity, every_kind, kind_named
from workbench.base.config import shipped
from workbench.base.errors import BadInput
from workbench.base.span import parse_span
from workbench.events.tables import table

KEY: dict[str, Any] = json.loads((Path(shipped("data")) / "sample_key" / "answer_key.json").read_text("utf-8"))
CAMPAIGN = [mail for mail in KEY["mails"] if mail.get("campaign") == "storage-full"]
CLICK = CAMPAIGN[0]["clicks"][0]

EVIL = (
    'x") or true //', "'; EmailEvents //", '"\n| union EmailEvents', "\u202egpj.exe", "a'b", "\\", "\x00", "=cmd|' /C calc'!A0",
)  # fmt: skip


def of(window: Window, kind: str, value: str) -> Entity:
    return entity(window, kind_named(kind), value)


def test_clicks_of_a_defanged_url_are_those_of_the_answer_key(window: Window) -> None:
    found = of(window, "url", CLICK["url"].replace("https", "hxxps").replace(".", "[.]")).clicks()
    assert found.columns == list(table("UrlClickEvents").types)
    assert found["AccountUpn"].to_list() == [CLICK["user"]]


def test_a_url_is_the_same_under_http_and_https(window: Window) -> None:
    found = of(window, "url", CLICK["url"].replace("https", "http")).clicks()
    assert found["AccountUpn"].to_list() == [CLICK["user"]]


@pytest.mark.parametrize("mail", CAMPAIGN, ids=lambda mail: str(mail["file"]))
def test_every_mail_of_the_campaign_is_found_by_its_sender_its_domain_and_its_recipients(
    window: Window, mail: dict[str, Any]
) -> None:
    domain = mail["sender"].rpartition("@")[2]
    for rows in (of(window, "sender", mail["sender"]).messages(), of(window, "domain", domain).messages()):
        assert set(rows["NetworkMessageId"]) == {mail["network_message_id"]}
        assert set(rows["RecipientEmailAddress"]) == set(mail["recipients"])
    for recipient in mail["recipients"]:
        assert mail["network_message_id"] in of(window, "mailbox", recipient).messages()["NetworkMessageId"]


def test_a_sender_leads_to_recipients_urls_clicks_and_removals(window: Window) -> None:
    sender = of(window, "sender", CAMPAIGN[1]["sender"])
    assert sender.recipients().rows()[0][:2] == ("rui.tavares@northgate.example", 1)
    assert sender.clicks()["AccountUpn"].to_list() == ["rui.tavares@northgate.example"] * 2
    assert sender.after()["ActionType"].to_list() == ["Phish ZAP"]
    assert sender.attachments().is_empty()


def test_a_domain_holds_all_its_hosts_and_no_other_that_ends_alike(window: Window) -> None:
    whole, host = of(window, "domain", "mailkeep.example"), of(window, "domain", "restore.mailkeep.example")
    assert whole.clicks().height == host.clicks().height == 3
    assert whole.urls().equals(host.urls())
    assert of(window, "domain", "keep.example").urls().is_empty()
    assert of(window, "domain", "keep.example").clicks().is_empty()


def test_the_intruder_is_found_by_address_mailbox_and_account(window: Window) -> None:
    (story,) = [finding for finding in KEY["findings"] if finding["id"] == "compromise"]
    address, mailbox = of(window, "ip_address", story["address"]), of(window, "mailbox", story["account"])
    assert set(address.signins()["AccountUpn"]) == {story["account"]}
    assert set(address.signins()["Country"]) == {story["country"]}
    assert mailbox.rules()["ObjectName"].to_list() == ["."]
    assert address.activity().filter(ActionType="New-InboxRule").height == 1
    assert mailbox.signins().equals(of(window, "account", story["account"]).signins())
    assert mailbox.alerts()["Title"].to_list().count("Suspicious inbox rule") == 1


def test_a_file_is_found_in_either_case_under_each_of_its_names(window: Window) -> None:
    held = window.rows("EmailAttachmentInfo | summarize n = count() by SHA256 | top 1 by n desc")
    file = of(window, "file", held["SHA256"][0].upper())
    assert file.attachments().height == held["n"][0]
    assert file.names()["Messages"].sum() >= file.messages()["NetworkMessageId"].n_unique()


def test_a_message_is_found_by_each_of_its_ids(window: Window) -> None:
    rows = window.rows("WorkbenchMailFacts | where NetworkMessageId == id", id=CAMPAIGN[0]["network_message_id"])
    ids = rows.row(0, named=True)
    found = [of(window, "message", ids[name]) for name in ("NetworkMessageId", "InternetMessageId", "RawSHA256")]
    assert [each.clicks().height for each in found] == [1, 1, 1]
    assert [each.facts()["RawSHA256"].to_list() for each in found] == [[ids["RawSHA256"]]] * 3


def test_a_url_is_found_without_its_scheme_with_a_fragment_and_by_the_spelling_that_is_held(window: Window) -> None:
    bare = CLICK["url"].removeprefix("https://")
    assert of(window, "url", bare).clicks().height == 1
    assert of(window, "url", f"{CLICK['url']}#frag").clicks().height == 1
    wrapped = f"https://eur01.safelinks.protection.outlook.com/?url={CLICK['url'].replace(':', '%3A').replace('/', '%2F').replace('?', '%3F').replace('=', '%3D')}&data=05"
    assert of(window, "url", wrapped).clicks().height == 1


def test_every_pivot_of_every_kind_answers_in_the_columns_of_its_table(window: Window) -> None:
    for kind in every_kind().values():
        asked = entity(window, kind, EXAMPLES[kind.name])
        for pivot in kind.pivots:
            frame = asked.ask(pivot.name).result().frame
            if not pivot.then:
                assert frame.columns == list(table(pivot.table).types)


def test_the_question_that_is_shown_gives_the_same_rows_anywhere(window: Window) -> None:
    for kind, value in (
        ("mailbox", "sanne.dewit@northgate.example"),
        ("url", CLICK["url"]),
        ("ip_address", "198.51.100.66"),
    ):
        for pivot in kind_named(kind).pivots:
            asked = of(window, kind, value).ask(pivot.name)
            assert window.rows(asked.kql).equals(asked.result().frame)


def test_rows_come_newest_first(window: Window) -> None:
    assert of(window, "mailbox", "sanne.dewit@northgate.example").messages()["Timestamp"].is_sorted(descending=True)


def test_where_a_table_holds_nothing_a_notice_says_so(window: Window) -> None:
    with pytest.warns(Notice, match="no connections of devices are held"):
        assert of(window, "ip_address", "192.0.2.7").network().is_empty()
    early = Window(window.catalog, window.now, parse_span("1999-01-01..1999-12-31", window.now))
    with pytest.warns(Notice, match="no URLs of mail are held|no mail are held|no mail"):
        assert of(early, "url", CLICK["url"]).messages().is_empty()
    assert of(window, "campaign", "anything").ask("messages").missing == "Not evaluated: no campaigns are held."


def test_rows_beyond_the_limit_are_cut_and_a_notice_says_so(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.analysis.entities._window.MOST_ROWS", 3)
    with pytest.warns(Notice, match="Cut after 3 rows"):
        assert of(window, "mailbox", "sanne.dewit@northgate.example").messages().height == 3


@pytest.mark.parametrize("evil", [*EVIL[:2], *(pytest.param(each, marks=pytest.mark.slow) for each in EVIL[2:])])
def test_values_that_look_like_queries_are_values(window: Window, evil: str) -> None:
    for kind in every_kind().values():
        for text in (evil, f"{evil}@evil.example", f"https://evil.example/{evil}"):
            try:
                asked = entity(window, kind, text)
            except BadInput:
                continue
            assert str(asked).isprintable()
            for pivot in kind.pivots:
                assert asked.ask(pivot.name).result().frame.is_empty(), (kind.name, pivot.name)


def test_pivots_are_listed_and_a_wrong_one_names_the_nearest(window: Window) -> None:
    url = of(window, "url", CLICK["url"])
    assert {"clicks", "messages", "devices"} <= set(dir(url))
    with pytest.raises(AttributeError, match="Did you mean clicks"):
        url.click  # noqa: B018  the look-up is what is tested
    assert "UrlClickEvents" in repr(url.clicks)
    assert "UrlClickEvents" in str(url.clicks.__doc__)
    assert repr(url).startswith("<Url hxxps://restore[.]mailkeep[.]example/")
    assert isinstance(url.clicks(), pl.DataFrame)


@pytest.mark.parametrize(
    ("url", "is_on"),
    [
        ("https://pay.example", True),
        ("HTTPS://Www.Pay.Example:8443/x", True),
        ("http://user@pay.example/", True),
        ("pay.example./x", True),
        ("http://pay.example@evil.test/", False),
        ("http://evil.test/?to=http://pay.example/", False),
        ("http://notpay.example/", False),
        ("http://pay.example.evil.test/", False),
        ("http://pay-example/", False),
    ],
)
def test_clicks_of_a_domain_are_those_whose_host_lies_in_it(url: str, is_on: bool) -> None:
    rows = [(DAY, url)]
    window = Window(
        Frames().add("UrlClickEvents", {"Timestamp": "datetime", "Url": "string"}, rows, time="Timestamp"), DAY
    )
    assert of(window, "domain", "pay.example").clicks().height == is_on
