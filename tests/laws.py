"""How many examples a law is held against: all in `make test-all`, a quarter of them every day."""

from hypothesis import settings

WHOLE, EVERYDAY = 100, 25
"""Examples of a law that says no number."""
FEWEST = 5
"""Hypothesis tries the simplest example first, which holds almost any law."""


def profile(*, everything: bool) -> settings:
    """The settings of a run; examples take as long as they do on a busy machine."""
    return settings(deadline=None, max_examples=WHOLE if everything else EVERYDAY)


def often(whole: int) -> int:
    """So many examples where everything runs, a quarter of them every day and never less than a few."""
    everyday = settings().max_examples < WHOLE
    return max(min(whole, FEWEST), whole * EVERYDAY // WHOLE) if everyday else whole
