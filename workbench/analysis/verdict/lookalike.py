"""Domains and names made to be taken for ours.

A skeleton folds what the eye takes for the same (``rn`` for ``m``, ``1`` for ``l``, Cyrillic for Latin) before any
distance is measured: ``rnicrosoft`` is two edits from ``microsoft`` and none in its skeleton.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from workbench.base.config import Organisation
from workbench.base.text.look import skeleton
from workbench.base.text.url import unicode_host
from workbench.events.lookups.lists import SHIPPED, Lookups
from workbench.events.lookups.suffixes import name_of

SHORTEST = 5
"""Letters of a name below which one changed letter makes another word."""

_GLYPHS = (
    ("rn", "m"),
    ("vv", "w"),
    ("cl", "d"),
    ("0", "o"),
    ("1", "l"),
    ("i", "l"),
    ("5", "s"),
    ("3", "e"),
    ("8", "b"),
)
_FILLER = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Likeness:
    """Which name a domain imitates, and how."""

    imitated: str
    how: str


def likeness(domain: str, organisation: Organisation, lookups: Lookups = SHIPPED) -> Likeness | None:
    """How a foreign domain looks like one of ours, or like a brand we named; None where it does not."""
    name = unicode_host(name_of(domain, lookups)).lower()
    if not name or organisation.owns(domain):
        return None
    own = _own_names(organisation, lookups)
    for imitated in own:
        if found := _like(name, imitated, own=True):
            return Likeness(imitated, found)
    for brand in organisation.brands:
        folded = _FILLER.sub("", brand.lower())
        if folded not in own and (found := _like(name, folded, own=False)):
            return Likeness(brand, found)
    return None


def _like(name: str, imitated: str, *, own: bool) -> str | None:
    """How a name imitates another. The bare name of a brand may be the brand's own: only ours is ours alone."""
    bare = _FILLER.sub("", name)
    if len(imitated) < SHORTEST or (bare == imitated and not own):
        return None
    if bare == imitated:
        return "the same name under another ending" if name == imitated else "our name with hyphens"
    if folded(bare) == folded(imitated):
        return "letters that look the same"
    if OSA.distance(folded(bare), folded(imitated), score_cutoff=1) <= 1:
        return "one letter changed, added, missing or swapped"
    return "our name with words added" if own and imitated in re.split(r"[\W_]+", name) else None


@lru_cache(maxsize=65_536)
def folded(name: str) -> str:
    """The skeleton of a name: accents, other alphabets and look-alike glyphs folded together."""
    text = skeleton(name)
    for seen, meant in _GLYPHS:
        text = text.replace(seen, meant)
    return text


def same_person(shown: str, name: str) -> bool:
    """Whether a display name is that of a person: words in any order, look-alike letters folded."""
    return bool(name.strip()) and _words(shown) == _words(name)


def _words(name: str) -> list[str]:
    return sorted(folded(word) for word in _FILLER.split(name.rpartition("<")[0] or name) if word)


def _own_names(organisation: Organisation, lookups: Lookups) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name_of(domain, lookups) for domain in organisation.domains))
