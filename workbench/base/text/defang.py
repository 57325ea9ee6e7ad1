"""Make indicators unclickable for people, and readable again for machines."""

import re

_SCHEME = re.compile(r"\b(h)(?:tt|xx)(ps?)\b(?=:|\[:\])", re.IGNORECASE)
_LIVE_SCHEME = re.compile(r"\bh(tt)(ps?):", re.IGNORECASE)
_FTP = re.compile(r"\bf(t)p(s?):", re.IGNORECASE)
_URL_HOST = re.compile(r"^([a-z][a-z0-9+.\-]*:/*)([^/?#]*)(.*)$", re.IGNORECASE | re.DOTALL)
_DOT = re.compile(r"\s?[\[({<]\s?(?:\.|dot)\s?[\])}>]\s?", re.IGNORECASE)
_AT = re.compile(r"\s?[\[({<]\s?(?:@|at)\s?[\])}>]\s?", re.IGNORECASE)
_COLON = re.compile(r"[\[({]\s?:\s?(//)?\s?[\])}](//)?", re.IGNORECASE)


def defang(value: str) -> str:
    """Write a URL, address, domain or IP so that nothing makes a link of it: ``hxxps://evil[.]example/a.b``.

    Dots of the path and query stay, so that the text can still be compared by eye.
    """
    text = _FTP.sub(r"fxp\2:", _LIVE_SCHEME.sub(r"hxx\2:", value.replace("[.]", ".")))
    if (parts := _URL_HOST.match(text)) and "//" in parts[1]:
        return f"{parts[1]}{parts[2].replace('.', '[.]')}{parts[3]}"
    return text.replace(".", "[.]") if "/" not in text else _first_dots(text)


def refang(value: str) -> str:
    """Undo every common way of defanging: ``hxxp``, ``[.]``, ``(dot)``, ``[at]``, ``[:]//``; other text is unchanged."""
    text = _COLON.sub(lambda hit: f":{hit[1] or hit[2] or ''}", _AT.sub("@", _DOT.sub(".", value.strip())))
    text = _SCHEME.sub(r"\1tt\2", text)
    return re.sub(r"\bfxp(s?):", r"ftp\1:", text, flags=re.IGNORECASE)


def _first_dots(text: str) -> str:
    host, slash, rest = text.partition("/")
    return f"{host.replace('.', '[.]')}{slash}{rest}"
