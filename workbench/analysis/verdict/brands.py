"""Names that lures borrow: a sender who shows one of them and writes from elsewhere claims to be somebody else.

The names, and how their owners name their domains, are the list ``brands``; ``organisation.yml`` adds names to it.
"""

import re
from collections.abc import Iterable, Mapping

from workbench.analysis.verdict.lookalike import folded
from workbench.events.lookups.lists import SHIPPED, Lookups
from workbench.events.lookups.matching import Pairs
from workbench.events.lookups.suffixes import name_of

LIST = "brands"
_WORD = re.compile(r"[^\W_]+")


def borrowed(shown: str, domain: str, ours: Iterable[str] = (), lookups: Lookups = SHIPPED) -> str:
    """The brand that a display name carries though the domain is not the brand's; empty where there is none.

    ``ours`` are further names, those of ``organisation.yml``.
    """
    said = f" {_words(shown)} "
    labels = {**brands(lookups), **{name: _plain(name) for name in ours}}
    named = [name for name in (*ours, *labels) if (words := _words(name)) and f" {words} " in said]
    label = _plain(name_of(domain, lookups))
    held = any(own in label for name in named for own in labels[name].split())
    return "" if held else next(iter(named), "")


def brands(lookups: Lookups = SHIPPED) -> Mapping[str, str]:
    """Known brands in lower case, each with the words of which the name of any of its domains holds one."""
    finder = lookups.lookup(LIST).finder
    return finder.known if isinstance(finder, Pairs) else {}


def _plain(name: str) -> str:
    """Letters and digits alone, nothing folded: a domain in look-alike letters is not the brand's own."""
    return "".join(_WORD.findall(name.lower()))


def _words(text: str) -> str:
    return " ".join(_WORD.findall(folded(text)))
