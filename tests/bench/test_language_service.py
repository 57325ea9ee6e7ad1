"""The judge, where it is there: the record of bindings is what it says, and we bind as it does.

Node and npm's @kusto/language-service-next are asked for by nobody: without them these tests are skipped, and the
record in tests/events/query/data/bindings.jsonl stands for them.
"""

from functools import cache
from pathlib import Path

import pytest

from bench.language_service import ABSENT, Shown, Verdict, judge, package
from bench.record_bindings import RECORD, questions, recorded
from tests.events.query.conftest import columns
from workbench.base.errors import BadQuery

FOLDER = package()
judged = pytest.mark.skipif(FOLDER is None, reason=ABSENT)
TABLES = (
    *("EmailEvents", "EmailUrlInfo", "EmailPostDeliveryEvents", "UrlClickEvents", "CloudAppEvents", "IdentityInfo"),
    *("IdentityLogonEvents", "SigninLogs", "AuditLogs", "AlertInfo", "AlertEvidence", "AADSignInEventsBeta"),
    *("DeviceProcessEvents", "DeviceTvmSoftwareInventory"),
)
STEPS = (
    "where {s} has 'x' and {t} > ago(1d)",
    "where {s} in~ ('a', 'b') | project {s}, {t}",
    "extend x = strlen({s}), {s} = tolower({s})",
    "extend x = split({s}, '@')[0], y = tostring(split({s}, '@')[1])",
    "project {s}, bin({t}, 1h), strcat({s}, 'x'), {t} - 1h",
    "project {n} + 1, {n} / 2.0, toreal({n}), -{n}, x = iff({n} > 1, 'a', 'b')",
    "project-away {s}, {t}",
    "project-rename x = {s}",
    "project-reorder {t}, {s}",
    "project-keep {s}, Time*",
    "summarize count() by {s}",
    "summarize count(), dcount({s}), make_set({s}), min({t}), max({t}) by bin({t}, 1d)",
    "summarize arg_max({t}, *) by {s}",
    "summarize arg_min({t}, {s}) by Type",
    "summarize take_any({s}), take_any({t})",
    "summarize sum({n}), avg({n}), percentile({n}, 95), stdev({n}) by {s}",
    "summarize countif({s} == 'x'), x = dcountif({s}, {s} != ''), make_list({t})",
    "summarize strcat('a', tostring(count())) by {s}",
    "distinct {s}, {t}",
    "distinct *",
    "sort by {t} asc, {s} desc | extend p = prev({s}), n = row_number()",
    "top 5 by {t} | project {s}",
    "take 5 | getschema",
    "count",
    "mv-expand x = {d}",
    "mv-expand {d} to typeof(string)",
    "extend x = {d}.a.b, y = {d}[0], z = tostring({d}['k'])",
    "extend x = parse_json({s}).a | extend y = tolong(x)",
    "join kind=inner (EmailEvents | project Timestamp, Subject, k = Subject) on $left.{s} == $right.k",
    "join kind=leftanti (EmailEvents) on $left.{s} == $right.Subject",
    "lookup (EmailEvents | project Subject, Connectors) on $left.{s} == $right.Subject",
    "union (EmailEvents | project Subject, {t} = '')",
    "union withsource=T EmailUrlInfo",
    "where {s} in ((EmailEvents | project Subject))",
    "extend d = datetime_diff('day', now(), {t}), w = startofweek({t}), f = format_datetime({t}, 'yyyy')",
    "where NoSuchColumn == 1",
    "where {s} > 5",
    "extend x = nosuch({s})",
    "where {n}",
    "summarize {s}",
    "project x = {t} + {s}",
    "where TimeGenerated > ago(1d) and Timestamp < now() | project TimeGenerated, Timestamp, Type, TenantId",
    "summarize arg_max(TimeGenerated, *) by Type",
    "as x | where {s} != ''",
    "extend {t} = tostring({t}) | project {t}",
    "extend a = {s} has_any ('x', 'y'), b = {t} between (ago(2d) .. 1d), c = isnull({n})",
    "extend x = case({n} == 1, 'a', {n} == 2, 'b', 'c'), y = coalesce({s}, 'z')",
    "extend x = extract('a(.)', 1, {s}), y = replace_regex({s}, 'a', 'b'), z = indexof({s}, 'x')",
    "extend x = pack_array({s}, {t}), y = bag_pack('a', {s}), z = array_length({d})",
    "render timechart",
)


@cache
def asked() -> dict[str, str]:
    """Questions over declared tables: every second step on each table, with columns of the types it takes."""
    catalog, found = Shown(), {}
    for number, name in enumerate(TABLES):
        for step in STEPS[number % 2 :: 2]:
            taken = _taken(catalog, name, number)
            if all(f"{{{letter}}}" not in step or letter in taken for letter in "stnd"):
                text = f"{name} | {step.format(**taken)}"
                found[text] = text
    return found


def _taken(catalog: Shown, name: str, number: int) -> dict[str, str]:
    kinds = {"s": "string", "t": "datetime", "n": "int long", "d": "dynamic"}
    fitting = {
        letter: [each for each, kind in catalog.types(name).items() if kind in wanted.split() and each[0] != "_"]
        for letter, wanted in kinds.items()
    }
    return {letter: each[number % len(each)] for letter, each in fitting.items() if each}


def bound(text: str, catalog: Shown) -> tuple[tuple[str, str], ...] | None:
    """Our columns, None where the question is refused."""
    try:
        return tuple(columns(text, catalog))
    except BadQuery:
        return None


def test_the_questions_are_many_and_most_of_them_can_be_bound() -> None:
    catalog, some = Shown(), list(asked())[::10]
    assert len(asked()) > 300
    assert 0.7 < sum(bound(text, catalog) is not None for text in some) / len(some) < 1


def expected(said: Verdict) -> tuple[tuple[str, str], ...] | None:
    return said.columns if said.clean else None


@judged
def test_questions_over_declared_tables_bind_as_the_service_binds_them() -> None:
    catalog, said = Shown(), judge(asked(), Path(str(FOLDER)))
    assert [text for text in asked() if bound(text, catalog) != expected(said[text])] == []


@judged
def test_the_record_is_what_the_service_says() -> None:
    rows = questions(RECORD.read_text("utf-8"))
    assert [row for row, now in zip(rows, recorded(rows, Path(str(FOLDER))), strict=True) if row != now] == []
