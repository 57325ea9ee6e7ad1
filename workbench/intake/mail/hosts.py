"""Host names: whose they are, and which say something by themselves."""

from functools import lru_cache

_SHORTENERS = (
    "adf.ly bit.ly bitly.com bl.ink buff.ly clck.ru cutt.ly db.tt dlvr.it fb.me goo.gl goo.su hyperurl.co ht.ly is.gd "
    "j.mp lc.cx linklyhq.com lnkd.in mcaf.ee n9.cl ow.ly po.st qr.ae qrco.de rb.gy rebrand.ly rebrandly.com s.id "
    "shorte.st short.gy shorturl.at snip.ly soo.gd t.co t.ly t2m.io tiny.cc tinyurl.com trib.al tr.im u.to urlz.fr "
    "v.gd wp.me x.co xurl.es y2u.be youtu.be zpr.io"
)
SHORTENERS = frozenset(_SHORTENERS.split())
"""Hosts that lead anywhere."""

MICROSOFT = "outlook.com"
"""What ``organisation`` says for every host of Exchange Online and Outlook.com."""

_MICROSOFT_HOSTS = (
    ".outlook.com",
    ".office365.com",
    ".office365.us",
    ".exchangelabs.com",
    ".outlook.cn",
    ".hotmail.com",
)
_SHORT_SECOND_LEVEL = 3


@lru_cache(maxsize=4096)
def organisation(host: str) -> str:
    """The part of a host name that one organisation holds, near enough to tell its hosts from others'.

    Without a list of public suffixes: two labels, three below a country and a short second level (``x.co.uk``).
    """
    name = host.lower().rstrip(".")
    if f".{name}".endswith(_MICROSOFT_HOSTS):
        return MICROSOFT
    labels = name.split(".")
    is_short = len(labels) > 2 and len(labels[-2]) <= _SHORT_SECOND_LEVEL and len(labels[-1]) == 2
    return ".".join(labels[-3:] if is_short else labels[-2:])
