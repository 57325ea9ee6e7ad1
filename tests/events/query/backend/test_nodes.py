"""Each operator against plain Python over the rows of the sample organisation.

The expected side knows nothing of the engine: rows as dicts, loops, sets, and Python's own regular expressions.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from workbench.base.config import Workspace
from workbench.events.query import StoreCatalog, ask
from workbench.events.store import Store
from workbench.events.tables import table

Rows = list[dict[str, Any]]
Ask = Callable[[str], list[tuple[Any, ...]]]
EPOCH = datetime(1, 1, 1, tzinfo=UTC)


class Sample:
    """The sample's rows, and its answers."""

    def __init__(self, workspace: Workspace) -> None:
        self.store = Store(workspace.store)
        self.catalog = StoreCatalog(self.store)
        self.now = (self.store.newest(datetime.now(UTC)) or datetime.now(UTC)) + timedelta(microseconds=1)

    def rows(self, name: str) -> Rows:
        return self.store.scan(name, None).select(list(table(name).types)).collect().to_dicts()

    def ask(self, text: str) -> list[tuple[Any, ...]]:
        return ask(self.catalog, text, now=self.now).frame.rows()


@pytest.fixture(scope="module")
def sample(northgate: Workspace) -> Sample:
    return Sample(northgate)


@pytest.fixture(scope="module")
def mail(sample: Sample) -> Rows:
    found = sample.rows("EmailEvents")
    assert len(found) > 100
    return found


def term(text: str, word: str) -> bool:
    """``has`` by its definition: no letter or digit touches the word's own ends."""
    start = r"(?<![^\W_])" if word[:1].isalnum() else ""
    end = r"(?![^\W_])" if word[-1:].isalnum() else ""
    return re.search(f"{start}{re.escape(word)}{end}", text, re.IGNORECASE) is not None


CONDITIONS: dict[str, Callable[[dict[str, Any]], bool]] = {
    'Subject has "invoice"': lambda row: term(row["Subject"], "invoice"),
    'Subject !has "re"': lambda row: not term(row["Subject"], "re"),
    'SenderFromAddress has "northgate.example"': lambda row: term(row["SenderFromAddress"], "northgate.example"),
    'Subject has_any ("invoice", "password", "re")': lambda row: any(
        term(row["Subject"], word) for word in ("invoice", "password", "re")
    ),
    'Subject has_all ("your", "account")': lambda row: term(row["Subject"], "your") and term(row["Subject"], "account"),
    'Subject contains "PASS"': lambda row: "pass" in row["Subject"].lower(),
    'Subject contains_cs "PASS"': lambda row: "PASS" in row["Subject"],
    'Subject !contains "a"': lambda row: "a" not in row["Subject"].lower(),
    'Subject startswith "re"': lambda row: row["Subject"].lower().startswith("re"),
    'SenderFromDomain endswith ".EXAMPLE"': lambda row: row["SenderFromDomain"].lower().endswith(".example"),
    'SenderFromDomain endswith_cs ".EXAMPLE"': lambda row: row["SenderFromDomain"].endswith(".EXAMPLE"),
    'Subject matches regex @"\\d{3,}"': lambda row: re.search(r"\d{3,}", row["Subject"]) is not None,
    'EmailDirection == "inbound"': lambda row: row["EmailDirection"] == "inbound",
    'EmailDirection =~ "inbound"': lambda row: row["EmailDirection"].lower() == "inbound",
    'EmailDirection != "Inbound"': lambda row: row["EmailDirection"] != "Inbound",
    'EmailDirection in ("Inbound", "Outbound")': lambda row: row["EmailDirection"] in ("Inbound", "Outbound"),
    'EmailDirection in~ ("INBOUND")': lambda row: row["EmailDirection"].lower() == "inbound",
    'EmailDirection !in ("Inbound")': lambda row: row["EmailDirection"] != "Inbound",
    "isempty(ThreatTypes)": lambda row: row["ThreatTypes"] == "",
    "isnotempty(ThreatTypes)": lambda row: row["ThreatTypes"] != "",
    "UrlCount > 1": lambda row: row["UrlCount"] is not None and row["UrlCount"] > 1,
    "UrlCount != 1": lambda row: row["UrlCount"] != 1,
    "not(UrlCount == 1)": lambda row: row["UrlCount"] != 1,
    "UrlCount between (1 .. 2)": lambda row: row["UrlCount"] in (1, 2),
    "UrlCount in (0, 2)": lambda row: row["UrlCount"] in (0, 2),
    "isnull(BulkComplaintLevel)": lambda row: row["BulkComplaintLevel"] is None,
    "BulkComplaintLevel != 5": lambda row: row["BulkComplaintLevel"] != 5,
    "BulkComplaintLevel < 5": lambda row: row["BulkComplaintLevel"] is not None and row["BulkComplaintLevel"] < 5,
    "BulkComplaintLevel !in (1, 2)": lambda row: row["BulkComplaintLevel"] not in (1, 2),
    "hourofday(Timestamp) >= 12 and UrlCount == 0": lambda row: row["Timestamp"].hour >= 12 and row["UrlCount"] == 0,
    'SenderFromDomain == "" or RecipientEmailAddress contains "@"': lambda row: (
        row["SenderFromDomain"] == "" or "@" in row["RecipientEmailAddress"]
    ),
}


@pytest.mark.parametrize("condition", CONDITIONS)
def test_where_keeps_what_plain_code_keeps(condition: str, sample: Sample, mail: Rows) -> None:
    kept = [(row["NetworkMessageId"], row["RecipientEmailAddress"]) for row in mail if CONDITIONS[condition](row)]
    found = sample.ask(f"EmailEvents | where {condition} | project NetworkMessageId, RecipientEmailAddress")
    assert sorted(found) == sorted(kept)


def test_the_conditions_part_the_sample(mail: Rows) -> None:
    """Most conditions hold for some rows and not for others, so that the comparison says something."""
    parting = [name for name, holds in CONDITIONS.items() if 0 < sum(map(holds, mail)) < len(mail)]
    assert len(parting) >= 18


def test_windows_of_time(sample: Sample, mail: Rows) -> None:
    start = sample.now - timedelta(days=3)
    expected = sum(start < row["Timestamp"] for row in mail)
    assert sample.ask("EmailEvents | where Timestamp > ago(3d) | count") == [(expected,)]
    assert sample.ask("EmailEvents | where Timestamp between (ago(3d) .. 1d) | count") == [
        (sum(start <= row["Timestamp"] <= start + timedelta(days=1) for row in mail),)
    ]


def test_groups_are_counted(sample: Sample, mail: Rows) -> None:
    text = "summarize n = count(), people = dcount(RecipientEmailAddress), urls = sum(UrlCount), first = min(Timestamp), last = max(Timestamp), bad = countif(isnotempty(ThreatTypes)) by SenderFromDomain"
    groups = defaultdict(list)
    for row in mail:
        groups[row["SenderFromDomain"]].append(row)
    expected = {
        (
            domain,
            len(rows),
            len({row["RecipientEmailAddress"] for row in rows}),
            sum(row["UrlCount"] or 0 for row in rows),
            min(row["Timestamp"] for row in rows),
            max(row["Timestamp"] for row in rows),
            sum(row["ThreatTypes"] != "" for row in rows),
        )
        for domain, rows in groups.items()
    }
    assert set(sample.ask(f"EmailEvents | {text}")) == expected


def test_bins_of_time_and_of_numbers(sample: Sample, mail: Rows) -> None:
    for size, length in (("1h", timedelta(hours=1)), ("1d", timedelta(days=1)), ("7d", timedelta(days=7))):
        expected = Counter(EPOCH + (row["Timestamp"] - EPOCH) // length * length for row in mail)
        assert dict(sample.ask(f"EmailEvents | summarize count() by bin(Timestamp, {size})")) == dict(expected)
    numbers = Counter(None if row["UrlCount"] is None else row["UrlCount"] // 2 * 2 for row in mail)
    assert dict(sample.ask("EmailEvents | summarize count() by bin(UrlCount, 2)")) == dict(numbers)


def test_sets_hold_each_value_once(sample: Sample, mail: Rows) -> None:
    expected = defaultdict(set)
    for row in mail:
        expected[row["EmailDirection"]].add(row["SenderFromAddress"])
    found = sample.ask("EmailEvents | summarize make_set(SenderFromAddress) by EmailDirection")
    assert {key: sorted(json.loads(text)) for key, text in found} == {
        key: sorted(each) for key, each in expected.items()
    }


def test_the_newest_row_of_each_group(sample: Sample, mail: Rows) -> None:
    newest: dict[str, dict[str, Any]] = {}
    for row in mail:
        held = newest.get(row["SenderFromDomain"])
        if held is None or row["Timestamp"] > held["Timestamp"]:
            newest[row["SenderFromDomain"]] = row
    found = sample.ask("EmailEvents | summarize arg_max(Timestamp, *) by SenderFromDomain")
    columns = ["SenderFromDomain", *(name for name in table("EmailEvents").types if name != "SenderFromDomain")]
    assert len(found) == len(newest)
    for row in found:
        held = dict(zip(columns, row, strict=True))
        assert held["Timestamp"] == newest[held["SenderFromDomain"]]["Timestamp"]
        assert held in mail


def test_sort_and_top_place_nulls_and_ties(sample: Sample, mail: Rows) -> None:
    rows = [(row["UrlCount"], row["Timestamp"], row["Subject"]) for row in mail]
    falling = sorted(rows, key=lambda row: (row[0] is not None, row[0] or 0), reverse=True)
    found = sample.ask("EmailEvents | sort by UrlCount | project UrlCount")
    assert [row[0] for row in found] == [row[0] for row in falling]
    found = sample.ask("EmailEvents | sort by UrlCount asc, Timestamp desc | project UrlCount, Timestamp")
    rising = sorted(rows, key=lambda row: row[1], reverse=True)
    rising.sort(key=lambda row: (row[0] is not None, row[0] or 0))
    assert found == [row[:2] for row in rising]
    assert sample.ask("EmailEvents | top 7 by UrlCount | project UrlCount") == [(row[0],) for row in falling[:7]]
    assert sample.ask("EmailEvents | top 5 by Subject asc | project Subject") == [
        (subject,) for subject in sorted(row[2] for row in rows)[:5]
    ]


def test_joins_match_by_hand(sample: Sample, mail: Rows) -> None:
    urls = sample.rows("EmailUrlInfo")
    by_id = defaultdict(list)
    for row in urls:
        by_id[row["NetworkMessageId"]].append(row["Url"])
    pairs = [(row["NetworkMessageId"], url) for row in mail for url in by_id[row["NetworkMessageId"]]]
    left = "EmailEvents | project NetworkMessageId"
    right = "(EmailUrlInfo | project NetworkMessageId, Url) on NetworkMessageId"
    ask_ids = "project NetworkMessageId, Url"
    assert sorted(sample.ask(f"{left} | join kind=inner {right} | {ask_ids}")) == sorted(pairs)
    unmatched = [(row["NetworkMessageId"], "") for row in mail if not by_id[row["NetworkMessageId"]]]
    assert sorted(sample.ask(f"{left} | join kind=leftouter {right} | {ask_ids}")) == sorted(pairs + unmatched)
    assert sorted(sample.ask(f"{left} | join kind=leftanti {right}")) == sorted((key,) for key, _ in unmatched)
    unique = [(key, url) for key in {row["NetworkMessageId"] for row in mail} for url in by_id[key]]
    assert sorted(sample.ask(f"{left} | join {right} | {ask_ids}")) == sorted(unique)
    listed = "EmailEvents | where NetworkMessageId in ((EmailUrlInfo | project NetworkMessageId)) | count"
    assert sample.ask(listed) == [(sum(bool(by_id[row["NetworkMessageId"]]) for row in mail),)]


def test_unions_lay_rows_one_after_the_other(sample: Sample, mail: Rows) -> None:
    urls = sample.rows("EmailUrlInfo")
    found = sample.ask(
        "union (EmailEvents | project a = Subject, n = UrlCount), (EmailUrlInfo | project a = Url, u = UrlDomain)"
    )
    expected = [(row["Subject"], row["UrlCount"], "") for row in mail] + [
        (row["Url"], None, row["UrlDomain"]) for row in urls
    ]
    assert Counter(found) == Counter(expected)


def test_distinct_rows(sample: Sample, mail: Rows) -> None:
    expected = {(row["SenderFromDomain"], row["UrlCount"]) for row in mail}
    found = sample.ask("EmailEvents | distinct SenderFromDomain, UrlCount")
    assert (len(found), set(found)) == (len(expected), expected)


def test_paths_and_parts_of_text(sample: Sample, mail: Rows) -> None:
    text = """EmailEvents | project NetworkMessageId, RecipientEmailAddress,
        spf = tostring(parse_json(AuthenticationDetails).SPF), part = tostring(split(SenderFromAddress, "@")[1]),
        number = extract(@"(\\d+)", 1, Subject), low = tolower(Subject), both = strcat(UrlCount, "/", AttachmentCount),
        size = case(UrlCount == 0, "none", UrlCount < 3, "few", "many"), half = UrlCount / 2, age = now() - Timestamp"""
    expected = []
    for row in mail:
        details = json.loads(row["AuthenticationDetails"] or "{}")
        parts = row["SenderFromAddress"].split("@")
        number = re.search(r"(\d+)", row["Subject"])
        urls = row["UrlCount"]
        expected.append(
            (
                row["NetworkMessageId"],
                row["RecipientEmailAddress"],
                details.get("SPF") or "",
                parts[1] if len(parts) > 1 else "",
                number[1] if number else "",
                row["Subject"].lower(),
                f"{'' if urls is None else urls}/{'' if row['AttachmentCount'] is None else row['AttachmentCount']}",
                "none" if urls == 0 else "few" if urls is not None and urls < 3 else "many",
                None if urls is None else urls // 2,
                sample.now - row["Timestamp"],
            )
        )
    assert Counter(sample.ask(text)) == Counter(expected)


def test_elements_of_dynamics(sample: Sample) -> None:
    facts = sample.rows("WorkbenchMailFacts")
    expected = Counter(hop.get("by", "") for row in facts for hop in json.loads(row["Hops"] or "[]"))
    assert sum(expected.values()) > 50
    text = "WorkbenchMailFacts | mv-expand Hops | where isnotnull(Hops) | summarize count() by by_ = tostring(Hops.by)"
    assert dict(sample.ask(text)) == {key or "": count for key, count in expected.items()}
    counted = "WorkbenchMailFacts | extend n = array_length(Hops) | summarize sum(n)"
    assert sample.ask(counted) == [(sum(len(json.loads(row["Hops"] or "[]")) for row in facts),)]


def test_the_same_question_gives_the_same_rows_in_the_same_order(sample: Sample) -> None:
    for text in (
        "EmailEvents | summarize count(), make_set(Subject) by SenderFromDomain",
        "EmailEvents | join kind=inner EmailUrlInfo on NetworkMessageId | project Subject, Url",
        "union EmailEvents, EmailUrlInfo | take 50",
        "EmailEvents | distinct SenderFromAddress",
        "EmailEvents | take 20",
    ):
        first = sample.ask(text)
        assert all(sample.ask(text) == first for _ in range(5)), text
