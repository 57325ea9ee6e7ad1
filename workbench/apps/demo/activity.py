"""What people and services do in Microsoft 365: each record a row of CloudAppEvents and of OfficeActivity."""

from functools import cache

import numpy as np
import polars as pl

from workbench.apps.demo.cast import Cast
from workbench.apps.demo.draws import either, guids, stream, times, weighted
from workbench.apps.demo.parameters import PER_MAIL, rate
from workbench.apps.demo.people import TENANT
from workbench.apps.demo.trips import FLYING, PLACES, places
from workbench.apps.demo.words import AGENT

OPERATIONS = (
    ("FileAccessed", "SharePoint", 6, "SharePointFileOperation", 0.30),
    ("FileModified", "SharePoint", 6, "SharePointFileOperation", 0.14),
    ("FileDownloaded", "OneDrive", 6, "SharePointFileOperation", 0.08),
    ("FileUploaded", "OneDrive", 6, "SharePointFileOperation", 0.06),
    ("SharingSet", "SharePoint", 14, "SharePointSharingOperation", 0.02),
    ("MailItemsAccessed", "Exchange", 50, "ExchangeItemAggregated", 0.22),
    ("Send", "Exchange", 2, "ExchangeItem", 0.08),
    ("MoveToDeletedItems", "Exchange", 3, "ExchangeItemGroup", 0.05),
    ("MessageSent", "MicrosoftTeams", 25, "MicrosoftTeams", 0.05),
)
SERVICES = (
    ("Set-Mailbox", "Exchange", 1, "ExchangeAdmin", 0.6),
    ("Set-MailboxPlan", "Exchange", 1, "ExchangeAdmin", 0.25),
    ("Set-User", "Exchange", 1, "ExchangeAdmin", 0.15),
)
SERVICE = "NT AUTHORITY\\SYSTEM (Microsoft.Exchange.ServiceHost)"
APPLICATIONS = {
    "Exchange": ("Microsoft Exchange Online", 20893), "SharePoint": ("Microsoft SharePoint Online", 20892),
    "OneDrive": ("Microsoft OneDrive for Business", 15600), "MicrosoftTeams": ("Microsoft Teams", 28375),
    "AzureActiveDirectory": ("Microsoft Entra ID", 11161),
}  # fmt: skip


@cache
def _kinds() -> pl.DataFrame:
    made = pl.DataFrame(
        [*OPERATIONS, *SERVICES], schema=["Operation", "Workload", "number", "RecordType", "share"], orient="row"
    )
    return made.with_columns(
        Application=pl.col("Workload").replace_strict({name: each[0] for name, each in APPLICATIONS.items()}),
        ApplicationId=pl.col("Workload")
        .replace_strict({name: each[1] for name, each in APPLICATIONS.items()})
        .cast(pl.Int32),
    )


def activity_rows(cast: Cast, number: int) -> dict[str, pl.DataFrame]:
    """The records of a slice in both tables, under the same ids."""
    made = _records(cast, number)
    return {"CloudAppEvents": _cloud(made), "OfficeActivity": _office(made)}


def _records(cast: Cast, number: int) -> pl.DataFrame:
    plan, people = cast.plan, cast.people
    draw = stream(plan.seed, "activity", number)
    count = plan.count(plan.mails * PER_MAIL["activity"], "office", number)
    service = draw.random(count) < rate("services")
    shares = [np.array([each[4] for each in kinds]) for kinds in (OPERATIONS, SERVICES)]
    code = np.where(service, len(OPERATIONS) + weighted(draw, shares[1], count), weighted(draw, shares[0], count))
    who = pl.Series(weighted(draw, people.weights, count))
    file = cast.files["FileName"].gather(draw.integers(0, cast.files.height, count))
    at = plan.moments("activity", "office", number, count)
    by = pl.Series(service)
    there = np.where(service, people.office[who], places(plan, people.office, who.to_numpy(), at))
    made = _kinds()[pl.Series(code)].with_columns(
        Timestamp=times(at),
        Id=guids(draw, count),
        UserId=pl.when(by).then(pl.lit(SERVICE)).otherwise(people.address.gather(who)),
        Name=pl.when(by).then(pl.lit("")).otherwise(people.name.gather(who)),
        ObjectId=pl.when(by).then(people.address.gather(who)).otherwise(file),
        AccountObjectId=pl.when(by).then(pl.lit("")).otherwise(people.object_id.gather(who)),
        ClientIP=pl.when(by).then(pl.lit("")).otherwise(pl.Series([each.address for each in PLACES]).gather(there)),
        City=pl.Series([each.city for each in PLACES]).gather(there),
        CountryCode=pl.Series([each.country for each in PLACES]).gather(there),
        service=by,
        arrives=pl.Series(at + 300_000_000),
    )
    return made.filter(pl.Series(there != FLYING))


def _cloud(made: pl.DataFrame) -> pl.DataFrame:
    raw = pl.concat_str(
        pl.lit('{"CreationTime":"'), pl.col("Timestamp").dt.strftime("%Y-%m-%dT%H:%M:%S"),
        pl.lit('","Id":"'), "Id", pl.lit('","Operation":"'), "Operation",
        pl.lit(f'","OrganizationId":"{TENANT}","ResultStatus":"Succeeded","RecordType":'),
        pl.col("number").cast(pl.String),
        pl.lit(',"UserId":"'), pl.col("UserId").str.replace_all("\\", "\\\\", literal=True),
        pl.lit('","Workload":"'), "Workload", pl.lit('","ClientIP":"'), "ClientIP", pl.lit('","ObjectId":"'),
        "ObjectId", pl.lit('"}'),
    )  # fmt: skip
    return made.select(
        "Timestamp", "Application", "ApplicationId", "City", "CountryCode", "AccountObjectId", "arrives",
        ActionType="Operation", ReportId="Id", AccountId="UserId", AccountDisplayName="Name", IPAddress="ClientIP",
        ObjectName="ObjectId", ObjectId="ObjectId", IsAdminOperation="service",
        AccountType=either(pl.col("service"), "Application", "Regular"),
        UserAgent=pl.when("service").then(pl.lit("")).otherwise(pl.lit(AGENT)),
        DeviceType=pl.lit("Desktop"), OSPlatform=pl.lit("Windows"), IsExternalUser=pl.lit(value=False),
        ActivityType=either(pl.col("Operation").str.starts_with("File"), "Basic", "Run command"),
        RawEventData=raw,
    )  # fmt: skip


def _office(made: pl.DataFrame) -> pl.DataFrame:
    mail, file = pl.col("Workload") == "Exchange", pl.col("Operation").str.starts_with("File")
    return made.select(
        "Operation", "RecordType", "UserId", "ClientIP", "arrives",
        TimeGenerated="Timestamp", OfficeId="Id", SourceRecordId="Id", OfficeWorkload="Workload",
        OfficeObjectId="ObjectId",
        OrganizationId=pl.lit(TENANT), ResultStatus=pl.lit("Succeeded"), UserKey="AccountObjectId",
        UserType=either(pl.col("service"), "System", "Regular"),
        Client_IPAddress=pl.when(mail).then("ClientIP").otherwise(pl.lit("")),
        MailboxOwnerUPN=pl.when(mail & ~pl.col("service")).then("UserId").otherwise(pl.lit("")),
        ClientInfoString=either(mail & ~pl.col("service"), "Client=OWA;Action=ViaProxy", ""),
        SourceFileName=pl.when(file).then("ObjectId").otherwise(pl.lit("")),
        SourceFileExtension=pl.when(file).then(pl.col("ObjectId").str.split(".").list.last()).otherwise(pl.lit("")),
        Site_Url=either(file, "https://files.northgate.example/sites/work/", ""),
        UserAgent=pl.when("service").then(pl.lit("")).otherwise(pl.lit(AGENT)),
    )  # fmt: skip
