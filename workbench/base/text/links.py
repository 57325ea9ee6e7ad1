"""Plain text that readers make links in: JupyterLab turns every address and ``www.`` of plain output into one.

It does so in the middle of words too, and for every scheme (``[a-zA-Z][a-zA-Z0-9+.-]{2,40}://``, ``data:``): a click
would open whatever program the reader's machine has for it.
"""

import re

_HTTP = re.compile(r"(h)tt(ps?)(?=:)", re.IGNORECASE)
_SCHEME = re.compile(r"(?<!hxxp)(?<!hxxps):(?=//)", re.IGNORECASE)
_DATA = re.compile(r"(data):(?=\S)", re.IGNORECASE)
_WWW = re.compile(r"(www)\.", re.IGNORECASE)


def unlinked(text: str) -> str:
    """Text in which no reader finds a link that opens; all else of it, dots of a sentence too, stays as it is."""
    shown = _WWW.sub(r"\1[.]", _HTTP.sub(r"\1xx\2", text))
    return _DATA.sub(r"\1[:]", _SCHEME.sub("[:]", shown)) if ":" in shown else shown
