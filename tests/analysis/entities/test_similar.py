import json

import polars as pl

from tests.analysis.entities.conftest import LURE
from workbench.analysis.entities import Window, find_message, similar_mail
from workbench.base.config import shipped


def _key() -> list[dict]:
    return json.loads((shipped("data") / "sample_key" / "answer_key.json").read_text())["mails"]


def test_the_campaign_is_found_from_any_of_its_mails_and_nothing_else(window: Window) -> None:
    members = {mail["network_message_id"] for mail in _key() if mail["campaign"] == "storage-full"}
    for member in members:
        found = set(similar_mail(find_message(window, member))["NetworkMessageId"])
        assert found == members - {member}


def test_similarity_is_measured_and_sorted(window: Window) -> None:
    found = similar_mail(find_message(window, LURE))
    assert found["Similarity"].drop_nulls().is_sorted(descending=True)
    assert found["Similarity"].drop_nulls().min() >= 0.5


def test_ordinary_mail_is_like_no_attack(window: Window) -> None:
    benign = [mail["network_message_id"] for mail in _key() if mail["truth"] not in ("phish", "bec", "malware")]
    attacks = {mail["network_message_id"] for mail in _key() if mail["truth"] in ("phish", "bec", "malware")}
    for identity in benign:
        found = similar_mail(find_message(window, identity))
        assert not attacks & set(found["NetworkMessageId"])


def test_a_message_known_from_an_export_alone_cannot_be_compared(window: Window) -> None:
    known = window.rows("WorkbenchMailFacts | project NetworkMessageId")["NetworkMessageId"]
    rows = window.rows("EmailEvents | project NetworkMessageId")
    exported = rows.filter(~pl.col("NetworkMessageId").is_in(known.implode()))[0, 0]
    assert similar_mail(find_message(window, exported)) is None
