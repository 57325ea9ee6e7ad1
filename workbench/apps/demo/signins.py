"""Sign-ins of people and programs: SigninLogs, the silent ones, those of programs, and EntraIdSignInEvents of all."""

from functools import cache

import numpy as np
import polars as pl

from workbench.apps.demo.cast import Cast
from workbench.apps.demo.draws import Flags, Ints, either, guid, guids, hexes, named, stream, times, weighted
from workbench.apps.demo.parameters import PER_MAIL, mix, rate
from workbench.apps.demo.people import DOMAIN, TENANT
from workbench.apps.demo.places import ABROAD, OFFICES, VPN, Office
from workbench.apps.demo.trips import FLYING, PLACES, places
from workbench.apps.demo.words import AGENT

APPS = tuple(
    (name, guid("app", name))
    for name in ("Outlook Web", "Office 365 Portal", "Microsoft Teams", "SharePoint Online", "One Outlook Web")
)
PROGRAMS = tuple(
    (name, guid("program", name), guid("principal", name))
    for name in ("Backup Agent", "Payroll Connector", "Log Collector", "Fleet Tracker")
)
REASONS = {
    "0": "", "50126": "Invalid username or password", "50053": "Account is locked", "50072": "User must enrol for MFA",
    "65001": "User or administrator has not consented", "50058": "Session information is not sufficient",
    "50011": "The reply URL is wrong",
    "50055": "The password has expired",
}  # fmt: skip
_VPN_SHARE = 0.15
"""Sign-ins through the VPN, of those who work in its country."""


def sign_in_rows(cast: Cast, number: int) -> dict[str, pl.DataFrame]:
    """Rows of all tables of sign-ins."""
    asked, silent = _made(cast, number, "sign_ins"), _made(cast, number, "silent_sign_ins")
    entra = pl.concat([entra_rows(asked, '["interactiveUser"]'), entra_rows(silent, '["nonInteractiveUser"]')])
    return {
        "SigninLogs": log_rows(asked, interactive=True),
        "AADNonInteractiveUserSignInLogs": log_rows(silent, interactive=False),
        "EntraIdSignInEvents": entra,
        "IdentityLogonEvents": _logons(cast, number),
        **_programs(cast, number),
    }


def _made(cast: Cast, number: int, what: str) -> pl.DataFrame:
    """What both forms of a sign-in tell."""
    plan, people = cast.plan, cast.people
    draw = stream(plan.seed, what, number)
    count = plan.count(plan.mails * PER_MAIL[what], "office", number)
    who = pl.Series(weighted(draw, people.weights**0.3, count))
    failed = pl.Series(draw.random(count) < (rate("failed_sign_ins") if what == "sign_ins" else 0.01))
    road = draw.random(count) < _VPN_SHARE
    app: Ints = draw.integers(0, len(APPS), count)
    at = plan.moments(what, "office", number, count)
    there = places(plan, people.office, who.to_numpy(), at)
    place = np.where(road & _near_vpn()[there], len(OFFICES), there)
    made = pl.DataFrame({"at": at}).with_columns(
        *_told()[place].get_columns(),
        Timestamp=times(at), Id=guids(draw, count), CorrelationId=guids(draw, count), SessionId=guids(draw, count),
        Upn=people.address.gather(who), Name=people.name.gather(who), ObjectId=people.object_id.gather(who),
        Code=pl.when(failed).then(named(draw, mix("failures"), count)).otherwise(pl.lit("0")),
        App=pl.Series([name for name, _ in APPS]).gather(app), AppId=pl.Series([key for _, key in APPS]).gather(app),
        Device="ng-" + (who + 1000).cast(pl.String), Agent=pl.lit(AGENT),
        arrives=pl.Series(at + 180_000_000),
    )  # fmt: skip
    return made.filter(pl.Series(there != FLYING))


@cache
def _told() -> pl.DataFrame:
    """What sign-ins tell of each office, of the VPN, and of where people travel."""
    return pl.DataFrame(
        {
            "IPAddress": each.address, "Country": each.country, "City": each.city, "State": each.state,
            "Latitude": each.latitude, "Longitude": each.longitude, "Place": place_of(each),
        }
        for each in PLACES
    )  # fmt: skip


@cache
def _near_vpn() -> Flags:
    """Of PLACES, those whose people use the VPN."""
    return np.array([place in OFFICES and place.country == ABROAD.country for place in PLACES])


def place_of(office: Office) -> str:
    """A place as the log has it."""
    return (
        f'{{"city":"{office.city}","state":"{office.state}","countryOrRegion":"{office.country}",'
        f'"geoCoordinates":{{"latitude":{office.latitude},"longitude":{office.longitude}}}}}'
    )


def log_rows(made: pl.DataFrame, *, interactive: bool) -> pl.DataFrame:
    """Rows of SigninLogs, or of the log of silent ones."""
    mfa = pl.lit("multiFactorAuthentication" if interactive else "singleFactorAuthentication")
    device = pl.concat_str(
        pl.lit('{"displayName":"'),
        "Device",
        pl.lit(
            '","operatingSystem":"Windows","browser":"Edge 140.0","trustType":"Azure AD joined",'
            '"isCompliant":true,"isManaged":true}'
        ),
    )
    reason = pl.col("Code").replace_strict(REASONS, default="")
    return made.select(
        "CorrelationId", "IPAddress", "AppId", "SessionId", "Id", "arrives",
        TimeGenerated="Timestamp", CreatedDateTime="Timestamp", ResultType="Code", ResultDescription=reason,
        UserPrincipalName="Upn", UserDisplayName="Name", Identity="Name", UserId="ObjectId", AppDisplayName="App",
        Location="Country",
        OperationName=pl.lit("Sign-in activity"),
        Category=pl.lit("SignInLogs" if interactive else "NonInteractiveUserSignInLogs"),
        AuthenticationRequirement=mfa, ClientAppUsed=pl.lit("Browser"), IsInteractive=pl.lit(value=interactive),
        ConditionalAccessStatus=either(pl.col("Code") == "0", "success", "notApplied"),
        RiskLevelDuringSignIn=pl.lit("none"), ResourceDisplayName=pl.lit("Exchange Online"), UserAgent="Agent",
        UserType=pl.lit("Member"),
        DeviceDetail=device, LocationDetails="Place", AADTenantId=pl.lit(TENANT),
        Status=pl.concat_str(pl.lit('{"errorCode":'), "Code", pl.lit(',"failureReason":"'), reason, pl.lit('"}')),
    )  # fmt: skip


def entra_rows(made: pl.DataFrame, kind: str = '["interactiveUser"]') -> pl.DataFrame:
    """Rows of EntraIdSignInEvents, of the same sign-ins."""
    return made.select(
        "Timestamp", "CorrelationId", "SessionId", "IPAddress", "Country", "City", "State", "Latitude", "Longitude",
        "arrives",
        AccountUpn="Upn", AccountDisplayName="Name", AccountObjectId="ObjectId", Application="App",
        ApplicationId="AppId",
        ErrorCode=pl.col("Code").cast(pl.Int32), RequestId="Id", ReportId="Id", DeviceName="Device",
        LogonType=pl.lit(kind),
        ResourceDisplayName=pl.lit("Exchange Online"), OSPlatform=pl.lit("Windows"), Browser=pl.lit("Edge 140.0"),
        UserAgent="Agent",
        ClientAppUsed=pl.lit("Browser"), IsManaged=pl.lit(1, pl.Int32), IsCompliant=pl.lit(1, pl.Int32),
        RiskLevelAggregated=pl.lit(0, pl.Int32),
        IsExternalUser=pl.lit(0, pl.Int32), IsGuestUser=pl.lit(value=False), ResourceTenantId=pl.lit(TENANT),
        ConditionalAccessStatus=pl.lit(0, pl.Int32),
        AuthenticationRequirement=pl.lit("multiFactorAuthentication"), EndpointCall=pl.lit("OAuth2:Authorize"),
        DeviceTrustType=pl.lit("Azure AD joined"),
    )  # fmt: skip


def _programs(cast: Cast, number: int) -> dict[str, pl.DataFrame]:
    """Programs sign in by day and night."""
    plan = cast.plan
    draw = stream(plan.seed, "programs", number)
    count = plan.count(plan.mails * PER_MAIL["programs"], "flat", number)
    at, which = plan.moments("programs", "flat", number, count), draw.integers(0, len(PROGRAMS), count)
    made = pl.DataFrame(
        {
            "Timestamp": times(at),
            "Id": guids(draw, count),
            "CorrelationId": guids(draw, count),
            "arrives": at + 180_000_000,
        }
    ).with_columns(
        ServicePrincipalName=pl.Series([each[0] for each in PROGRAMS]).gather(which),
        AppId=pl.Series([each[1] for each in PROGRAMS]).gather(which),
        ServicePrincipalId=pl.Series([each[2] for each in PROGRAMS]).gather(which),
        IPAddress=pl.Series([f"192.0.2.{52 + at}" for at in range(len(PROGRAMS))]).gather(which),
    )
    log = made.rename({"Timestamp": "TimeGenerated"}).with_columns(
        CreatedDateTime="TimeGenerated", ResultType=pl.lit("0"), OperationName=pl.lit("Sign-in activity"),
        AADTenantId=pl.lit(TENANT),
        Category=pl.lit("ServicePrincipalSignInLogs"), ResourceDisplayName=pl.lit("Microsoft Graph"),
        Location=pl.lit("NL"),
    )  # fmt: skip
    entra = made.select(
        "Timestamp", "CorrelationId", "ServicePrincipalName", "ServicePrincipalId", "IPAddress", "arrives",
        RequestId="Id", ReportId="Id", Application="ServicePrincipalName", ApplicationId="AppId",
        ErrorCode=pl.lit(0, pl.Int32),
        IsManagedIdentity=pl.lit(value=False), ResourceDisplayName=pl.lit("Microsoft Graph"), Country=pl.lit("NL"),
        City=pl.lit("Utrecht"),
    )  # fmt: skip
    return {"AADServicePrincipalSignInLogs": log, "EntraIdSpnSignInEvents": entra}


def _logons(cast: Cast, number: int) -> pl.DataFrame:
    """Logons that the domain controllers see; of people who are away, through the VPN."""
    plan, people = cast.plan, cast.people
    draw = stream(plan.seed, "logons", number)
    count = plan.count(plan.mails * PER_MAIL["logons"], "office", number)
    who, at = pl.Series(weighted(draw, people.weights**0.3, count)), plan.moments("logons", "office", number, count)
    failed = pl.Series(draw.random(count) < 0.04)
    there = places(plan, people.office, who.to_numpy(), at)
    made = pl.DataFrame({"Timestamp": times(at), "arrives": at + 120_000_000}).with_columns(
        ActionType=either(failed, "LogonFailed", "LogonSuccess"),
        FailureReason=either(failed, "WrongPassword", ""),
        Application=pl.lit("Active Directory"), LogonType=pl.lit("Credentials validation"), Protocol=pl.lit("Kerberos"),
        AccountUpn=people.address.gather(who), AccountName=people.frame["AccountName"].gather(who),
        AccountDomain=pl.lit(DOMAIN),
        AccountObjectId=people.object_id.gather(who), AccountSid=people.frame["AccountSid"].gather(who),
        AccountDisplayName=people.name.gather(who),
        DeviceName="ng-" + (who + 1000).cast(pl.String), OSPlatform=pl.lit("Windows"),
        DestinationDeviceName=pl.lit("dc01.northgate.example"),
        IPAddress=pl.Series([each.address for each in OFFICES] + [VPN]).gather(np.minimum(there, len(OFFICES))),
        ReportId=hexes(draw, count, 32),
    )  # fmt: skip
    return made.filter(pl.Series(there != FLYING))
