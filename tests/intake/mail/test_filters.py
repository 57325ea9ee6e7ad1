"""Verdicts of other filters: told where the receiver wrote them and they state one, and never from outside."""

import json

import pytest

from tests.intake.mail.letters import HOP, PLAIN_HEADERS, event, exchange, letter


def row(*above: str) -> dict[str, object]:
    return event(letter((*above, HOP, *PLAIN_HEADERS)))


@pytest.mark.parametrize(
    ("line", "threat"),
    [
        ("X-Spam-Status: Yes, score=12.3 required=5.0 tests=BAYES_99,URIBL_BLACK autolearn=no version=3.4.6", "Spam"),
        ("X-Spam-Status: No, score=-1.0 required=5.0", ""),
        ("X-Spam-Flag: YES", "Spam"),
        ("X-Spam-Flag: NO", ""),
        ("X-Spamd-Result: default: True [15.40 / 15.00]; PHISHING(4.00)[a->b]", "Spam"),
        ("X-Spamd-Result: default: False [2.40 / 15.00]", ""),
        ("X-Rspamd-Action: add header", "Spam"),
        ("X-Rspamd-Action: no action", ""),
        ("X-Proofpoint-Spam-Details: rule=spam_definite policy=default score=100 phishscore=0", "Spam"),
        ("X-Proofpoint-Spam-Details: rule=inbound_definite_spam policy=inbound score=100", "Spam"),
        ("X-Proofpoint-Spam-Details: rule=phish policy=default score=99", "Phish"),
        ("X-Proofpoint-Spam-Details: rule=malware policy=default score=99", "Malware"),
        ("X-Proofpoint-Spam-Details: rule=notspam policy=default score=0 phishscore=0 spamscore=0", ""),
        ("X-Barracuda-Spam-Status: Yes, SCORE=7.1 using global scores of TAG_LEVEL=3.5", "Spam"),
        ("X-Barracuda-Spam-Score: 7.1", ""),
        ("X-Mimecast-Spam-Score: 9", ""),
        ("X-TM-AS-Result: Yes--12.3-5.0-31-10", "Spam"),
        ("X-Virus-Status: Infected (Eicar-Test-Signature)", "Malware"),
        ("X-Virus-Status: Clean", ""),
        ("X-Amavis-Alert: INFECTED, message contains virus: Eicar", "Malware"),
        ("X-Gm-Phishy: 1", "Phish"),
        ("X-Gm-Spam: 0", ""),
        ("X-Bogosity: Spam, tests=bogofilter, spamicity=0.99", "Spam"),
    ],
)
def test_what_a_filter_states_is_the_threat_and_its_words_are_kept(line: str, threat: str) -> None:
    name, _, value = line.partition(": ")
    found = row(line)
    assert found["ThreatTypes"] == threat
    assert json.loads(str(found["AdditionalFields"])) == {name: value}


def test_the_worst_of_several_counts() -> None:
    assert row("X-Spam-Flag: YES", "X-Virus-Status: Infected")["ThreatTypes"] == "Malware"


def test_a_verdict_that_came_with_the_message_is_the_claim_of_its_sender() -> None:
    found = event(letter((HOP, "X-Virus-Status: Infected", *PLAIN_HEADERS)))
    assert (found["ThreatTypes"], found["AdditionalFields"]) == ("", "")


def test_what_exchange_says_goes_before() -> None:
    assert event(b"X-Spam-Flag: YES\r\n" + exchange())["ThreatTypes"] == "Phish"
