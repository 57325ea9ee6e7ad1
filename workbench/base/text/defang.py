"""Make indicators unclickable for people, and readable again for machines."""

import re

_LIVE_SCHEME = re.compile(r"\b(h)(tt)(ps?)(?=:)", re.IGNORECASE)
_DEAD_SCHEME = re.compile(r"\b(h)(xx)(ps?)(?=:|\[:\])", re.IGNORECASE)
_LIVE_FTP = re.compile(r"\b(f)(t)(ps?)(?=:)", re.IGNORECASE)
_DEAD_FTP = re.compile(r"\b(f)(x)(ps?)(?=:|\[:\])", re.IGNORECASE)
_AUTHORITY = re.compile(r"(\s*(?:[a-z][a-z0-9+\-]*:(?!\d))?[/\\]*)([^/\\?#]*)(.*)", re.IGNORECASE | re.DOTALL)
_BREAKS = re.compile(r"[\t\r\n]+")
_OPEN, _SHUT = r"\s?[\[({<]{1,4}\s?", r"\s?[\])}>]{1,4}\s?"
_DOT = re.compile(rf"{_OPEN}(?:\.|dot){_SHUT}", re.IGNORECASE)
_AT = re.compile(rf"{_OPEN}(?:@|at){_SHUT}", re.IGNORECASE)
_COLON = re.compile(rf"{_OPEN}:\s?(//)?{_SHUT}(//)?")
_CROSSED, _RESTORED = str.maketrans("tT", "xX"), str.maketrans("xX", "tT")
_MARKED = re.compile(r"[\[({<]|[hf]x[xp]", re.IGNORECASE)


def defang(value: str) -> str:
    """Write a URL, address, domain or IP so that nothing makes a link of it: ``hxxps://evil[.]example/a.b``.

    Dots of the path and query stay, so that the text can still be compared by eye; line ends and tabs, which browsers
    skip, go. What is defanged already comes back as it is.
    """
    text = _BREAKS.sub("", value).replace("[.]", ".").replace("[:]", ":")
    text = _LIVE_FTP.sub(_crossed, _LIVE_SCHEME.sub(_crossed, text))
    parts = _AUTHORITY.fullmatch(text)
    return f"{parts[1]}{parts[2].replace('.', '[.]')}{parts[3]}" if parts else text


def refang(value: str) -> str:
    """Undo the common ways of defanging: ``hxxp``, ``[.]``, ``(dot)``, ``[at]``, ``[:]//``; other text is unchanged."""
    text = value.strip()
    if not _MARKED.search(text):
        return text
    text = _COLON.sub(lambda hit: f":{hit[1] or hit[2] or ''}", _AT.sub("@", _DOT.sub(".", text)))
    return _DEAD_FTP.sub(_restored, _DEAD_SCHEME.sub(_restored, text))


def _crossed(scheme: re.Match[str]) -> str:
    return f"{scheme[1]}{scheme[2].translate(_CROSSED)}{scheme[3]}"


def _restored(scheme: re.Match[str]) -> str:
    return f"{scheme[1]}{scheme[2].translate(_RESTORED)}{scheme[3]}"
