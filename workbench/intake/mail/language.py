"""The language of a text, told by its script and by its smallest words; undecided where these do not say.

The words are the most frequent function words of each language, as any grammar lists them, and how mail greets and asks
in the smaller ones. A word, or a letter of a word, that several languages share counts for each of them in part.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from heapq import nlargest
from math import lcm
from operator import itemgetter
from typing import NamedTuple

_READ = 20_000
"""Characters that are read: a text says its language early."""
_POINT = lcm(*range(1, 19))
"""What a word counts that only one language has, so that its parts are whole numbers for any number of languages."""
_FEWEST = 3.0
"""Points below which nothing is said."""
_LEAST_SHARE = 0.04
"""Points for each word of the text below which nothing is said: lists of names and numbers have no language."""
_MARGIN = 1.3
"""How many times more points than the next language the first one needs."""
_WORD = re.compile(r"[^\W\d_]+")
_LETTERS_OF_SCRIPT = 0.3
"""Share of the letters from which a script decides."""

_WORDS = {
    "en": "the of and to in is you that it for on with as are this be at your have from or not by we our can "
    "will has if was please an all click here any more been would their they",
    "de": "der die das und ist in den von zu mit sie sich auf für nicht ein eine einen im dem des auch es an "
    "werden aus wir ihre ihr ihren ihnen haben bei oder um wie bitte hier wird wurde sind nach zum zur "
    "kann noch über uns",
    "nl": "de het een en van is dat op te in zijn voor met niet u uw aan er om ook als bij naar wij ons we je "
    "worden wordt door heeft hebben kan kunt deze dit onze klik hier of maar nog geen meer via dan uit "
    "wat",
    "pt": "de que e o a do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem "
    "à seu sua ou ser quando muito há nos já está eu também só pelo pela até você sem seus aqui nossa "
    "nosso para esta",
    "es": "de la que el en y a los del se las por un para con no una su al lo como más pero sus le ya o este sí "
    "porque esta entre cuando muy sin sobre también me hasta hay donde quien desde nos usted aquí es son "
    "está",
    "fr": "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec "
    "vous votre vos nous notre cette ou mais être aux leur si ici été cliquez veuillez ces même afin c l "
    "d",
    "it": "di che e la il un a per in una è non con del si da le dei come i più lo nel alla della sono ma gli "
    "al ha o su questo anche se delle tuo tua suo vostro clicca qui ti ci essere stato nella",
    "da": "og i at det er en til på de den for af med som ikke der har du din vi et var dig kan om jeg fra "
    "vores eller skal blive blevet efter kun mere mig mister nu denne dit så hvis være også vil dine hej "
    "venter venligst venlig hilsen inden linket nedenfor bekræfte betal kære finder vedhæftet",
    "sv": "och i att det är en som på för av med den till inte har du om ett de vi din kan från eller dig ditt "
    "jag var vår så men här ska denna nu blir oss efter också dina hej väntar vänliga hälsningar inom "
    "klicka länken nedan bekräfta betala bästa finner bifogat",
    "no": "og i at det er en til på som for av med den ikke har du de vi et din kan om fra eller deg ditt jeg "
    "var vår så men her skal denne nå blir oss etter også være hvis ble dine hei venter vennligst vennlig "
    "hilsen innen lenken nedenfor bekrefte betal kjære finner vedlagt",
    "fi": "ja on ei että se oli hän joka mutta tai kun niin myös ovat sinun voit tämä jos sen ole olet kanssa "
    "tätä mukaan meidän teidän sekä nyt vain tilaus hei hyvä tilisi alla odottaa ystävällisin terveisin "
    "liitteenä viime kuun maksa tietosi kuluessa asiakas",
    "pl": "i w na z do nie się że jest o to jak po za od przez dla są ale by czy lub może już tylko oraz aby "
    "ich twoje proszę być został tego pan państwa ma twoja twój dzień dobry prosimy kliknij poniższy "
    "godzin pozdrawiam załączeniu",
    "cs": "a v se na je že s z do o to i ve pro za by k ale jak po jsou si už jen od nebo byl své vaše kde "
    "který která můžete prosím není vás jako dobrý váš účet klikněte níže hodin příloze pozdravem čeká",
    "ro": "și în de la a cu pe nu o să este că un din pentru mai ce care sunt al au dumneavoastră sau dacă prin "
    "acest aceasta vă dvs fi lui bună ziua faceți jos rugăm ore trimit atașat contul",
    "hu": "a az és hogy nem is egy van meg ez de azt vagy már csak mint ön ha el ezt kell ki volt fel még lesz "
    "után lehet kattintson kérjük alábbi jó napot tisztelt múlt órán belül üdvözlettel mellékelten küldöm",
    "tr": "ve bir bu için ile de da olarak çok daha olan en gibi ya ne sizin size bizim hesabınız lütfen veya "
    "ancak tarafından değil var kadar sonra her merhaba iyi günler saat içinde aşağıdaki ekte bağlantıya "
    "sayın saygılarımla",
    "id": "yang dan di untuk dengan ini dari anda pada tidak adalah akan itu ke dalam kami atau oleh bisa dapat "
    "sudah silakan juga akun karena terima kasih selamat pagi bulan lalu terlampir tautan waktu jam",
    "vi": "và của là có không cho các được một trong với này bạn để những đã từ khi người tôi",
}
_SIGNS = {
    "de": "ßä",
    "da": "æøå",
    "no": "æøå",
    "sv": "åä",
    "fi": "ä",
    "pl": "ąćęłńśźż",
    "cs": "ěřů",
    "ro": "ășțţ",
    "hu": "őű",
    "tr": "ğı",
    "vi": "ăđơư" + "".join(map(chr, range(0x1EA0, 0x1EFA))),
}
"""Letters that few of these languages have; a word that has one counts as a word of theirs."""

_SCRIPTS = {
    "ja": re.compile(r"[\u3040-\u30ff]"),
    "ko": re.compile(r"[\uac00-\ud7af]"),
    "zh": re.compile(r"[\u4e00-\u9fff]"),
    "th": re.compile(r"[\u0e00-\u0e7f]"),
    "hi": re.compile(r"[\u0900-\u097f]"),
    "el": re.compile(r"[\u0370-\u03ff]"),
    "he": re.compile(r"[\u0590-\u05ff]"),
    "fa": re.compile(r"[پچژگکی]"),
    "ar": re.compile(r"[\u0600-\u06ff]"),
    "uk": re.compile(r"[іїєґ]", re.IGNORECASE),
    "ru": re.compile(r"[\u0400-\u04ff]"),
}
"""Letters that tell a language, the particular ones first; of Cyrillic only Ukrainian is told from Russian."""

_TELLING = {"ja": 0.05, "fa": 0.05, "uk": 0.03}
"""Share of the letters from which letters of one language within a script of several decide."""


_Weights = Mapping[str, tuple[tuple[str, int], ...]]


class Guess(NamedTuple):
    """A language (ISO 639-1), or empty where undecided, and how sure: its share of all points, 0 to 1."""

    language: str = ""
    share: float = 0.0


def detect(text: str) -> Guess:
    """The language of a text; undecided for short, mixed and wordless ones."""
    read = text[:_READ].lower().replace("i\u0307", "i")  # what Turkish İ becomes
    words = _WORD.findall(read)
    joined = "" if read.isascii() else "".join(words)
    if not joined.isascii() and (script := _by_script(joined, len(joined))):
        return Guess(script, 1.0)
    return _by_words(words)


def _by_script(joined: str, letters: int) -> str:
    for language, script in _SCRIPTS.items():
        least = _TELLING.get(language, _LETTERS_OF_SCRIPT)
        if len(script.findall(joined)) / letters >= least:
            return language
    return ""


def _by_words(words: list[str]) -> Guess:
    points: defaultdict[str, int] = defaultdict(int)
    (known, marks), counted = _profile(), Counter(words)
    for word in counted.keys() & known.keys():
        for language, weight in known[word]:
            points[language] += weight * counted[word]
    for word in counted:
        found = () if word.isascii() else [marks[letter] for letter in set(word) & marks.keys()]
        for language, weight in min(found, key=len, default=()):
            points[language] += weight * counted[word]
    ranked = [*nlargest(2, points.items(), key=itemgetter(1)), ("", 0), ("", 0)]
    (first, most), (_, next_most) = ranked[0], ranked[1]
    if most < _POINT * max(_FEWEST, _LEAST_SHARE * len(words)) or most < _MARGIN * next_most:
        return Guess()
    return Guess(first, round(most / sum(points.values()), 2))


@cache
def _profile() -> tuple[_Weights, _Weights]:
    """Each word, and each telling letter, with the languages that have it and what it counts for each."""
    return _weighed({name: words.split() for name, words in _WORDS.items()}), _weighed(_SIGNS)


def _weighed(held: Mapping[str, Iterable[str]]) -> _Weights:
    holders: dict[str, list[str]] = {}
    for language, pieces in held.items():
        for piece in dict.fromkeys(pieces):
            holders.setdefault(piece, []).append(language)
    return {piece: tuple((language, _POINT // len(each)) for language in each) for piece, each in holders.items()}
