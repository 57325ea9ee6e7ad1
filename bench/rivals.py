"""The 14 questions of ``mail_questions`` as a practised person would ask Polars and DuckDB about the same files."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType

import polars as pl

TABLES = ("EmailEvents", "EmailUrlInfo", "EmailAttachmentInfo", "UrlClickEvents")
PAGE = (
    "Timestamp", "NetworkMessageId", "SenderFromAddress", "RecipientEmailAddress", "Subject", "SenderIPv4",
    "ThreatTypes", "DeliveryAction", "LatestDeliveryLocation", "UrlCount", "AttachmentCount",
)  # fmt: skip

Params = Mapping[str, str]
_c = pl.col


class PolarsRival:
    """Polars over the folders by day, collected with the streaming engine."""

    def __init__(self, data: Path) -> None:
        self.tables = {name: _scan(data / name) for name in TABLES}

    def run(self, name: str, params: Params) -> pl.DataFrame:
        """The answer to one question."""
        return _POLARS[name](self.tables, params).collect(engine="streaming")


class DuckRival:
    """DuckDB over the same files."""

    def __init__(self, data: Path) -> None:
        import duckdb  # noqa: PLC0415  a test tool, not a dependency of the product

        self._connection = duckdb.connect()
        self._connection.execute("SET TimeZone = 'UTC'")
        for name in TABLES:
            by_day = "hive_partitioning = true, hive_types = {'Date': DATE}"
            source = f"read_parquet('{data / name}/*/*.parquet', {by_day})"
            self._connection.execute(f"CREATE VIEW {name} AS SELECT * FROM {source}")

    def run(self, name: str, params: Params) -> pl.DataFrame:
        """The answer to one question."""
        query = _SQL[name].format(page=", ".join(PAGE), **params)
        return pl.DataFrame(self._connection.sql(query).to_arrow_table())


def _scan(folder: Path) -> pl.LazyFrame:
    return pl.scan_parquet(f"{folder}/**/*.parquet", hive_partitioning=True, hive_schema={"Date": pl.Date})


Scans = Mapping[str, pl.LazyFrame]


def _page(rows: pl.LazyFrame, start: int = 0, length: int = 100) -> pl.LazyFrame:
    keys = ("Timestamp", "NetworkMessageId", "RecipientEmailAddress")
    return rows.select(PAGE).sort(keys, descending=[True, False, False]).slice(start, length)


def _phish() -> pl.Expr:
    return _c("ThreatTypes").str.contains("Phish", literal=True)


def _since(params: Params, name: str = "d7") -> pl.Expr:
    return _c("Date") >= date.fromisoformat(params[name])


def _best(rows: pl.LazyFrame, by: str, key: str, count: int) -> pl.LazyFrame:
    return rows.sort([by, key], descending=[True, False]).head(count)


def _q01(t: Scans, _: Params) -> pl.LazyFrame:
    bad = t["EmailEvents"].filter(_c("ThreatTypes") != "")
    hourly = bad.group_by(_c("Timestamp").dt.truncate("1h").alias("hour"), "DeliveryAction").agg(n=pl.len())
    return hourly.sort("hour", "DeliveryAction")


def _q02(t: Scans, _: Params) -> pl.LazyFrame:
    by = t["EmailEvents"].filter(_phish()).group_by("SenderFromDomain")
    return _best(by.agg(n=pl.len(), recipients=_c("RecipientEmailAddress").n_unique()), "n", "SenderFromDomain", 10)


def _q03(t: Scans, p: Params) -> pl.LazyFrame:
    return _page(t["EmailEvents"].filter(_since(p) & _c("Subject").str.contains("(?i)invoice")))


def _q04(t: Scans, p: Params) -> pl.LazyFrame:
    return _page(t["EmailEvents"].filter(_c("RecipientEmailAddress") == p["rcpt"]))


def _q05(t: Scans, p: Params) -> pl.LazyFrame:
    return _page(t["EmailEvents"].filter(_c("NetworkMessageId") == p["nmid"]), length=1000)


def _with(t: Scans, table: str, test: pl.Expr) -> pl.LazyFrame:
    keys = ["Date", "NetworkMessageId"]
    return t["EmailEvents"].join(t[table].filter(test).select(keys).unique(), on=keys, how="semi")


def _q06(t: Scans, p: Params) -> pl.LazyFrame:
    return _page(_with(t, "EmailUrlInfo", _c("UrlDomain") == p["url"]))


def _q07(t: Scans, p: Params) -> pl.LazyFrame:
    by = _with(t, "EmailAttachmentInfo", _c("SHA256") == p["sha"]).group_by("LatestDeliveryLocation")
    return by.agg(n=pl.len(), recipients=_c("RecipientEmailAddress").n_unique()).sort("LatestDeliveryLocation")


def _q08(t: Scans, p: Params) -> pl.LazyFrame:
    sent = t["EmailEvents"].filter(_since(p) & _phish())
    allowed = t["UrlClickEvents"].filter(_since(p) & (_c("ActionType") == "ClickAllowed"))
    keys = ["NetworkMessageId", "AccountUpn"]
    hits = allowed.join(sent.select("NetworkMessageId", AccountUpn="RecipientEmailAddress"), on=keys, how="semi")
    return _best(hits.group_by("AccountUpn").agg(n=pl.len(), first=_c("Timestamp").min()), "n", "AccountUpn", 50)


def _q09(t: Scans, p: Params) -> pl.LazyFrame:
    by = t["EmailEvents"].filter(_c("SenderIPv4").str.starts_with(p["ip"])).group_by("SenderFromDomain")
    return _best(by.agg(n=pl.len()), "n", "SenderFromDomain", 20)


def _q10(t: Scans, p: Params) -> pl.LazyFrame:
    groups = t["EmailEvents"].filter(_since(p) & (_c("ThreatTypes") != "")).group_by("EmailClusterId")
    found = groups.agg(
        n=pl.len(),
        r=_c("RecipientEmailAddress").n_unique(),
        d=_c("SenderFromDomain").n_unique(),
        first=_c("Timestamp").min(),
        last=_c("Timestamp").max(),
    )
    return _best(found.filter(_c("r") >= 20), "r", "EmailClusterId", 25)


def _q11(t: Scans, _: Params) -> pl.LazyFrame:
    keys = ("Date", "ThreatTypes", "DeliveryAction", "EmailDirection")
    return t["EmailEvents"].group_by(keys).agg(n=pl.len()).sort(keys)


def _q12(t: Scans, _: Params) -> pl.LazyFrame:
    return _page(t["EmailEvents"].filter(_phish() & (_c("DeliveryAction") == "Delivered")), 4900)


def _q13(t: Scans, p: Params) -> pl.LazyFrame:
    inbound = t["EmailEvents"].filter(_c("EmailDirection") == "Inbound")
    new = inbound.filter(_since(p, "last")).group_by("SenderFromAddress").agg(n=pl.len())
    known = inbound.filter(~_since(p, "last")).select("SenderFromAddress")
    return _best(new.join(known, on="SenderFromAddress", how="anti"), "n", "SenderFromAddress", 50)


def _q14(t: Scans, p: Params) -> pl.LazyFrame:
    inbound = t["EmailEvents"].filter(_since(p) & (_c("EmailDirection") == "Inbound"))
    buckets = inbound.group_by("RecipientEmailAddress", bucket=_c("Timestamp").dt.truncate("10m")).agg(n=pl.len())
    most = buckets.sort(["n", "bucket"], descending=[True, False]).group_by("RecipientEmailAddress").first()
    return _best(most.select("RecipientEmailAddress", "bucket", "n"), "n", "RecipientEmailAddress", 20)


_POLARS: Mapping[str, Callable[[Scans, Params], pl.LazyFrame]] = MappingProxyType(
    {
        "q01_hist_threat": _q01,
        "q02_top_sender_dom": _q02,
        "q03_subject_page": _q03,
        "q04_recipient": _q04,
        "q05_message_id": _q05,
        "q06_url_domain": _q06,
        "q07_sha256": _q07,
        "q08_clicks": _q08,
        "q09_ip_prefix": _q09,
        "q10_campaigns": _q10,
        "q11_dashboard": _q11,
        "q12_deep_page": _q12,
        "q13_first_seen": _q13,
        "q14_mail_bomb": _q14,
    }
)

_IN_ORDER = "ORDER BY Timestamp DESC, NetworkMessageId, RecipientEmailAddress LIMIT"
_MAILS_WITH = "(Date, NetworkMessageId) IN (SELECT Date, NetworkMessageId FROM"
_SQL: Mapping[str, str] = MappingProxyType(
    {
        "q01_hist_threat": """
            SELECT time_bucket(INTERVAL 1 HOUR, Timestamp), DeliveryAction, count(*) FROM EmailEvents
            WHERE ThreatTypes <> '' GROUP BY ALL ORDER BY 1, 2""",
        "q02_top_sender_dom": """
            SELECT SenderFromDomain, count(*) n, count(DISTINCT RecipientEmailAddress) FROM EmailEvents
            WHERE contains(ThreatTypes, 'Phish') GROUP BY 1 ORDER BY n DESC, 1 LIMIT 10""",
        "q03_subject_page": f"""
            SELECT {{page}} FROM EmailEvents WHERE Date >= '{{d7}}' AND Subject ILIKE '%invoice%' {_IN_ORDER} 100""",
        "q04_recipient": f"SELECT {{page}} FROM EmailEvents WHERE RecipientEmailAddress = '{{rcpt}}' {_IN_ORDER} 100",
        "q05_message_id": f"SELECT {{page}} FROM EmailEvents WHERE NetworkMessageId = '{{nmid}}' {_IN_ORDER} 1000",
        "q06_url_domain": f"""
            SELECT {{page}} FROM EmailEvents
            WHERE {_MAILS_WITH} EmailUrlInfo WHERE UrlDomain = '{{url}}') {_IN_ORDER} 100""",
        "q07_sha256": f"""
            SELECT LatestDeliveryLocation, count(*), count(DISTINCT RecipientEmailAddress) FROM EmailEvents
            WHERE {_MAILS_WITH} EmailAttachmentInfo WHERE SHA256 = '{{sha}}') GROUP BY 1 ORDER BY 1""",
        "q08_clicks": """
            SELECT AccountUpn, count(*) n, min(Timestamp) FROM UrlClickEvents
            WHERE Date >= '{d7}' AND ActionType = 'ClickAllowed' AND (NetworkMessageId, AccountUpn) IN (
                SELECT NetworkMessageId, RecipientEmailAddress FROM EmailEvents
                WHERE Date >= '{d7}' AND contains(ThreatTypes, 'Phish'))
            GROUP BY 1 ORDER BY n DESC, 1 LIMIT 50""",
        "q09_ip_prefix": """
            SELECT SenderFromDomain, count(*) n FROM EmailEvents
            WHERE starts_with(SenderIPv4, '{ip}') GROUP BY 1 ORDER BY n DESC, 1 LIMIT 20""",
        "q10_campaigns": """
            SELECT EmailClusterId, count(*), count(DISTINCT RecipientEmailAddress) r, count(DISTINCT SenderFromDomain),
                   min(Timestamp), max(Timestamp) FROM EmailEvents
            WHERE Date >= '{d7}' AND ThreatTypes <> '' GROUP BY 1 HAVING r >= 20 ORDER BY r DESC, 1 LIMIT 25""",
        "q11_dashboard": """
            SELECT Date, ThreatTypes, DeliveryAction, EmailDirection, count(*) FROM EmailEvents
            GROUP BY ALL ORDER BY 1, 2, 3, 4""",
        "q12_deep_page": f"""
            SELECT {{page}} FROM EmailEvents
            WHERE contains(ThreatTypes, 'Phish') AND DeliveryAction = 'Delivered' {_IN_ORDER} 100 OFFSET 4900""",
        "q13_first_seen": """
            SELECT SenderFromAddress, count(*) n FROM EmailEvents
            WHERE Date = '{last}' AND EmailDirection = 'Inbound' AND SenderFromAddress NOT IN (
                SELECT SenderFromAddress FROM EmailEvents WHERE Date < '{last}' AND EmailDirection = 'Inbound')
            GROUP BY 1 ORDER BY n DESC, 1 LIMIT 50""",
        "q14_mail_bomb": """
            WITH buckets AS (
                SELECT RecipientEmailAddress r, time_bucket(INTERVAL 10 MINUTE, Timestamp) b, count(*) n
                FROM EmailEvents WHERE Date >= '{d7}' AND EmailDirection = 'Inbound' GROUP BY ALL)
            SELECT r, arg_min(b, (-n, b)), max(n) n FROM buckets GROUP BY r ORDER BY n DESC, r LIMIT 20""",
    }
)
