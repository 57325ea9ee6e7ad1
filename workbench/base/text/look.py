"""Characters that look like others or like nothing: folded away for comparison, and counted."""

import re
import unicodedata

_NOTHING = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_MARKS = re.compile("[\u0300-\u036f]")
_PAIRS = (
    "аa еe оo рp сc уy хx іi ѕs јj һh ԁd ԛq ԝw кk мm тt вb нh ьb "
    "οo αa ρp εe υu νv ιi κk τt ηn ωw χx γy "
    "օo սu հh ոn ցg յj զq ꭰd ꭱr ꮪs ɡg ɑa ɩi ıi łl øo đd "
    "ᴀa ʙb ᴄc ᴅd ᴇe ɢg ʜh ɪi ᴊj ᴋk ʟl ᴍm ɴn ᴏo ᴘp ʀr ᴛt ᴜu ᴠv ᴡw ʏy ᴢz"
)
_LOOKALIKES = str.maketrans({pair[0]: pair[1] for pair in _PAIRS.split()})
_ZERO_WIDTH = re.compile("[\u200b-\u200d\u2060\ufeff\u180e]")
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_STYLED = re.compile("[\U0001d400-\U0001d7ff\uff21-\uff3a\uff41-\uff5a\u2160-\u217f]")
_WORD = re.compile(r"[^\W\d_]{2,}")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_GREEK, _CYRILLIC, _ARMENIAN = r"\u0370-\u03ff", r"\u0400-\u052f", r"\u0530-\u058f"
_OTHER = re.compile(f"[{_GREEK}{_CYRILLIC}{_ARMENIAN}]")


def skeleton(text: str) -> str:
    """Text in lower case without marks and invisible characters, look-alike letters as the Latin ones they imitate."""
    if text.isascii():
        return text.lower()
    bare = unicodedata.normalize("NFKD", _NOTHING.sub("", text)).lower()
    return _MARKS.sub("", bare).translate(_LOOKALIKES)


def odd_characters(text: str) -> dict[str, int]:
    """How many zero-width, direction-changing and styled characters, and words of mixed alphabets, the text holds."""
    if text.isascii():
        return {"zero_width": 0, "bidi": 0, "styled": 0, "mixed_script": 0}
    mixed = sum(map(is_mixed, _WORD.findall(text))) if _OTHER.search(text) else 0
    return {
        "zero_width": len(_ZERO_WIDTH.findall(text)),
        "bidi": len(_DIRECTION.findall(text)),
        "styled": len(_STYLED.findall(text)),
        "mixed_script": mixed,
    }


def is_mixed(word: str) -> bool:
    """Whether Latin letters stand beside Greek, Cyrillic or Armenian ones in one word."""
    return bool(_LATIN.search(word)) and bool(_OTHER.search(word))
