from datetime import timedelta
from pathlib import Path

import pytest

from tests.apps.ui.stores import NEWEST, mail, opened
from workbench.apps.ui.message.analysis import NO_HISTORY, analysis, by_threat, override
from workbench.apps.ui.widgets.panel import Facts, Note, Section

EVIL = '{"Phish":{"a":[1]},"<b>":null}'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"Phish":["URL malicious reputation","Fingerprint matching"]}', "Phish: URL malicious reputation, Fingerprint matching"),
        ('{"Phish":"High","Spam":"5"}', "Phish: High; Spam: 5"),
        ("Advanced filter", "Advanced filter"),
        ("{}", ""),
        ("", ""),
        (None, ""),
        ("[1, 2]", "[1, 2]"),
        (EVIL, "Phish: {'a': [1]}; <b>: None"),
    ],
)  # fmt: skip
def test_values_by_threat_are_told_in_words(text: object, words: str) -> None:
    assert by_threat(text) == words


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"OrgLevelAction": "Allow", "OrgLevelPolicy": "Phishing simulation", "UserLevelAction": "Block"}, "Allow: Phishing simulation"),
        ({"UserLevelAction": "Allow", "UserLevelPolicy": "Safe sender"}, "Allow: Safe sender (recipient)"),
        ({"OrgLevelAction": "", "UserLevelAction": None}, ""),
    ],
)  # fmt: skip
def test_the_override_that_decided_is_that_of_the_organisation_first(row: dict[str, object], words: str) -> None:
    assert override(row) == words


def values(found: list[Section], title: str) -> dict[str, object]:
    facts = next(each for each in found if isinstance(each, Facts) and each.title == title)
    return {pair.label: pair.value for pair in facts.pairs}


def test_what_was_known_of_the_sender_is_told_only_where_enough_is_held(tmp_path: Path) -> None:
    few = analysis(opened(tmp_path / "few", EmailEvents=[mail(0), mail(1)]).message("m0"))
    assert values(few, "Sender and recipients")["Known before"] == NO_HISTORY
    earlier = [mail(at, SenderFromAddress="s0@out.example") for at in range(1, 60)]
    many = analysis(opened(tmp_path / "many", EmailEvents=[mail(0), *earlier]).message("m0"))
    known = values(many, "Sender and recipients")
    assert (known["Known before"], known["First seen"]) == ("59 messages", NEWEST - timedelta(hours=59))
    assert values(many, "Sender and recipients")["Our messages to it"] == 0


def test_threats_that_were_found_later_are_told_apart_from_those_at_delivery(tmp_path: Path) -> None:
    rows = [
        {"Timestamp": NEWEST + timedelta(hours=at), "NetworkMessageId": "m0", "RecipientEmailAddress": "anna@northgate.example",
         "ActionType": "Phish ZAP", "ActionResult": "Success", "ThreatTypes": threat, "DeliveryLocation": "Quarantine"}
        for at, threat in enumerate(["", "Phish", "Phish", "Malware"])
    ]  # fmt: skip
    workbench = opened(tmp_path, EmailEvents=[mail(0, ThreatTypes="Spam")], EmailPostDeliveryEvents=rows)
    found = values(analysis(workbench.message("m0")), "Threat detection")
    assert (found["Threats at delivery"], found["Threats found later"]) == ("Spam", "Phish, Malware")
    (note,) = [each for each in analysis(workbench.message("m0")) if isinstance(each, Note)]
    assert "no events after delivery" not in note.text
