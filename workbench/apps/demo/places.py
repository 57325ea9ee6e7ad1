"""Where our people work, and the addresses they come from: ranges for documentation only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Office:
    """One place of work, with the address that its traffic leaves by."""

    city: str
    country: str
    state: str
    latitude: str
    longitude: str
    address: str


OFFICES = (
    Office("Utrecht", "NL", "Utrecht", "52.09", "5.12", "192.0.2.2"),
    Office("Hamburg", "DE", "Hamburg", "53.55", "9.99", "192.0.2.10"),
    Office("Felixstowe", "GB", "Suffolk", "51.96", "1.35", "192.0.2.18"),
    Office("Lyon", "FR", "Rhone", "45.76", "4.84", "192.0.2.26"),
    Office("Porto", "PT", "Porto", "41.15", "-8.61", "192.0.2.34"),
    Office("Bilbao", "ES", "Bizkaia", "43.26", "-2.93", "192.0.2.42"),
)
SHARES = (0.38, 0.20, 0.14, 0.10, 0.10, 0.08)
"""Of our people in each office, in their order."""

RELAY = "192.0.2.50"
"""The host that sends our mail."""

VPN = "192.0.2.60"
"""The exit that everybody on the road shares."""

ABROAD = Office("Rotterdam", "NL", "South Holland", "51.92", "4.48", VPN)
"""Where the VPN seems to be."""


TRAVEL = (
    Office("Singapore", "SG", "Singapore", "1.35", "103.82", "203.0.113.88"),
    Office("Chicago", "US", "Illinois", "41.88", "-87.63", "198.51.100.31"),
    Office("Gdansk", "PL", "Pomerania", "54.35", "18.65", "203.0.113.140"),
    Office("Santos", "BR", "Sao Paulo", "-23.96", "-46.33", "198.51.100.119"),
    Office("Antwerp", "BE", "Antwerp", "51.22", "4.40", "203.0.113.17"),
    Office("Oslo", "NO", "Oslo", "59.91", "10.75", "198.51.100.164"),
)
"""Where our people go on business, with the address of the house they stay in."""

INTRUDERS = (
    "203.0.113.171", "198.51.100.23", "203.0.113.46", "198.51.100.187", "203.0.113.233", "198.51.100.92",
    "203.0.113.112", "198.51.100.144",
)  # fmt: skip
"""Addresses that attackers of the planted stories use, and nobody else."""


def of_city(city: str) -> Office:
    """The office in a city."""
    return next(office for office in OFFICES if office.city == city)
