"""Who works there: the people of the sample first, then as many more as the plan wants."""

from datetime import datetime
from functools import cached_property

import numpy as np
import polars as pl

from workbench.apps.demo.draws import Ints, Reals, guid, guids, hexes, stream, weighted
from workbench.apps.demo.parameters import mix, rate
from workbench.apps.demo.phrases import TEAMS
from workbench.apps.demo.places import OFFICES, SHARES, of_city
from workbench.apps.demo.plan import Plan
from workbench.apps.demo.words import CAST, DEPARTMENTS, GIVEN, SURNAMES

DOMAIN, SECOND_DOMAIN = "northgate.example", "northgate-logistics.example"
COMPANY = "Northgate Logistics"
TENANT = guid("tenant", COMPANY)
SECOPS = ("secops@northgate.example", "phish-reports@northgate.example")
DRILLS = "phish-drill.example"
VIPS = 3
"""The first people are those whose names are worth imitating."""


class People:
    """Everybody with a mailbox, as columns; position is who."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.frame = _frame(plan)
        self.address, self.name = self.frame["AccountUpn"], self.frame["AccountDisplayName"]
        self.object_id = self.frame["AccountObjectId"]
        self.office: Ints = self.frame["office"].to_numpy()
        names = mix("languages").names
        self.language: Ints = np.array([names.index(_LANGUAGES[office.country]) for office in OFFICES])[self.office]
        self.team: Ints = self.frame["Department"].replace_strict(_TEAMS, return_dtype=pl.Int64).to_numpy()

    def __len__(self) -> int:
        return self.frame.height

    @cached_property
    def weights(self) -> Reals:
        """How much mail each gets, as a share of all: log-normal."""
        drawn: Reals = np.exp(rate("mail_sigma") * stream(self.plan.seed, "people/weights").standard_normal(len(self)))
        shares: Reals = drawn / drawn.sum()
        return shares

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Who somebody is, by address."""
        return {str(address): at for at, address in enumerate(self.address)}

    def at(self, *addresses: str) -> list[int]:
        """Where people stand, by their account names."""
        return [self.numbers[f"{each}@{DOMAIN}"] for each in addresses]

    def of(self, department: str) -> Ints:
        """Where the people of a department stand."""
        return np.flatnonzero((self.frame["Department"] == department).to_numpy())


def identity_rows(people: People, moment: datetime) -> pl.DataFrame:
    """What the directory says of everybody at a moment: rows of IdentityInfo."""
    shown = people.frame.drop("office", "AccountSid")
    stamp = int(moment.timestamp())
    return shown.with_columns(
        Timestamp=pl.lit(moment).cast(pl.Datetime("us", "UTC")),
        ReportId=pl.col("AccountObjectId") + f"-{stamp}",
        OnPremSid=people.frame["AccountSid"],
        CreatedDateTime=pl.lit(datetime.fromisoformat("2024-01-08T08:00:00+00:00")).cast(pl.Datetime("us", "UTC")),
        Type=pl.lit("User"), CompanyName=pl.lit(COMPANY), TenantId=pl.lit(TENANT), RiskLevel=pl.lit("None"),
        TenantMembershipType=pl.lit("Member"), IsAccountEnabled=pl.lit(value=True),
        SourceSystem=pl.lit("AzureActiveDirectory"),
    )  # fmt: skip


def _frame(plan: Plan) -> pl.DataFrame:
    count = plan.people
    draw = stream(plan.seed, "people")
    drawn = _drawn(draw, max(0, count - len(CAST)))
    cast = pl.DataFrame(CAST, schema=["AccountDisplayName", "Department", "JobTitle", "City"], orient="row")
    every = pl.concat([cast, drawn])
    named = every.with_columns(_account(every["AccountDisplayName"]))
    cities = [office.city for office in OFFICES]
    return named.with_columns(
        pl.col("AccountDisplayName").str.split(" ").list.first().alias("GivenName"),
        pl.col("AccountDisplayName").str.splitn(" ", 2).struct.field("field_1").alias("Surname"),
        AccountUpn=pl.col("AccountName") + "@" + DOMAIN,
        EmailAddress=pl.col("AccountName") + "@" + DOMAIN,
        AccountDomain=pl.lit(DOMAIN),
        AccountObjectId=guids(draw, named.height),
        AccountSid="S-1-5-21-1085031214-1563985344-725345543-" + pl.Series(np.arange(1104,
        1104 + named.height)).cast(pl.String),
        EmployeeId="N" + hexes(draw, named.height, 8),
        Country=pl.Series([of_city(city).country for city in named["City"]]),
        Manager=pl.Series(_managers(named)),
        CriticalityLevel=pl.Series(np.where(np.arange(named.height) < VIPS, 1, 3).astype(np.int32)),
        Tags=pl.Series(['["Priority account"]' if at < VIPS else "[]" for at in range(named.height)]),
        GroupMembership="[\"All staff\",\"" + named["Department"] + "\"]",
        office=pl.Series([cities.index(city) for city in named["City"]]),
    )  # fmt: skip


def _drawn(draw: np.random.Generator, count: int) -> pl.DataFrame:
    shares = np.array([share for _, share, _ in DEPARTMENTS])
    department = weighted(draw, shares, count)
    titles = [DEPARTMENTS[at][2][turn % len(DEPARTMENTS[at][2])] for turn, at in enumerate(department)]
    given = pl.Series(GIVEN).gather(draw.integers(0, len(GIVEN), count))
    surname = pl.Series(SURNAMES).gather(draw.integers(0, len(SURNAMES), count))
    return pl.DataFrame(
        {
            "AccountDisplayName": given + " " + surname,
            "Department": pl.Series([name for name, _, _ in DEPARTMENTS]).gather(department),
            "JobTitle": pl.Series(titles, dtype=pl.String),
            "City": pl.Series([office.city for office in OFFICES]).gather(weighted(draw, np.array(SHARES), count)),
        }
    )


def _account(names: pl.Series) -> pl.Series:
    """Account names: given.surname, with a number from the second of that name on."""
    frame = names.str.to_lowercase().str.replace(" ", ".").str.replace_all(" ", "").alias("AccountName").to_frame()
    turn = pl.int_range(1, pl.len() + 1).over("AccountName")
    tail = pl.when(turn > 1).then(turn.cast(pl.String)).otherwise(pl.lit(""))
    return frame.select(pl.col("AccountName") + tail).to_series()


def _managers(named: pl.DataFrame) -> list[str]:
    """The first of a department manages the others, and the executives the first."""
    firsts: dict[str, str] = {}
    found = []
    for at, (department, account) in enumerate(named.select("Department", "AccountName").iter_rows()):
        first = firsts.setdefault(department, account)
        boss = named["AccountName"][0] if at else ""
        found.append(f"{first if first != account else boss}@{DOMAIN}" if at else "")
    return found


_TEAMS = {name: at for at, name in enumerate(TEAMS)}
_LANGUAGES = {"NL": "nl", "DE": "de", "GB": "en", "FR": "fr", "PT": "pt", "ES": "es"}
