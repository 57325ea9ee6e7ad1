"""The key of a subject: equal for all mails of one lure."""

import re

from workbench.base.text.look import skeleton

_MARK = re.compile(
    r"\s*(?:(?:re|r|rif|fw|fwd|aw|wg|rv|tr|sv|vs|vb|antw|enc|res|odp|ynt|ilt|ref|fyi)\s*(?:\[\d{1,3}\]|\(\d{1,3}\))?\s*[:：]"
    r"|\[[^\[\]]{1,40}\])\s*"
)
_REPLY = re.compile(
    r"\s*(?:\[[^\[\]]{1,40}\]\s*)?(?:re|aw|antw|sv|vs|res|odp|ynt|rif)\s*(?:\[\d{1,3}\])?\s*[:：]", re.IGNORECASE
)
_ADDRESS = re.compile(r"\S+@\S+")
_ID = re.compile(r"[^\s]*\d[^\s]*")
_REPEATED = re.compile(r"#(?:\s*#)+")
_BLANKS = re.compile(r"\s+")
_MOST_MARKS = 20


def subject_key(subject: str) -> str:
    """The subject in lower case without reply marks and ``[tags]``; addresses become ``@``, what holds digits ``#``."""
    text = skeleton(subject)
    for _ in range(_MOST_MARKS):
        mark = _MARK.match(text)
        if mark is None or mark.end() == len(text):
            break
        text = text[mark.end() :]
    masked = _ID.sub("#", _ADDRESS.sub("@", text))
    return _BLANKS.sub(" ", _REPEATED.sub("#", masked)).strip()


def is_reply(subject: str) -> bool:
    """Whether the subject says that it answers something."""
    return _REPLY.match(subject) is not None
