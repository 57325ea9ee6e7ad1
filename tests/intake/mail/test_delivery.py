"""What the receiving filter decided, in the words of the hunting schema."""

import pytest

from workbench.intake.mail.delivery import CATEGORIES, delivery_columns, direction, is_own
from workbench.intake.mail.stamps import Stamps


@pytest.mark.parametrize(
    ("level", "threat", "confidence"),
    [
        (None, "", ""),
        (-1, "", '{"Spam":"-1"}'),
        (1, "", '{"Spam":"1"}'),
        (4, "", '{"Spam":"4"}'),
        (5, "Spam", '{"Spam":"5"}'),
        (9, "Spam", '{"Spam":"9"}'),
    ],
)
def test_the_spam_level_is_repeated_and_counts_as_spam_from_five(
    level: int | None, threat: str, confidence: str
) -> None:
    columns = delivery_columns(Stamps(scl=level))
    assert (columns["ThreatTypes"], columns["ConfidenceLevel"]) == (threat, confidence)


@pytest.mark.parametrize(
    ("category", "threat", "confidence"),
    [
        ("HPHISH", "Phish", '{"Phish":"High"}'),
        ("HPHSH", "Phish", '{"Phish":"High"}'),
        ("PHSH", "Phish", '{"Phish":"Low"}'),
        ("UIMP", "Phish", '{"Phish":"Low"}'),
        ("MALW", "Malware", ""),
        ("BULK", "Spam", '{"Spam":"9"}'),
        ("NONE", "Spam", '{"Spam":"9"}'),
        ("SOMETHING", "Spam", '{"Spam":"9"}'),
    ],
)
def test_the_category_decides_before_the_spam_level(category: str, threat: str, confidence: str) -> None:
    columns = delivery_columns(Stamps(scl=9, report={"CAT": category}))
    assert (columns["ThreatTypes"], columns["ConfidenceLevel"]) == (threat, confidence)


def test_every_category_has_a_threat_and_a_policy_of_the_schema() -> None:
    assert {threat for threat, _, _ in CATEGORIES.values()} == {"Phish", "Malware", "Spam"}
    assert all(policy.startswith(("Anti", "Safe")) for _, _, policy in CATEGORIES.values())


@pytest.mark.parametrize(
    ("place", "action", "location"),
    [
        ("I", "Delivered", "Inbox/folder"),
        ("C", "Delivered", "Inbox/folder"),
        ("J", "Junked", "Junk folder"),
        ("D", "Delivered", "Deleted items"),
        ("X", "", ""),
        ("", "", ""),
    ],
)
def test_the_place_of_delivery_is_what_is_stamped(place: str, action: str, location: str) -> None:
    columns = delivery_columns(Stamps(mailbox={"DEST": place}))
    assert (columns["DeliveryAction"], columns["DeliveryLocation"]) == (action, location)
    assert (columns["LatestDeliveryAction"], columns["LatestDeliveryLocation"]) == (action, location)


def test_the_action_and_its_policy_are_told_only_where_the_message_was_junked() -> None:
    junked = delivery_columns(Stamps(mailbox={"DEST": "J"}, report={"CAT": "HPHISH"}))
    assert (junked["EmailAction"], junked["EmailActionPolicy"]) == ("Move to junk mail folder", "Antispam phishing")
    inbox = delivery_columns(Stamps(mailbox={"DEST": "I"}, report={"CAT": "HPHISH"}))
    assert (inbox["EmailAction"], inbox["EmailActionPolicy"]) == ("", "")


@pytest.mark.parametrize(
    ("verdict", "organisation", "user"),
    [
        ("SKN", "Allow", ""),
        ("SKA", "Allow", ""),
        ("SKB", "Block", ""),
        ("SFE", "", "Allow"),
        ("BLK", "", "Block"),
        ("SPM", "", ""),
    ],
)
def test_overrides_are_told_apart_by_who_set_them(verdict: str, organisation: str, user: str) -> None:
    columns = delivery_columns(Stamps(report={"SFV": verdict}))
    assert (columns["OrgLevelAction"], columns["UserLevelAction"]) == (organisation, user)


def test_a_trusted_sender_of_the_mailbox_is_the_users_override() -> None:
    columns = delivery_columns(Stamps(mailbox={"OFR": "TrustedSenderList"}))
    assert (columns["UserLevelAction"], columns["UserLevelPolicy"]) == ("Allow", "Safe sender")


def test_strings_are_never_none() -> None:
    columns = delivery_columns(Stamps())
    assert columns.pop("BulkComplaintLevel") is None
    assert set(map(type, columns.values())) == {str}


@pytest.mark.parametrize(
    ("stamped", "sender", "recipient", "authenticated", "expected"),
    [
        ("incoming", "own.example", "own.example", True, "Inbound"),
        ("originating", "own.example", "own.example", False, "Intra-org"),
        ("originating", "own.example", "else.example", False, "Outbound"),
        ("", "evil.example", "own.example", True, "Inbound"),
        ("", "own.example", "own.example", True, "Intra-org"),
        ("", "own.example", "own.example", False, "Inbound"),
        ("", "own.example", "else.example", True, "Outbound"),
        ("", "own.example", "else.example", False, "Unknown"),
        ("", "evil.example", "else.example", True, "Unknown"),
        ("", "sub.own.example", "team.own.example", True, "Intra-org"),
    ],
)
def test_the_direction_follows_the_stamp_then_our_domains(
    stamped: str, sender: str, recipient: str, authenticated: bool, expected: str
) -> None:
    read = Stamps(directionality=stamped)
    assert (
        direction(read, own=("own.example",), sender=sender, recipient=recipient, authenticated=authenticated)
        == expected
    )


def test_without_own_domains_one_domain_on_both_sides_is_one_organisation() -> None:
    read = Stamps(directionality="originating")
    assert direction(read, own=(), sender="a.example", recipient="a.example", authenticated=False) == "Intra-org"
    assert direction(read, own=(), sender="a.example", recipient="b.example", authenticated=False) == "Outbound"


def test_a_domain_that_only_ends_like_ours_is_not_ours() -> None:
    assert is_own("own.example", ("own.example",))
    assert not is_own("notown.example", ("own.example",))
    assert not is_own("", ("",))
