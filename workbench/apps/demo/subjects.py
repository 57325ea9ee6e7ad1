"""Subjects: phrases whose slots are filled in with numbers, people, partners, places and days."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache

import numpy as np
import polars as pl

from workbench.apps.demo.draws import Ints
from workbench.apps.demo.outside import domains
from workbench.apps.demo.phrases import LURES, NEWS, TAILS, TEAMS, TOPICS
from workbench.apps.demo.places import OFFICES, TRAVEL
from workbench.apps.demo.words import ADJECTIVES, GIVEN, NOUNS, SURNAMES

ENGLISH = "en"
_SLOTS = "nqpfjcrwd"
_NEAR_DAYS = 14
"""How far from the day of a mail a day is that its subject names."""

_PLACES = (*(office.city for office in (*OFFICES, *TRAVEL)), "Rotterdam", "Bremen", "Valencia", "Duisburg", "Basel",
    "Milan", "Dublin", "Tangier", "Riga", "Turku", "Sines", "Ghent")  # fmt: skip
_DAYS = 366


class Pool:
    """Texts of several sorts, in one column: ``at`` says where those of each sort stand."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        sizes = [len(pool) for pool in texts]
        self.texts = pl.Series([text for pool in texts for text in pool], dtype=pl.String)
        self._sizes, self._starts = np.array(sizes), np.cumsum([0, *sizes[:-1]])

    def at(self, sort: Ints, pick: Ints) -> Ints:
        """The place of a text of each of these sorts (by number), chosen by any whole number."""
        found: Ints = self._starts[sort] + pick % self._sizes[sort]
        return found


class Phrases:
    """Phrases of several sorts, and what may stand in their slots."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        self._pool = Pool(texts)
        parts = self._pool.texts.str.extract_groups(r"^([^{]*)(?:\{(.)\})?(.*)$").struct
        self._heads, slots, self._tails = (parts.field(each) for each in "123")
        self._slots: Ints = slots.fill_null("").replace_strict(_NUMBERS, return_dtype=pl.Int64).to_numpy()

    def filled(self, sort: Ints, pick: Ints, day: int = 0) -> pl.Series:
        """A subject of each of these sorts, chosen by whole numbers from 0 to 2^62, of mails of a day of the year."""
        place = self._pool.at(sort, pick)
        slot, rest = self._slots[place], pick // 10_007
        named = np.isin(slot, (_NUMBERS["w"], _NUMBERS["d"]))
        near = (day + rest % _NEAR_DAYS - 1) % _DAYS * len(_PLACES) + rest // _NEAR_DAYS % len(_PLACES)
        values = _values()
        value = values.texts.gather(values.at(slot, np.where(named, near, rest)))
        return pl.select(pl.concat_str(self._heads.gather(place), value, self._tails.gather(place))).to_series()


_NUMBERS = {"": 0, **{slot: at for at, slot in enumerate(_SLOTS, 1)}}


def wanted(languages: Sequence[str]) -> Phrases:
    """Subjects of wanted mail: a sort for each department (of ``TEAMS``) and language, the language changing first."""
    return Phrases([_every(team, language) for team in range(len(TEAMS)) for language in languages])


def news() -> Phrases:
    """Subjects of newsletters."""
    return Phrases([NEWS])


def lures(languages: Sequence[str], kind: str) -> Phrases:
    """Subjects of unwanted mail of a kind: a sort for each language."""
    texts: Mapping[str, Sequence[str]] = LURES[kind]
    return Phrases([texts.get(language, texts[ENGLISH]) for language in languages])


def _every(team: int, language: str) -> list[str]:
    return [f"{topic} {tail}" for topic in TOPICS[language][team] for tail in TAILS[language]]


@cache
def _values() -> Pool:
    """What may stand in a slot, in the order of the slots' numbers."""
    projects = [f"{one.title()} {two.title()}" for one in ADJECTIVES for two in NOUNS]
    partners = [name.removesuffix(".example").replace("-", " ").title() for name in domains()]
    days = [date(2024, 1, 1) + timedelta(days=day) for day in range(_DAYS)]
    return Pool([
        [""],
        [str(number) for number in range(10_000, 100_000)],
        [str(number) for number in range(10, 100)],
        [f"{given} {surname}" for given in GIVEN for surname in SURNAMES],
        partners,
        projects,
        [f"NGLU {number}" for number in range(200_000, 260_000)],
        [f"{one}-{two}" for one in _PLACES for two in _PLACES if one != two],
        [f"{day.isocalendar().week} {place}" for day in days for place in _PLACES],
        [f"{day:%d/%m} {place}" for day in days for place in _PLACES],
    ])  # fmt: skip
