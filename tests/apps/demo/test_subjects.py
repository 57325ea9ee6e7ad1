import re

import numpy as np

from workbench.apps.demo.parameters import mix
from workbench.apps.demo.phrases import LURES, NEWS, TAILS, TEAMS, TOPICS
from workbench.apps.demo.subjects import Phrases, Pool, lures, news, wanted

EVERY = [*NEWS, *(tail for tails in TAILS.values() for tail in tails),
    *(text for texts in LURES.values() for pool in texts.values() for text in pool)]  # fmt: skip


def test_a_phrase_has_one_slot_and_is_filled_in() -> None:
    for phrase in dict.fromkeys(EVERY):
        assert re.fullmatch(r"[^{}]*\{[nqpfjcrwd]\}[^{}]*", phrase)
        filled = Phrases([[phrase]]).filled(np.zeros(40, np.int64), np.arange(40) << 40)
        assert not filled.str.contains("[{}]").any()
        assert filled.n_unique() > 5, phrase


def test_every_department_and_language_has_topics_of_its_own() -> None:
    assert TOPICS.keys() == TAILS.keys() == set(mix("languages").names)
    for teams in TOPICS.values():
        assert len(teams) == len(TEAMS)
        assert len({tuple(topics) for topics in teams}) == len(TEAMS)


def test_a_day_that_a_subject_names_is_near_that_of_the_mail() -> None:
    made = Phrases([["week {w}"]]).filled(np.zeros(500, np.int64), np.arange(500) << 40, day=200)
    assert set(made.str.extract(r"week (\d+) ").cast(int)) == {29, 30, 31}
    days = Phrases([["on {d}"]]).filled(np.zeros(500, np.int64), np.arange(500) << 40, day=365)
    assert set(days.str.extract(r"/(\d+) ")) == {"12", "01"}


def test_a_language_without_lures_of_a_kind_writes_english() -> None:
    said = lures(["", "fr"], "advance fee").filled(np.array([0, 1]), np.array([0, 0]))
    assert said[0] == said[1] == "Confidential business proposal 10000"


def test_texts_of_all_sorts_can_be_had() -> None:
    pool = Pool([["a", "b"], ["c"]])
    assert pool.texts.gather(pool.at(np.array([0, 0, 1]), np.array([0, 3, 9]))).to_list() == ["a", "b", "c"]
    first, last = (wanted(["en", "de"]).filled(np.array([sort]), np.array([0]))[0] for sort in (0, 2 * len(TEAMS) - 1))
    assert (first, last) == ("Board 10000", "Stelle 10000")
    assert news().filled(np.array([0]), np.array([0]))[0].startswith("Freight in figures: week ")
