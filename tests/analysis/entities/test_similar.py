import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.analysis.entities.conftest import LURE
from tests.apps.ui.stores import mail, opened
from workbench.analysis.entities import Window, alike_mail, find_message, similar_mail
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


def test_the_campaign_is_found_with_its_scores_and_addresses(window: Window) -> None:
    members = {mail["network_message_id"]: mail for mail in _key() if mail["campaign"] == "storage-full"}
    found = alike_mail(find_message(window, LURE))
    assert set(found.frame["NetworkMessageId"]) == set(members) - {LURE}
    assert found.frame["Similarity"].is_sorted(descending=True)
    assert set(found.frame["Keys"]) == {"similar text"}
    for row in found.frame.iter_rows(named=True):
        assert row["Subject"] == members[row["NetworkMessageId"]]["subject"]
        assert row["SenderFromAddress"] == members[row["NetworkMessageId"]]["sender"]
    assert found.untold == ""


LIKE = {"Subject": "Invoice 5", "SenderFromDomain": "out.example", "SenderIPv4": "192.0.2.5", "EmailClusterId": 77}
ALIKE_BY = {
    "cluster id": {"EmailClusterId": 77},
    "subject and sender domain": {"Subject": "INVOICE 5", "SenderFromDomain": "Out.example"},
    "subject and sender IP": {"Subject": "Invoice 5", "SenderIPv4": "192.0.2.5"},
    "cluster id, subject and sender domain, subject and sender IP": LIKE,
}
APART = {"SenderFromDomain": "else.example", "SenderIPv4": "192.0.2.99", "EmailClusterId": 0, "Subject": "Else"}


@pytest.mark.parametrize("keys", ALIKE_BY)
def test_mail_of_an_export_is_alike_by_the_keys_of_the_export(tmp_path: Path, keys: str) -> None:
    other = mail(1, **{**APART, **ALIKE_BY[keys]})
    found = alike_mail(opened(tmp_path, EmailEvents=[mail(0, **LIKE), other, mail(2, **APART)]).message("m0"))
    assert found.frame.select("NetworkMessageId", "Keys", "Similarity").rows() == [("m1", keys, None)]
    assert found.untold == "Likeness by text (its raw form was not imported)."


def test_mail_with_most_keys_in_common_comes_first_and_copies_are_one_row(tmp_path: Path) -> None:
    rows = [mail(0, **LIKE), mail(1, **{**APART, "EmailClusterId": 77}), mail(2, **LIKE)]
    rows += [mail(2, **LIKE, RecipientEmailAddress=f"p{at}@northgate.example") for at in range(3)]
    found = alike_mail(opened(tmp_path, EmailEvents=rows).message("m0"))
    assert found.frame.select("NetworkMessageId", "Recipient").rows() == [
        ("m2", "4 recipients"),
        ("m1", "anna@northgate.example"),
    ]


@pytest.mark.parametrize("lacking", [{"EmailClusterId": None, "Subject": ""}, {"EmailClusterId": 0, "Subject": " "}])
def test_what_a_message_lacks_is_nobodys_key(tmp_path: Path, lacking: dict[str, Any]) -> None:
    rows = [mail(at, **{**LIKE, **lacking}) for at in range(3)]
    found = alike_mail(opened(tmp_path, EmailEvents=rows).message("m0"))
    assert found.frame.is_empty()
    assert "cluster id (it has none)" in found.untold


def test_mail_of_long_before_is_not_looked_for(tmp_path: Path) -> None:
    found = alike_mail(opened(tmp_path, EmailEvents=[mail(0, **LIKE), mail(24 * 8, **LIKE)]).message("m0"))
    assert found.frame.is_empty()
