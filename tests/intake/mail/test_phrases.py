"""What lures ask for is counted, in six languages."""

import pytest

from tests.intake.mail.letters import seconds
from workbench.base.text.look import skeleton
from workbench.intake.mail.limits import LONGEST_TEXT
from workbench.intake.mail.phrases import PHRASES, count_phrases


def asked(text: str) -> dict[str, int]:
    return {kind: count for kind, count in count_phrases(skeleton(text)).items() if count}


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Please verify your account now", {"credential"}),
        ("Bitte Konto bestätigen, sofort!", {"credential", "urgency"}),
        ("Veuillez confirmer votre compte dans les 24 heures", {"credential", "urgency"}),
        ("Verifique su cuenta: su contraseña caduca. Urgente", {"credential", "urgency"}),
        ("Sua conta foi bloqueada, atualize seus dados", {"credential"}),
        ("Bevestig uw gegevens en uw wachtwoord onmiddellijk", {"credential", "urgency"}),
        ("Buy me six gift cards, keep this confidential", {"gift_card", "secrecy"}),
        ("wire transfer to the new account number", {"payment"}),
        ("Your invoice: call us toll-free", {"invoice", "callback"}),
        ("The archive password is 1234", {"archive_password"}),
        ("See you at lunch on Friday", set()),
        ("", set()),
    ],
)
def test_asks_are_told_by_kind(text: str, kinds: set[str]) -> None:
    assert set(asked(text)) == kinds


def test_look_alike_letters_and_punctuation_make_no_difference() -> None:
    assert asked("ⅴеrіfу  уοսr... іⅾеոtіtу") == asked("verify your identity") == {"credential": 1}


def test_a_phrase_counts_where_a_word_begins_only() -> None:
    assert asked("recall us today") == {}
    assert asked("urgently urgent") == {"urgency": 2}


def test_phrases_are_written_as_they_are_compared() -> None:
    for kind, phrases in PHRASES.items():
        assert len(set(phrases)) == len(phrases), kind
        for phrase in phrases:
            assert phrase == " ".join(skeleton(phrase).split())
            assert phrase.replace(" ", "").isalnum()


def test_every_kind_of_ask_has_phrases_in_every_language() -> None:
    assert min(map(len, PHRASES.values())) >= len(("en", "de", "fr", "es", "pt", "nl"))


def test_the_longest_text_is_counted_in_time() -> None:
    assert seconds(lambda: count_phrases("verify your call us " * (LONGEST_TEXT // 20))) < 1
