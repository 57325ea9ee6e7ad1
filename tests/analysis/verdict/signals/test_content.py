from tests.analysis.verdict.test_calculus import QUIET, case, fired, missing
from workbench.analysis.verdict import Case


def test_phrases_of_the_subject_count_though_the_body_was_not_read() -> None:
    assert "content.credential" in fired(Case("a@b.example", subject="Verify your mailbox"))


def test_a_text_that_stands_in_images_was_not_read() -> None:
    unread = missing(case(features=QUIET | {"image_only": True}))
    assert unread["content.credential"] == "the text stands in images, which are not read"
    assert {"content.payment", "content.gift_card", "content.urgency", "content.secrecy", "content.callback"} <= set(
        unread
    )


def test_odd_characters_of_subject_and_sender_name_count() -> None:
    assert "content.characters" in fired(case(subject="Your pa\u200byment"))
    assert "content.characters" in fired(case(sender_name="\U0001d400nna"))
    assert "content.characters" not in fired(case(subject="Grüße 🎁", sender_name="Łukasz"))


def test_a_sender_without_a_domain_is_odd() -> None:
    assert "content.anomaly" in fired(case(sender_address="post@correios"))
    assert "content.anomaly" in fired(case(sender_address=""))
    assert "content.anomaly" not in fired(case())
