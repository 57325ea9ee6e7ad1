from datetime import UTC, datetime

import pytest

from tests.intake.activity.records import ANNA, CONTEXT, Record, record, sign_in
from workbench.intake.activity.event import Event, common, is_own
from workbench.intake.activity.reading import Context, Faults

ACTOR = [
    {"ID": "Office 365 SharePoint Online", "Type": 1},
    {"ID": "00000003-0000-0ff1-ce00-000000000000", "Type": 2},
    {"ID": "ServicePrincipal_6CDF381d-5eef-4ab2-be3d-07780fcc4b5d", "Type": 2},
]


def event(document: Record, context: Context = CONTEXT) -> Event:
    return common(document, context, Faults())


def test_the_common_part_is_read_once_and_normalised() -> None:
    found = event(record(operation="Add user. "))
    assert (found.kind, found.kind_name, found.operation) == (8, "AzureActiveDirectory", "Add user.")
    assert (found.user, found.user_type, found.address) == (ANNA, "Regular", "198.51.100.7")
    assert found.time == datetime(2026, 9, 14, 10, tzinfo=UTC)


@pytest.mark.quirk("audit log", "UserId in two casings")
def test_two_casings_of_one_user_are_one() -> None:
    assert (
        event(record(UserId="GradyA@northgate.example")).user == event(record(UserId="gradya@NORTHGATE.example")).user
    )


@pytest.mark.quirk("audit log", "UserId is an id or Not Available")
def test_a_user_given_only_by_an_id_is_found_among_the_identifiers_of_the_actor() -> None:
    actor = [{"ID": "9d8001cb-a159-4252-a3a1-c2dc689f322a", "Type": 0}, {"ID": "Anna@Northgate.Example", "Type": 5}]
    for written in ("Not Available", "", "9d8001cb-a159-4252-a3a1-c2dc689f322a", None):
        assert event(record(UserId=written, Actor=actor)).user == ANNA
    assert event(record(UserId="Certificate", Actor=actor)).user == "Certificate"


def test_the_object_id_of_the_actor_is_told_from_the_id_of_its_application() -> None:
    found = event(record(UserId="ServicePrincipal_x", Actor=ACTOR))
    assert found.object_id == "6cdf381d-5eef-4ab2-be3d-07780fcc4b5d"
    assert found.actor_name == "Office 365 SharePoint Online"
    assert event(sign_in()).object_id == "9d8001cb-a159-4252-a3a1-c2dc689f322a"
    assert event(record(Actor="noise")).object_id == ""


@pytest.mark.quirk("audit log", "mailbox reads come under kinds 2 and 50; only ClientIPAddress")
@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"ClientIP": "", "ActorIpAddress": "198.51.100.9"}, "198.51.100.9"),
        ({"ClientIP": None, "ClientIPAddress": "198.51.100.9:1"}, "198.51.100.9"),
        ({"ClientIP": "nonsense", "ClientIPAddress": "198.51.100.9"}, "198.51.100.9"),
        ({"ClientIP": ["198.51.100.9"]}, ""),
    ],
)
def test_the_address_is_the_first_field_that_holds_one(fields: Record, told: str) -> None:
    assert event(record(**fields)).address == told


@pytest.mark.parametrize(
    ("user", "kind", "external"),
    [
        ("anna@northgate.example", 0, False),
        ("anna@mail.northgate.example", 0, False),
        ("eve@evil.example", 0, True),
        ("eve_evil.example#EXT#@northgate.example", 0, True),
        ("anna@northgate.example", 10, True),
        ("spools@eurprd04.prod.example", 3, None),
        ("NT AUTHORITY\\SYSTEM", 0, None),
        ("app@sharepoint", 0, None),
    ],
)
def test_a_stranger_is_told_by_our_domains_and_a_service_is_none(user: str, kind: int, external: bool | None) -> None:
    assert event(record(UserId=user, UserType=kind)).is_external is external


def test_without_own_domains_nobody_is_told_to_be_external() -> None:
    assert event(record(UserId="eve@evil.example"), Context()).is_external is None


def test_a_domain_is_ours_at_and_below_ours_only() -> None:
    own = (" @Northgate.Example ", "")
    assert is_own("northgate.example", own)
    assert is_own("a.northgate.example", own)
    assert not is_own("evilnorthgate.example", own)
    assert not is_own("", own)
