"""Functions of probability: gamma, error function, beta distribution; in Python, once for each distinct number."""

import math

from workbench.events.query.functions._declare import Family, Function
from workbench.events.query.functions._distinct import distinct

_STEPS = 300
_CLOSE = 1e-15
_TINY = 1e-300
_LARGEST = 1e9
"""Shapes of a beta distribution end before this: beyond, a real holds too little of them."""


def _gamma(number: float) -> float | None:
    """Null at the poles, and below zero as in the reference; infinite beyond what a real holds."""
    try:
        return math.gamma(number)
    except ValueError:
        return None
    except OverflowError:
        return math.inf


def _loggamma(number: float) -> float | None:
    return math.lgamma(number) if number > 0 and math.isfinite(number) else None


def _shaped(alpha: float, beta: float) -> bool:
    return 0 < alpha < _LARGEST and 0 < beta < _LARGEST


def _beta_pdf(x: float, alpha: float, beta: float) -> float | None:
    if not _shaped(alpha, beta) or not 0 < x < 1:
        return None
    log = math.lgamma(alpha + beta) - math.lgamma(alpha) - math.lgamma(beta)
    return math.exp(log + (alpha - 1) * math.log(x) + (beta - 1) * math.log1p(-x))


def _beta_cdf(x: float, alpha: float, beta: float) -> float | None:
    """The regularised incomplete beta function, by its continued fraction."""
    if not _shaped(alpha, beta) or not 0 <= x <= 1:
        return None
    if x in (0, 1):
        return float(x)
    if x > (alpha + 1) / (alpha + beta + 2):
        rest = _beta_cdf(1 - x, beta, alpha)
        return None if rest is None else 1 - rest
    log = math.lgamma(alpha + beta) - math.lgamma(alpha) - math.lgamma(beta)
    front = math.exp(log + alpha * math.log(x) + beta * math.log1p(-x)) / alpha
    return front * _fraction(x, alpha, beta)


def _fraction(x: float, alpha: float, beta: float) -> float:
    """Lentz's way through the continued fraction of the incomplete beta function."""
    found, upper, lower = 1.0, 1.0, 0.0
    for step in range(_STEPS):
        half = step // 2
        if step == 0:
            term = 1.0
        elif step % 2:
            term = -(alpha + half) * (alpha + beta + half) * x / ((alpha + 2 * half) * (alpha + 2 * half + 1))
        else:
            term = half * (beta - half) * x / ((alpha + 2 * half - 1) * (alpha + 2 * half))
        lower = 1 / (1 + term * lower or _TINY)
        upper = 1 + term / upper or _TINY
        found *= upper * lower
        if abs(1 - upper * lower) < _CLOSE:
            break
    return found - 1


def _beta_inv(probability: float, alpha: float, beta: float) -> float | None:
    """By halving; null where the probability is none."""
    if not _shaped(alpha, beta) or not 0 <= probability <= 1:
        return None
    low, high = 0.0, 1.0
    for _ in range(100):
        middle = (low + high) / 2
        below = _beta_cdf(middle, alpha, beta) or 0.0
        low, high = (middle, high) if below < probability else (low, middle)
    return (low + high) / 2


_ONE = "(number:number)"
_SHAPE = "alpha:number, beta:number)"

FAMILY = Family(
    "Functions of probability",
    (
        Function("gamma", _ONE, "real", "The gamma function.", distinct("real", _gamma), named="first"),
        Function(
            "loggamma",
            _ONE,
            "real",
            "The logarithm of the gamma function.",
            distinct("real", _loggamma),
            named="first",
        ),
        Function("erf", _ONE, "real", "The error function.", distinct("real", math.erf), named="first"),
        Function("erfc", _ONE, "real", "One less the error function.", distinct("real", math.erfc), named="first"),
        Function(
            "beta_cdf",
            f"(x:number, {_SHAPE}",
            "real",
            "The share of a beta distribution below x.",
            distinct("real", _beta_cdf),
        ),
        Function(
            "beta_inv",
            f"(probability:number, {_SHAPE}",
            "real",
            "The x below which that share of a beta distribution lies.",
            distinct("real", _beta_inv),
        ),
        Function(
            "beta_pdf",
            f"(x:number, {_SHAPE}",
            "real",
            "The density of a beta distribution.",
            distinct("real", _beta_pdf),
        ),
    ),
)
