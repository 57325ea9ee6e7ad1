"""What wanted mail says: a subject in the language of its sender about the work of a department, or an answer to one.

An answer, or a forward, has the subject and the cluster of a mail that began a thread shortly before, behind the prefix
of its language.
"""

import numpy as np
import polars as pl

from workbench.apps.demo.cast import Cast
from workbench.apps.demo.draws import Flags, Ints, any_number, picked
from workbench.apps.demo.parameters import mix, rate
from workbench.apps.demo.phrases import ANSWERS, FORWARDS
from workbench.apps.demo.subjects import ENGLISH

LANGUAGES = mix("languages").names
_ENGLISH = LANGUAGES.index(ENGLISH)
_PREFIXES = ("", *(prefixes[language] for prefixes in (ANSWERS, FORWARDS) for language in LANGUAGES))
_CLUSTERS = (10_000_000_000, 1 << 43)
_NEWS_CLUSTERS = 900_000_000
_SCATTER = 2_654_435_761


def spoken(draw: np.random.Generator, home: Ints) -> Ints:
    """The language of each mail, by its number: that of its sender's house, or English."""
    return np.where(draw.random(len(home)) < rate("own_language"), home, _ENGLISH)


def written(cast: Cast, draw: np.random.Generator, number: int, team: Ints, language: Ints) -> pl.DataFrame:
    """Subject, EmailLanguage and EmailClusterId of mails of a slice, in order of time, about the work of teams."""
    kind = picked(draw, mix("repliers"), len(team))
    origin = _origins(draw, kind == 0, language)
    first, back = np.unique(origin, return_inverse=True)
    sort = team[first] * len(LANGUAGES) + language[first]
    begun = cast.subjects.filled(sort, any_number(draw, len(first)), day_of(cast, number))
    cluster = draw.integers(*_CLUSTERS, len(first))
    prefix = np.where(origin == np.arange(len(origin)), 0, (kind - 1) * len(LANGUAGES) + language + 1)
    return pl.DataFrame(
        {
            "Subject": pl.Series(_PREFIXES).gather(prefix) + begun.gather(back),
            "EmailLanguage": pl.Series(LANGUAGES).gather(language),
            "EmailClusterId": cluster[back],
        }
    )


def issued(cast: Cast, number: int, paper: Ints) -> pl.DataFrame:
    """The same of newsletters, by their number: an issue a day."""
    day = day_of(cast, number)
    issue = paper * 366 + day
    return pl.DataFrame(
        {
            "Subject": cast.news.filled(np.zeros_like(paper), issue * _SCATTER, day),
            "EmailLanguage": pl.repeat(ENGLISH, len(paper), eager=True),
            "EmailClusterId": issue + _NEWS_CLUSTERS,
        }
    )


def day_of(cast: Cast, number: int) -> int:
    """The day of the year on which a slice begins; the first of January is 0."""
    return cast.plan.span(number)[0].timetuple().tm_yday - 1


def _origins(draw: np.random.Generator, begins: Flags, language: Ints) -> Ints:
    """Where each mail's thread began: with itself, or, for the others, with one of its language that came before."""
    found, back = np.arange(len(language)), draw.random(len(language)) ** 2
    for each in range(len(LANGUAGES)):
        mine = np.flatnonzero(language == each)
        begun = begins[mine].cumsum()
        answers = mine[~begins[mine] & (begun > 0)]
        known = begun[~begins[mine] & (begun > 0)]
        turn = np.minimum(known * (1 - back[answers]), known - 1).astype(np.int64)
        found[answers] = mine[begins[mine]][turn]
    return found
