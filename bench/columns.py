"""The columns of made-up telemetry: messages and copies, as telemetry draws them, to rows of the hunting tables."""

import numpy as np
import polars as pl

_KINDS = ("Phish", "Malware", "Spam", "", "Phish, Spam")
_ACTIONS = ("Delivered", "Junked", "Blocked", "Replaced")
_PLACES = ("Inbox/folder", "Junk folder", "Quarantine", "Failed", "On-premises/external", "Dropped")
_METHODS = (
    '{"Phish":["URL malicious reputation"]}',
    '{"Malware":["File detonation"]}',
    '{"Spam":["Fingerprint matching"]}',
    "",
    '{"Phish":["Impersonation domain"],"Spam":["Mixed analysis detection"]}',
)
_AUTHENTICATION = (
    '{"SPF":"pass","DKIM":"pass","DMARC":"pass","CompAuth":"pass"}',
    '{"SPF":"fail","DKIM":"none","DMARC":"fail","CompAuth":"fail"}',
    '{"SPF":"none","DKIM":"none","DMARC":"none","CompAuth":"none"}',
    "",
)
_FILE_TYPES = ("pdf", "docx", "xlsx", "png", "ics", "zip", "html")
_PLANTED_NET = "185.220.101."


def events(draw: np.random.Generator, copies: pl.DataFrame) -> pl.DataFrame:
    """One row a copy: 46 columns, of which six are not declared, as exports of a year have some."""
    return _outcome(draw, _people(copies)).select(*_EVENT_COLUMNS)


def urls(draw: np.random.Generator, mails: pl.DataFrame, domains: pl.Series) -> pl.DataFrame:
    """Links of messages; a campaign's mail has its own first of all."""
    count = np.where(mails["hit"].to_numpy(), 1, draw.poisson(0.8, mails.height))
    source = np.repeat(np.arange(mails.height), count)
    domain = domains.gather(np.minimum(10_000 ** draw.random(source.size), 9_999).astype(np.int64))
    path = pl.Series(draw.integers(0, 2**40, source.size)).cast(pl.String)
    found = mails[source].with_columns(UrlDomain=pl.col("link").fill_null(domain))
    return found.select(
        "Timestamp",
        "NetworkMessageId",
        Url=pl.concat_str(pl.lit("https://"), "UrlDomain", pl.lit("/account/"), path),
        UrlDomain="UrlDomain",
        UrlLocation=_drawn(draw, source.size, ("Body", "Header", "Attachment"), (0.9, 0.07, 0.03)),
        ReportId="NetworkMessageId",
    )


def attachments(draw: np.random.Generator, mails: pl.DataFrame, files: pl.Series) -> pl.DataFrame:
    """Files of messages: common ones, ones seen once, and those of campaigns that send malware."""
    bad = (mails["hit"] & (mails["kind"] == 1)).to_numpy()
    source = np.flatnonzero(bad | (draw.random(mails.height) < 0.25))
    sent = bad[source]
    number = np.where(sent, mails["file"].fill_null(0).to_numpy()[source], draw.integers(0, files.len(), source.size))
    once = pl.Series(draw.integers(0, 2**62, source.size)).cast(pl.String).str.zfill(64)
    alone = pl.Series((draw.random(source.size) < 0.6) & ~sent)
    kind = _drawn(draw, source.size, _FILE_TYPES, (0.45, 0.2, 0.12, 0.08, 0.08, 0.05, 0.02))
    name = pl.concat_str(pl.lit("document_"), pl.Series(number).cast(pl.String), pl.lit("."), kind)
    hashes = pl.select(pl.when(alone).then(once).otherwise(files.gather(number))).to_series()
    return mails[source].select(
        "Timestamp",
        "NetworkMessageId",
        SenderFromAddress="sender",
        FileName=name,
        FileType=kind,
        SHA256=hashes,
        FileSize=pl.Series(draw.lognormal(11, 1.5, source.size).astype(np.int64)),
        ThreatTypes=pl.Series(np.where(sent, "Malware", "")),
    )


def clicks(draw: np.random.Generator, copies: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Clicks of some recipients within hours, on the first link of their message."""
    first = links.unique("NetworkMessageId", keep="first", maintain_order=True).select(
        "NetworkMessageId", "Url", "UrlDomain"
    )
    able = copies.filter((pl.col("direction") != 2) & pl.Series(draw.random(copies.height) < 0.03))
    found = able.join(first, on="NetworkMessageId", maintain_order="left")
    later = pl.Series(draw.exponential(3.6e9, found.height).astype(np.int64))
    made = found.select(
        Timestamp=pl.min_horizontal(
            pl.col("Timestamp") + pl.duration(microseconds=pl.lit(later)),
            pl.col("Timestamp").dt.date().cast(_DAY) + _REST,
        ),
        AccountUpn="inside",
        NetworkMessageId="NetworkMessageId",
        Url="Url",
        UrlDomain="UrlDomain",
        ActionType=_drawn(draw, found.height, ("ClickAllowed", "ClickBlocked"), (0.9, 0.1)),
        IsClickedThrough=pl.Series(draw.random(found.height) < 0.05),
        IPAddress=pl.concat_str(pl.lit("203.0.113."), pl.Series(draw.integers(0, 50, found.height)).cast(pl.String)),
        Workload=pl.lit("Email"),
    )
    return made.sort("Timestamp", "NetworkMessageId")


_DAY = pl.Datetime("us", "UTC")
_REST = pl.duration(hours=23, minutes=59)


def _people(copies: pl.DataFrame) -> pl.DataFrame:
    """Addresses by direction: inbound from outside, outbound to outside, between our own."""
    net, serial = pl.col("net"), pl.col("serial")
    host = (serial % 250 + 1).cast(pl.String)
    outside = [(net // 65_536 + 11).cast(pl.String), (net // 256 % 256).cast(pl.String), (net % 256).cast(pl.String)]
    planted = pl.col("hit") & (net == 0)
    return copies.with_columns(
        SenderFromAddress=pl.when(direction=0).then("sender").otherwise("own"),
        RecipientEmailAddress=pl.when(direction=2).then("outside").otherwise("inside"),
        SenderIPv4=pl.when(planted)
        .then(pl.concat_str(pl.lit(_PLANTED_NET), host))
        .when(direction=0)
        .then(pl.concat_str(*outside, host, separator="."))
        .otherwise(pl.lit("10.1.2.3")),
    ).with_columns(
        SenderFromDomain=_domain("SenderFromAddress"),
        RecipientDomain=_domain("RecipientEmailAddress"),
        SenderDisplayName=pl.col("SenderFromAddress").str.split("@").list.first(),
    )


def _outcome(draw: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    """What the filter thought, what it did, and where the copy lies now."""
    hit, kind = rows["hit"].to_numpy(), rows["kind"].to_numpy()
    caught = np.where(draw.random(rows.height) < 0.93, kind, 3)
    threat = np.where((caught == 0) & (draw.random(rows.height) < 0.2), 4, caught)
    chance = draw.random(rows.height)
    phish = np.select([chance < 0.3, chance < 0.5], [0, 1], 2)
    action = np.select([np.isin(threat, (0, 4)), threat == 1, threat == 2], [phish, 2, np.where(chance < 0.1, 0, 1)], 0)
    moved = (action == 0) & np.isin(threat, (0, 4)) & (draw.random(rows.height) < 0.5)
    serial = pl.col("serial").cast(pl.String)
    return rows.with_columns(
        InternetMessageId=pl.concat_str(pl.lit("<"), "NetworkMessageId", pl.lit("@"), "SenderFromDomain"),
        SenderMailFromAddress=pl.concat_str(pl.lit("bounce-"), serial, pl.lit("@"), "SenderFromDomain"),
        SenderMailFromDomain="SenderFromDomain",
        EmailClusterId="cluster",
        EmailDirection=_named("direction", ("Inbound", "Intra-org", "Outbound")),
        ThreatTypes=_named(threat, _KINDS),
        DetectionMethods=_named(threat, _METHODS),
        ConfidenceLevel=_named(threat, ('{"Phish":"High"}', '{"Malware":"High"}', '{"Spam":"High"}', "", "")),
        DeliveryAction=_named(action, _ACTIONS),
        LatestDeliveryAction=_named(np.where(moved, 2, action), _ACTIONS),
        DeliveryLocation=_named(action, _PLACES),
        LatestDeliveryLocation=_named(np.where(moved, 2, action), _PLACES),
        EmailAction=_named(action, ("", "Move message to junk mail folder", "Send to quarantine", "")),
        EmailActionPolicy=_named(threat, ("Antispam phishing", "Antimalware", "Antispam", "", "Antispam")),
        AuthenticationDetails=_drawn(draw, rows.height, _AUTHENTICATION, (0.75, 0.1, 0.05, 0.1)),
        EmailLanguage=_drawn(draw, rows.height, ("en", "de", "fr", "es"), (0.75, 0.12, 0.08, 0.05)),
        Connectors=_drawn(draw, rows.height, ("", "Partner-In"), (0.93, 0.07)),
        BulkComplaintLevel=pl.Series(draw.integers(0, 10, rows.height).astype(np.int32)),
        AttachmentCount=pl.Series((draw.random(rows.height) < 0.25).astype(np.int32)),
        UrlCount=pl.Series(draw.poisson(0.8, rows.height).astype(np.int32)),
        EmailSize=pl.Series(draw.lognormal(10.5, 1.3, rows.height).astype(np.int32)),
        IsFirstContact=pl.Series(hit | (draw.random(rows.height) < 0.04)),
        ReportId=pl.concat_str("NetworkMessageId", pl.lit("-"), pl.Series(draw.integers(0, 2**31, rows.height))),
        **{name: pl.lit("") for name in _BARE},
    )


def _named(code: str | np.ndarray, names: tuple[str, ...]) -> pl.Expr:
    at = pl.col(code) if isinstance(code, str) else pl.lit(pl.Series(code))
    return pl.lit(pl.Series(names)).gather(at)


def _drawn(draw: np.random.Generator, count: int, names: tuple[str, ...], shares: tuple[float, ...]) -> pl.Series:
    return pl.Series(names).gather(draw.choice(len(names), count, p=shares))


def _domain(column: str) -> pl.Expr:
    return pl.col(column).str.split("@").list.last()


_BARE = (
    "SenderObjectId", "SenderIPv6", "RecipientObjectId", "ThreatNames", "EmailActionPolicyGuid", "OrgLevelAction",
    "OrgLevelPolicy", "UserLevelAction", "UserLevelPolicy", "AdditionalFields", "DistributionList",
    "ExchangeTransportRule", "ForwardingInformation", "Context",
)  # fmt: skip
"""Columns that are empty in most rows of most tenants."""

_EVENT_COLUMNS = (
    "Timestamp", "NetworkMessageId", "InternetMessageId", "SenderMailFromAddress", "SenderMailFromDomain",
    "SenderFromAddress", "SenderFromDomain", "SenderDisplayName", "SenderIPv4", "RecipientEmailAddress",
    "RecipientDomain", "Subject", "EmailClusterId", "EmailDirection", "DeliveryAction", "DeliveryLocation",
    "LatestDeliveryAction", "LatestDeliveryLocation", "ThreatTypes", "DetectionMethods", "ConfidenceLevel",
    "BulkComplaintLevel", "EmailAction", "EmailActionPolicy", "AuthenticationDetails", "AttachmentCount", "UrlCount",
    "EmailSize", "EmailLanguage", "Connectors", "IsFirstContact", "ReportId", *_BARE,
)  # fmt: skip
