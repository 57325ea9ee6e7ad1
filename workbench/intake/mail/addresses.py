"""Mailboxes of From, To, Cc and their like, read as mail programs do: never an exception, never an invention."""

import re
from typing import NamedTuple

from workbench.intake.mail.faults import Faults
from workbench.intake.mail.limits import LONGEST_VALUE
from workbench.intake.mail.words import decode_words

_TOKEN = re.compile(
    r'=\?[^?\s]{1,60}\?[bBqQ]\?[^?]*\?=|"(?:[^"\\]|\\.)*"?|\((?:[^()\\]|\\.)*\)?|<[^<>]*>?|[,;:]|[^",;:<(=]+|=',
    re.DOTALL,
)
_ADDRESS = re.compile(r"(\"(?:[^\"\\]|\\.){0,128}\"|[^\s\"<>()@,;:]{1,256})@([^\s\"<>()@,;]{1,256})")
_INSIDE = re.compile(r"^<\s*(?:@[^:<>]*:)?(.*?)\s*>?$", re.DOTALL)
_ANGLE = re.compile(r"\s{0,100}<[^<>@]{0,256}@")
_NOTHING = " \t\r\n,>"
_BLANKS = re.compile(r"\s+")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class Mailbox(NamedTuple):
    """A display name as people read it, and an address in lower case; either may be empty."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """What follows the last ``@``."""
        return self.address.rpartition("@")[2] if "@" in self.address else ""


NOBODY = Mailbox("", "")


def read_mailboxes(header: str, faults: Faults, where: str, most: int) -> list[Mailbox]:
    """The mailboxes of one header, at most ``most`` of them and one more; groups count by their members.

    What stands before a comma without an address belongs to the next name: ``Miller, John <j@example.org>``. So does
    an address in quotes where one in angle brackets follows: ``"boss@x.example", <a@y.example>`` only shows the former.
    """
    mailboxes: list[Mailbox] = []
    tokens: list[str] = []
    has_address = quoted = False
    for found in _TOKEN.finditer(header):
        mark = found[0]
        is_angle = mark.startswith("<") and "@" in mark
        is_end = mark == ";" or (mark == "," and (has_address or (quoted and not _ANGLE.match(header, found.end()))))
        if not is_end and not (mark == ":" and not has_address):
            tokens.append(mark)
            has_address = has_address or ("@" in mark and not mark.startswith('"'))
            quoted = quoted or ("@" in mark and mark.startswith('"'))
        if is_end or is_angle or (mark == ":" and not has_address):
            mailboxes += _mailbox(tokens, faults, where) if mark != ":" else []
            tokens, has_address, quoted = [], False, False
        if len(mailboxes) > most:
            return mailboxes
    return mailboxes + _mailbox(tokens, faults, where)


def first_address(text: str) -> str:
    """The first thing in the text that is an address, in lower case; empty where there is none."""
    found = _ADDRESS.search(text[:LONGEST_VALUE])
    return _clean(found[0]) if found else ""


def _mailbox(tokens: list[str], faults: Faults, where: str) -> list[Mailbox]:
    angles = [token for token in tokens if token.startswith("<") and len(token) > 1]
    comments = [token for token in tokens if token.startswith("(")]
    words = [token for token in tokens if not token.startswith(("<", "("))]
    if not angles and not "".join(words).strip(_NOTHING):
        return []
    if angles:
        inside = _INSIDE.match(angles[-1])
        address = _clean(inside[1]) if inside else ""
    else:
        address, words = _bare("".join(words))
    if "@" not in address:
        faults.add(where, "no address could be read")
        address = ""
    return [Mailbox(_name(words, comments, faults, where), address)]


def _bare(text: str) -> tuple[str, list[str]]:
    """An address that stands without angle brackets, and what stands around it."""
    found = _ADDRESS.search(text)
    return (_clean(found[0]), [text[: found.start()].strip(), text[found.end() :].strip()]) if found else ("", [text])


def _name(words: list[str], comments: list[str], faults: Faults, where: str) -> str:
    """The display name: words and quoted strings; a comment only where there is nothing else."""
    text = "".join(map(_unquoted, words)).strip(_NOTHING)
    text = text or " ".join(comment.strip("()") for comment in comments)
    shown = _BLANKS.sub(" ", decode_words(text, faults, where)).strip().strip("'").strip()
    return shown[:LONGEST_VALUE]


def _unquoted(word: str) -> str:
    return _ESCAPED.sub(r"\1", word.strip('"')) if word.startswith('"') else word


def _clean(address: str) -> str:
    kept = (address if '"' in address else _BLANKS.sub("", address)).strip().rstrip(".").lower()[:LONGEST_VALUE]
    return kept.strip("'\"") if kept[-1:] in {"'", '"'} else kept
