"""Who writes from outside: partners we know, newsletters, strangers, and those nobody wants to know."""

import numpy as np
import polars as pl

from workbench.apps.demo.draws import Ints, Reals, hexes, picked, stream, zipf
from workbench.apps.demo.parameters import mix, rate
from workbench.apps.demo.places import INTRUDERS, TRAVEL
from workbench.apps.demo.words import ADJECTIVES, CARRIER_LANGUAGES, CARRIERS, GIVEN, NOUNS, SURNAMES

DOMAINS, EACH, NEWSLETTERS = 400, 5, 60
SECOND_V6 = 1000


class Outside:
    """Known senders: several at each domain of partners, and newsletters. Position is who."""

    def __init__(self, seed: int) -> None:
        draw = stream(seed, "outside")
        self.domains = pl.Series(domains(DOMAINS))
        self.weights: Reals = zipf(DOMAINS, rate("zipf"))
        given = pl.Series(GIVEN).gather(draw.integers(0, len(GIVEN), DOMAINS * EACH))
        surname = pl.Series(SURNAMES).gather(draw.integers(0, len(SURNAMES), DOMAINS * EACH))
        local = given.str.to_lowercase() + "." + surname.str.to_lowercase()
        self.home: Ints = np.repeat(np.arange(DOMAINS), EACH)
        self.addresses = local + "@" + self.domains.gather(self.home)
        self.names = given + " " + surname
        homes = picked(draw, mix("languages"), DOMAINS)
        homes[: len(CARRIERS)] = [mix("languages").names.index(each) for each in CARRIER_LANGUAGES]
        self.language: Ints = homes
        papers = [f"{noun}-{word}.example" for word in ("weekly", "digest") for noun in NOUNS]
        self.newsletters = pl.Series(papers[:NEWSLETTERS])
        self.paper_names = pl.Series([name.split(".")[0].replace("-", " ").title() for name in papers[:NEWSLETTERS]])


def domains(count: int = DOMAINS) -> list[str]:
    """The domains of partners, the one that writes most first."""
    made = [f"{adjective}{noun}.example" for noun in NOUNS for adjective in ADJECTIVES]
    return [f"{name}.example" for name in CARRIERS] + made[: count - len(CARRIERS)]


def strangers(draw: np.random.Generator, count: int) -> pl.DataFrame:
    """People nobody here has heard of before: address, name and domain, all different."""
    given = pl.Series(GIVEN).gather(draw.integers(0, len(GIVEN), count))
    surname = pl.Series(SURNAMES).gather(draw.integers(0, len(SURNAMES), count))
    noun = pl.Series(NOUNS).gather(draw.integers(0, len(NOUNS), count))
    domain = noun + "-" + hexes(draw, count, 6) + ".example"
    address = given.str.to_lowercase() + "." + surname.str.to_lowercase() + "@" + domain
    return pl.DataFrame({"address": address, "name": given + " " + surname, "domain": domain})


def addresses(numbers: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The hosts that some senders write from, by their numbers: of IPv4 for the most part, of IPv6 for one in ten.

    Some 440 addresses of IPv4 are documentation's, so they are shared; those of IPv6 are one each.
    """
    six = numbers % 10 == 0
    four = pl.Series(_FOUR).gather(numbers % len(_FOUR))
    long = (
        "2001:db8:" + (numbers % 9000 + SECOND_V6).cast(pl.String) + "::" + (numbers // 9000 % 9000 + 1).cast(pl.String)
    )
    return pl.select(pl.when(six).then(pl.lit("")).otherwise(four)).to_series(), pl.select(
        pl.when(six).then(long).otherwise(pl.lit(""))
    ).to_series()


_TAKEN = {*INTRUDERS, *(each.address for each in TRAVEL)}
_FOUR = [
    address
    for address in (
        *(f"198.51.100.{host}" for host in range(1, 200)),
        *(f"203.0.113.{host}" for host in range(1, 255)),
    )
    if address not in _TAKEN
]
"""198.51.100.200 and above are those of mails of the planted stories."""
