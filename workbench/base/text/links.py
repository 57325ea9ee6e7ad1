"""Plain text that readers make links in: JupyterLab turns every URL and ``www.`` of plain output into one."""

import re

_SCHEME = re.compile(r"\b(h)tt(ps?)(?=:)", re.IGNORECASE)
_WWW = re.compile(r"\b(www)\.", re.IGNORECASE)


def unlinked(text: str) -> str:
    """Text in which no reader finds a link to make; all else of it, dots of a sentence too, stays as it is."""
    return _WWW.sub(r"\1[.]", _SCHEME.sub(r"\1xx\2", text))
