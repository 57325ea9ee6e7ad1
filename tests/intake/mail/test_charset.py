"""Bytes become text in whatever character set was named, and nothing raises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.intake.mail.charset import decode, known, label, sound

DECLARED = st.one_of(
    st.sampled_from(
        ["utf-8", "utf-7", "hz", "iso-2022-jp", "punycode", "idna", "zlib", "hex", "rot13", "undefined", ""]
    ),
    st.text(max_size=20),
)


@given(st.binary(max_size=80), DECLARED)
def test_any_bytes_in_any_character_set_become_sound_text(data: bytes, declared: str) -> None:
    text, charset, reason = decode(data, declared)
    text.encode("utf-8")
    assert charset
    assert isinstance(reason, str)


@pytest.mark.quirk("raw mail", "character sets unknown, misspelt, UTF-7, replaced characters")
@pytest.mark.parametrize(
    ("data", "declared", "text", "charset"),
    [
        (b"plain", "", "plain", "us-ascii"),
        ("Grüße".encode(), "", "Grüße", "utf-8"),
        ("Grüße".encode(), "us-ascii", "Grüße", "utf-8"),
        (b"Gr\xfc\xdfe", "", "Grüße", "cp1252"),
        (b"\x93quoted\x94", "iso-8859-1", "“quoted”", "cp1252"),
        (b"\xcf\xf0\xe8\xe2\xe5\xf2", "windows-1251", "Привет", "cp1251"),
        (b"\xf0\xd2\xc9\xd7\xc5\xd4", "KOI8-R", "Привет", "koi8-r"),
        ("こんにちは".encode("iso2022_jp"), "_iso-2022-jp$esc", "こんにちは", "iso2022_jp"),
        ("こんにちは".encode("cp932"), "x-sjis", "こんにちは", "cp932"),
        ("漢字".encode("gb18030"), "GB2312", "漢字", "gb18030"),
        (b"+ZeVnLIqe-", "utf-7", "日本語", "utf-7"),
        (b"a", '"utf-8";', "a", "us-ascii"),
        (b"caf\xe9", "x-windows-1252", "café", "cp1252"),
        (b"caf\xe9", "win-1252", "café", "cp1252"),
    ],
)
def test_real_and_misspelt_labels_are_read(data: bytes, declared: str, text: str, charset: str) -> None:
    assert decode(data, declared)[:2] == (text, charset)


@pytest.mark.quirk("raw mail", "character sets unknown, misspelt, UTF-7, replaced characters")
def test_an_unknown_label_is_a_reason_and_the_text_is_read_all_the_same() -> None:
    text, charset, reason = decode("Grüße".encode(), "klingon-8")
    assert (text, charset) == ("Grüße", "utf-8")
    assert "'klingon-8' is not known" in reason


WRITTEN = {
    "cp1251": "Уважаемый клиент, ваш счёт заблокирован. Пожалуйста, перейдите по ссылке и подтвердите ваши данные.",
    "koi8-r": "Здравствуйте, во вложении договор и счёт на оплату за прошлый месяц, просим подтвердить получение",
    "cp1253": "Αγαπητέ πελάτη, ο λογαριασμός σας έχει ανασταλεί. Παρακαλούμε κάντε κλικ στον παρακάτω σύνδεσμο.",
    "cp1255": "לקוח יקר, חשבונך הושעה. אנא לחץ על הקישור למטה כדי לאמת את הפרטים שלך בהקדם האפשרי.",
    "cp1256": "عزيزي العميل، تم تعليق حسابك. يرجى النقر على الرابط أدناه لتأكيد معلوماتك الشخصية في أقرب وقت.",
}


@pytest.mark.quirk("raw mail", "said to be UTF-8 and in a code page")
@pytest.mark.parametrize("declared", ["utf-8", "", "us-ascii"])
@pytest.mark.parametrize("codec", WRITTEN)
def test_what_is_no_utf_8_is_read_in_the_code_page_that_its_letters_tell(codec: str, declared: str) -> None:
    text = f"<td class=x>{WRITTEN[codec]}</td>"
    found = decode(text.encode(codec, "replace"), declared)
    assert found.charset == codec
    assert found.text == text.encode(codec, "replace").decode(codec)
    assert ("read as" in found.reason) is (declared == "utf-8")


@pytest.mark.quirk("raw mail", "said to be UTF-8 and in a code page")
def test_what_is_no_utf_8_is_read_in_another_character_set_of_the_message() -> None:
    data = "Szanowny kliencie, zażółć gęślą jaźń".encode("iso-8859-2")
    found = decode(data, "utf-8", ["", "utf-8", "us-ascii", "klingon", "iso-8859-2"])
    assert (found.text, found.charset) == (data.decode("iso-8859-2"), "iso8859-2")
    assert "read as iso8859-2" in found.reason


@pytest.mark.parametrize(
    "text",
    [
        "Grüße aus München, schöne Feiertage",
        "Voilà à été déjà créé à Noël",
        "Ça coûte 5 €€€€€€",
        "••••••••",
        "ÀÀÀÀÀÀÀÀ",
    ],
)
def test_western_text_is_not_taken_for_another_code_page(text: str) -> None:
    assert decode(text.encode("cp1252"), "us-ascii")[:2] == (text, "cp1252")


@pytest.mark.parametrize("text", [*WRITTEN.values(), "Grüße aus München", "日本語のテキストです"])
def test_text_that_is_utf_8_but_for_a_cut_is_read_as_such(text: str) -> None:
    found = decode(text.encode()[:-2] + b"\xe2", "utf-8", ["iso-8859-1"])
    assert found.charset == "utf-8"
    assert found.text.startswith(text[:-3])


def test_bytes_that_do_not_fit_are_replaced_and_counted() -> None:
    text, charset, reason = decode(b"ok \xff\xfe end", "utf-8")
    assert text == "ok \ufffd\ufffd end"
    assert (charset, reason) == ("utf-8", "2 characters do not fit the character set 'utf-8'")


@pytest.mark.parametrize("name", ["zlib", "bz2", "hex", "base64", "rot13", "uu", "idna", "punycode", "unicode_escape"])
def test_codecs_that_transform_or_unpack_are_no_character_sets(name: str) -> None:
    assert known(name) == ""


def test_labels_lose_quotes_blanks_and_what_trails_them() -> None:
    assert label(' "UTF-8"; x') == "utf-8"
    assert label("$$$") == ""


@given(st.text(alphabet=st.characters(), max_size=20), st.sampled_from(["\ud800", "\udfff"]))
def test_lone_surrogates_are_replaced_and_the_rest_is_kept(text: str, surrogate: str) -> None:
    assert sound(text + surrogate) == sound(text) + "\ufffd"
