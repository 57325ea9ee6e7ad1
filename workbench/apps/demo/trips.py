"""Who is away on business, and where: so that what comes from abroad is no attack by itself."""

from functools import cache

import numpy as np

from workbench.apps.demo.draws import Ints, stream
from workbench.apps.demo.parameters import rate
from workbench.apps.demo.places import ABROAD, OFFICES, TRAVEL, Office
from workbench.apps.demo.plan import Plan, micros
from workbench.apps.demo.words import CAST

HOME, FLYING = -1, -2
PLACES: tuple[Office, ...] = (*OFFICES, ABROAD, *TRAVEL)
"""Where people may be: the offices first, then the VPN, then where they travel."""

_HOUR = 3_600_000_000
_DAY = 24 * _HOUR
_FLIGHT = 8 * _HOUR
_LONGEST = 3


def whereabouts(plan: Plan, who: Ints, at: Ints) -> Ints:
    """Where people are at moments in microseconds: the number of a place of TRAVEL, HOME, or FLYING there or back.

    A trip begins and ends at night, within a week counted from the beginning of the build. The sample's people stay.
    """
    begin = micros(plan.begin) // _DAY * _DAY
    week = (at - begin) // (7 * _DAY)
    found = np.full(len(at), HOME, dtype=np.int64)
    for number in np.unique(week):
        mine = np.flatnonzero(week == number)
        place, leaves, back = (each[who[mine]] for each in _trips(plan, int(number)))
        since, until = at[mine] - begin - number * 7 * _DAY - leaves, at[mine] - begin - number * 7 * _DAY - back
        away, near = (since >= 0) & (until < 0), (np.abs(since) < _FLIGHT) | (np.abs(until) < _FLIGHT)
        found[mine] = np.where(place == HOME, HOME, np.where(near, FLYING, np.where(away, place, HOME)))
    return found


def places(plan: Plan, office: Ints, who: Ints, at: Ints) -> Ints:
    """Which of PLACES people are at, by the number of each one's office; FLYING there or back.

    Whoever flies does nothing: who makes rows leaves those out.
    """
    trip = whereabouts(plan, who, at)
    return np.where(trip >= 0, len(OFFICES) + 1 + trip, np.where(trip == FLYING, FLYING, office[who]))


@cache
def _trips(plan: Plan, week: int) -> tuple[Ints, Ints, Ints]:
    """By person: where to, or HOME; when they leave and are back, in microseconds of the week."""
    draw, count = stream(plan.seed, "trips", week + 1000), plan.people
    goes = (draw.random(count) < rate("travel")) & (np.arange(count) >= len(CAST))
    place = np.where(goes, draw.integers(0, len(TRAVEL), count), HOME)
    leaves = draw.integers(1, 7 - _LONGEST, count)
    days = draw.integers(1, _LONGEST, count, endpoint=True)
    return place, leaves * _DAY, (leaves + days) * _DAY - _DAY // 4
