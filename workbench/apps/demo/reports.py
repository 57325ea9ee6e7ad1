"""What people report: rows of WorkbenchSubmissions. Two of three reports are right, the others are of ham and spam."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from workbench.apps.demo.alerts import Row, frame
from workbench.apps.demo.campaigns import SPAM
from workbench.apps.demo.cast import Cast
from workbench.apps.demo.clicks import SECOND
from workbench.apps.demo.delivery import INBOX
from workbench.apps.demo.draws import either, guids, minutes, stream, times
from workbench.apps.demo.parameters import mix, rate
from workbench.apps.demo.people import TENANT
from workbench.apps.demo.places import Office
from workbench.apps.demo.trips import FLYING, PLACES, places
from workbench.apps.demo.words import AGENT

JUDGED_MINUTES = 15
"""How long after it was made a report is judged."""


def report_rows(cast: Cast, number: int, judged: pl.DataFrame, clicks: pl.DataFrame) -> pl.DataFrame:
    """Two states of each report: as it was made, and as it was judged a quarter of an hour later."""
    draw = stream(cast.plan.seed, "reports", number)
    inside = judged.filter((pl.col("DeliveryLocation") == INBOX) & (pl.col("EmailDirection") == "Inbound"))
    pairs = clicks.select("message", "turn", clicked=pl.lit(value=True)).unique()
    known = inside.join(pairs, on=["message", "turn"], how="left", maintain_order="left")
    clicked = known["clicked"].fill_null(value=False).to_numpy()
    bad = known["bad"].to_numpy()
    share = np.where(bad, np.where(clicked, rate("report_clickers"), rate("report_others")), wrong_share())
    mine = known.filter(pl.Series(draw.random(known.height) < share))
    when = mine["at"].to_numpy() + minutes(draw, rate("report_median"), rate("report_sigma"), mine.height)
    awake = places(cast.plan, cast.people.office, mine["person"].to_numpy(), when) != FLYING
    mine, when = mine.filter(pl.Series(awake)), when[awake]
    spam = pl.col("kind") == SPAM
    first = mine.select(
        "NetworkMessageId", "InternetMessageId", "SenderFromAddress", "Subject", "bad",
        SubmissionId=guids(draw, mine.height),
        Origin=pl.lit("User"), IsSimulation=pl.lit(value=False), ContentType=pl.lit("Mail"),
        ReportedAs=either(spam, "Junk", "Phish"),
        SubmitterUpn="RecipientEmailAddress", SenderIPAddress=pl.col("SenderIPv4") + pl.col("SenderIPv6"),
        Recipients=pl.format('["{}"]', "RecipientEmailAddress"),
        MessageTime=times(mine["at"].to_numpy()),
        verdict=pl.when("bad").then(pl.lit("Phish")).otherwise(either(spam, "Spam", "NoThreatsFound")),
        moment=pl.Series(when),
    )  # fmt: skip
    return pl.concat([_state(first, "UserSubmission", 0), _state(first, "UserSubmissionTriage", JUDGED_MINUTES)]).drop(
        "verdict", "moment"
    )


def wrong_share() -> float:
    """The share of delivered mail that is no attack and is reported all the same."""
    inbound = 1 - rate("unwanted") * rate("malicious")
    bad = rate("unwanted") * rate("malicious") * mix("phish").shares[INBOX] * rate("report_others") * 0.985
    harmless = (1 - rate("unwanted")) * 0.92 + (inbound - (1 - rate("unwanted"))) * mix("spam").shares[INBOX]
    return bad * (1 - rate("reports_right")) / rate("reports_right") / harmless


def _state(first: pl.DataFrame, state: str, later: int) -> pl.DataFrame:
    moment = pl.Series(first["moment"].to_numpy() + later * 60 * SECOND)
    return first.with_columns(
        Timestamp=times(moment.to_numpy()),
        State=pl.lit(state),
        Verdict=pl.col("verdict") if later else pl.lit(""),
        ReportId=pl.col("SubmissionId") + ("-triage" if later else ""),
        arrives=moment + 90 * SECOND,
    )


def audited(cast: Cast, told: pl.DataFrame) -> pl.DataFrame:
    """The audit records of reports, as rows of CloudAppEvents: the same ids and moments."""
    who = np.array([cast.people.numbers[each] for each in told["SubmitterUpn"]])
    judged = told["State"].str.ends_with("Triage").to_numpy()
    made = told["Timestamp"].dt.epoch("us").to_numpy() - judged * JUDGED_MINUTES * 60 * SECOND
    there = places(cast.plan, cast.people.office, who, made)
    rows = zip(told.iter_rows(named=True), who, there, strict=True)
    return frame([_record(cast, row, int(person), PLACES[place]) for row, person, place in rows]).with_columns(
        told["arrives"]
    )


def _record(cast: Cast, row: Mapping[str, Any], person: int, place: Office) -> Row:
    said = {
        "CreationTime": f"{row['Timestamp']:%Y-%m-%dT%H:%M:%S}", "Id": row["ReportId"], "Operation": row["State"],
        "OrganizationId": TENANT, "RecordType": 29, "ResultStatus": "Succeeded", "UserId": row["SubmitterUpn"],
        "Workload": "SecurityComplianceCenter", "ClientIP": place.address, "SubmissionId": row["SubmissionId"],
        "SubmissionType": row["ReportedAs"], "SubmissionContentType": row["ContentType"], "Subject": row["Subject"],
        "P2Sender": row["SenderFromAddress"], "SenderIP": row["SenderIPAddress"],
        "NetworkMessageId": row["NetworkMessageId"], "InternetMessageId": row["InternetMessageId"],
        "Recipients": json.loads(row["Recipients"]), "MessageDate": f"{row['MessageTime']:%Y-%m-%dT%H:%M:%S}",
        **({"RescanResult": {"RescanVerdict": row["Verdict"]}} if row["Verdict"] else {}),
    }  # fmt: skip
    return {
        "Timestamp": row["Timestamp"], "ActionType": row["State"], "Application": "Microsoft 365",
        "AccountId": row["SubmitterUpn"], "AccountDisplayName": str(cast.people.name[person]),
        "AccountObjectId": str(cast.people.object_id[person]), "AccountType": "Regular", "ActivityType": "Basic",
        "IPAddress": place.address, "City": place.city, "CountryCode": place.country, "DeviceType": "Desktop",
        "IsAdminOperation": False, "ObjectName": row["Subject"], "ReportId": row["ReportId"], "UserAgent": AGENT,
        "RawEventData": json.dumps(said),
    }  # fmt: skip
