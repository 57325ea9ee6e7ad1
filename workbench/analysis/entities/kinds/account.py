"""An account, by its user principal name, its object id or its bare name: sign-ins, activity, alerts."""

from collections.abc import Mapping

from workbench.analysis.entities.kind import Breakdown, Count, Kind, Pivot


def _read(text: str) -> str:
    if len(text) > 1024 or not text.isprintable() or "/" in text or text.startswith("@"):
        raise ValueError("an account has a user principal name, an object id, or a name")
    return text.rpartition("\\")[2].lower()


def _values(value: str, _given: str) -> Mapping[str, object]:
    return {"account": value}


_IN_CLOUD = "AccountUpn =~ account or AccountObjectId =~ account"
_IN_DIRECTORY = f"{_IN_CLOUD} or AccountName =~ account"

ACCOUNT = Kind(
    name="account",
    face="Account",
    title="Account",
    noun="an account",
    example="a user principal name, an object id, or the name of an account",
    sample="NORTHGATE\\sanne.dewit",
    read=_read,
    values=_values,
    pivots=(
        Pivot("signins", "EntraIdSignInEvents", "Sign-ins to the cloud", _IN_CLOUD),
        Pivot("logons", "IdentityLogonEvents", "Logons, as the directory saw them", _IN_DIRECTORY),
        Pivot(
            "devices",
            "DeviceLogonEvents",
            "Logons to devices",
            'AccountName in~ (account, tostring(split(account, "@")[0]))',
        ),
        Pivot(
            "activity",
            "CloudAppEvents",
            "Audited activity",
            "AccountId =~ account or AccountObjectId =~ account or tostring(RawEventData.UserId) =~ account",
        ),
        Pivot("clicks", "UrlClickEvents", "Clicks", "AccountUpn =~ account"),
        Pivot("alerts", "AlertEvidence", "Alerts that name it", _IN_DIRECTORY),
        Pivot("person", "IdentityInfo", "Whose it is", _IN_DIRECTORY, sees=False),
    ),
    counts=(
        Count("Sign-ins", "signins", "count()"),
        Count("Sign-ins that succeeded", "signins", "countif(ErrorCode == 0)"),
        Count("Addresses signed in from", "signins", "count_distinct(IPAddress)"),
        Count("Countries signed in from", "signins", "count_distinct(Country)"),
        Count("Logons", "logons", "count()"),
        Count("Devices logged on to", "devices", "count_distinct(DeviceId)"),
        Count("Audited actions", "activity", "count()"),
        Count("Clicks", "clicks", "count()"),
        Count("Alerts", "alerts", "count_distinct(AlertId)"),
    ),
    volume=("signins", "activity", "logons"),
    breakdowns=(
        Breakdown("Sign-ins by result", "signins", ("ErrorCode", "RiskState")),
        Breakdown("Audited activity by action", "activity", ("ActionType",)),
    ),
    note="user",
    cell="mailbox",
)
