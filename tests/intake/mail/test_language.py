"""The language of a text: told where it says it, undecided where not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.intake.mail.letters import event, exchange, facts, plain, seconds
from workbench.intake.mail.language import detect


@pytest.mark.quirk("raw mail", "languages")
@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Your account will be suspended. Please click here to verify that it is yours", "en"),
        ("Ihr Konto wird gesperrt. Bitte klicken Sie hier, um es wieder zu bestätigen", "de"),
        ("Uw rekening wordt geblokkeerd. Klik hier om het te controleren en door te gaan met ons", "nl"),
        ("A sua conta foi bloqueada. Clique aqui para não perder o acesso aos seus pontos", "pt"),
        ("Su cuenta ha sido bloqueada. Haga clic aquí para que no pierda el acceso a los servicios", "es"),
        ("Votre compte est bloqué. Veuillez cliquer ici pour ne pas perdre vos données", "fr"),
        ("Il tuo conto è stato bloccato. Clicca qui per non perdere la tua carta", "it"),
        (
            "Din konto er blevet spærret. Klik her for at bekræfte det nu, efter at jeg mister mere end kun vores post",
            "da",
        ),
        ("Ditt konto är låst. Klicka här för att inte förlora din post och dina bilder som du har", "sv"),
        ("Twoje konto jest zablokowane. Proszę kliknąć, aby nie stracić go już dla tego", "pl"),
        ("Ваш аккаунт заблокирован, нажмите здесь", "ru"),
        ("Ваш обліковий запис заблоковано, натисніть її", "uk"),
        ("アカウントが停止されました。こちらをクリック", "ja"),
        ("您的帐户已被暂停，请点击这里", "zh"),
        ("계정이 정지되었습니다", "ko"),
        ("تم تعليق حسابك", "ar"),
        ("Ο λογαριασμός σας έχει ανασταλεί", "el"),
        ("החשבון שלך הושעה", "he"),
        ("", ""),
        ("1234 5678 !!! 🙂", ""),
        ("Invoice 4711", ""),
        ("Bob Ann Miller Schmidt Nakamura " * 20, ""),
        ("the of and der die und le les des " * 3, ""),
    ],
)
def test_a_text_is_in_its_language_or_in_none(text: str, language: str) -> None:
    assert detect(text).language == language


@pytest.mark.quirk("raw mail", "languages")
@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Uw pakket staat klaar bij ons depot. Betaal de verzendkosten binnen 24 uur.", "nl"),
        ("Szanowny kliencie, twoje konto zostało zablokowane. Kliknij poniższy link.", "pl"),
        ("Dzień dobry, w załączeniu przesyłam fakturę za ostatni miesiąc.", "pl"),
        ("Değerli müşterimiz, hesabınız askıya alınmıştır. Lütfen aşağıdaki bağlantıya tıklayarak doğrulayın.", "tr"),
        ("MERHABA, EKTE GEÇEN AYA AİT FATURAYI BULABİLİRSİNİZ. İYİ GÜNLER", "tr"),
        ("Vážený zákazníku, váš účet byl zablokován. Klikněte na níže uvedený odkaz.", "cs"),
        ("Hej, bifogat finner du fakturan för förra månaden. Med vänliga hälsningar", "sv"),
        ("Kære kunde, din konto er blevet suspenderet. Klik på linket nedenfor.", "da"),
        ("Pakken din venter på deg. Vennligst betal frakten innen 24 timer.", "no"),
        ("Hyvä asiakas, tilisi on suljettu. Napsauta alla olevaa linkkiä vahvistaaksesi tietosi.", "fi"),
        ("Stimate client, contul dumneavoastră a fost suspendat. Faceți clic pe linkul de mai jos.", "ro"),
        ("Tisztelt Ügyfelünk! Fiókját felfüggesztettük. Kattintson az alábbi linkre.", "hu"),
        ("Selamat pagi, terlampir faktur untuk bulan lalu. Terima kasih.", "id"),
        ("Kính gửi quý khách, tài khoản của bạn đã bị khóa. Vui lòng nhấp vào liên kết bên dưới", "vi"),
        (
            "Please find the invoice of Łukasz Święcicki and Ayşe Yıldız from last month, and call us at your office",
            "en",
        ),
        ("Łukasz Święcicki", ""),
    ],
)
def test_a_short_mail_says_its_language(text: str, language: str) -> None:
    assert detect(text).language == language


def test_declared_and_detected_are_told_apart() -> None:
    raw = plain("Ihr Konto wird gesperrt. Bitte klicken Sie hier, um es zu bestätigen", "Content-Language: en")
    assert (facts(raw)["Language"], facts(raw)["DetectedLanguage"], event(raw)["EmailLanguage"]) == ("en", "de", "de")


def test_the_stamp_of_the_receiver_goes_before() -> None:
    raw = exchange(body="Your account will be suspended. Please click here to verify that it is yours")
    assert (event(raw)["EmailLanguage"], facts(raw)["DetectedLanguage"]) == ("de", "en")


@pytest.mark.parametrize("piece", ["the ", "ё", "a", "é1", " "])
def test_long_texts_are_read_in_time(piece: str) -> None:
    assert seconds(lambda: detect(piece * 1_000_000)) < 1


@given(st.text(max_size=300))
def test_any_text_has_one_language_or_none(text: str) -> None:
    guess = detect(text)
    assert len(guess.language) in {0, 2}
    assert 0 <= guess.share <= 1
