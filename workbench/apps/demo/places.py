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


def of_city(city: str) -> Office:
    """The office in a city."""
    return next(office for office in OFFICES if office.city == city)
