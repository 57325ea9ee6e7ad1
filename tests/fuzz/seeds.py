"""What fuzzing starts from: small whole inputs of every kind, out of the sample, made here, and of ../shared."""

import io
import json
import tarfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import polars as pl

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
SHARED = Path(__file__).parents[3] / "shared" / "datasets"
LARGEST = 24_000
"""Bytes of a seed; a longer text is cut behind a line."""

_FROM_ARCHIVES = 40
_ENDINGS = (".eml", ".csv", ".ndjson", ".json", ".jsonl", ".mbox", ".msg", ".parquet")

Seed = tuple[str, bytes]
"""The name of a file and its bytes."""


@cache
def seeds() -> tuple[Seed, ...]:
    """Every seed, in an order that does not change as long as the files do not."""
    return (*_made(), *_below(SAMPLE), *_shared())


def kinds_of_seeds() -> dict[str, list[Seed]]:
    """Seeds by the endings of their names, so that kinds with few seeds come up as often as others."""
    found: dict[str, list[Seed]] = {}
    for name, raw in seeds():
        found.setdefault(name.rpartition(".")[2], []).append((name, raw))
    return dict(sorted(found.items()))


def _below(folder: Path) -> Iterator[Seed]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in _ENDINGS:
            yield path.name, _cut(path.read_bytes())


def _shared() -> Iterator[Seed]:
    if not SHARED.is_dir():
        return
    for folder in ("ms_sample_tables", "golden_saml_m365"):
        yield from _below(SHARED / folder)
    for archive in sorted(SHARED.glob("*/*.tar.xz")):
        yield from _members(archive)


def _members(path: Path) -> Iterator[Seed]:
    with tarfile.open(path) as archive:
        found = 0
        for member in archive:
            name = member.name.rpartition("/")[2]
            if member.isfile() and name.endswith(_ENDINGS):
                content = archive.extractfile(member)
                yield name, _cut(content.read(LARGEST * 2) if content else b"")
                found += 1
            if found == _FROM_ARCHIVES:
                return


def _cut(raw: bytes) -> bytes:
    if len(raw) <= LARGEST or raw.startswith((b"PAR1", b"\xd0\xcf")):
        return raw
    return raw[: raw.rfind(b"\n", 0, LARGEST) + 1] or raw[:LARGEST]


def _event(number: int) -> dict[str, object]:
    return {
        "Timestamp": f"2026-09-14T10:00:{number:02}.1234567Z",
        "NetworkMessageId": f"m{number}",
        "RecipientEmailAddress": "anna@northgate.example",
        "Subject": "Grüße, „Anna“",
        "AuthenticationDetails": {"SPF": "pass", "DKIM": ["a", 1, None]},
        "UrlCount": number,
    }


def _made() -> Iterator[Seed]:
    """Forms of exports that the sample has no file of."""
    rows = [_event(number) for number in range(6)]
    yield "answer.json", _json({"Schema": [{"Name": name, "Type": "String"} for name in rows[0]], "Results": rows})
    yield "graph.json", _json({"schema": [{"name": "Timestamp", "type": "DateTime"}], "results": rows})
    yield "logs.json", _json(_analytics(rows))
    yield "hub.ndjson", _json({"records": [_wrapped(row) for row in rows]}) + b"\n" + _json(_wrapped(rows[0]))
    yield "EmailEvents.json", json.dumps(rows, indent=1).encode()
    yield "EmailEvents.csv", _csv(rows, ",")
    yield "EmailEvents_portal.csv", b"\xef\xbb\xbf" + _csv(rows, ";")
    yield "EmailEvents_wide.csv", _csv(rows, "\t").decode().encode("utf-16")
    yield (
        "SigninLogs.csv",
        b'TimeGenerated [UTC],Id,UserPrincipalName\r\n"9/14/2026, 10:00:00.123 AM",1,A@b.example\r\n',
    )
    yield "audit.csv", _audit()
    yield "box.mbox", b"".join(b"From a@b.example Mon Sep 14 10:00:00 2026\n" + _mail(n) + b"\n" for n in range(3))
    yield "nested.eml", _nested(6)
    yield "EmailEvents.parquet", _parquet(rows)


def _analytics(rows: list[dict[str, object]]) -> object:
    columns = [{"name": name, "type": "string"} for name in rows[0]]
    return {"tables": [{"name": "PrimaryResult", "columns": columns, "rows": [list(row.values()) for row in rows]}]}


def _wrapped(row: dict[str, object]) -> dict[str, object]:
    return {"time": row["Timestamp"], "category": "AdvancedHunting-EmailEvents", "tenantId": "t", "properties": row}


def _csv(rows: list[dict[str, object]], mark: str) -> bytes:
    cells = [
        {name: value if isinstance(value, str) else json.dumps(value) for name, value in row.items()} for row in rows
    ]
    return pl.DataFrame(cells).write_csv(separator=mark).encode()


def _audit() -> bytes:
    data = {"CreationTime": "2026-09-14T10:00:00", "Id": "i", "Operation": "MailItemsAccessed", "RecordType": 50,
            "UserId": "a@northgate.example", "Workload": "Exchange", "ClientIP": "192.0.2.1:443"}  # fmt: skip
    cell = json.dumps(data).replace('"', '""')
    return f'CreationDate,UserIds,Operations,AuditData\r\n2026-09-14,a@northgate.example,MailItemsAccessed,"{cell}"\r\n'.encode()


def _mail(number: int) -> bytes:
    return (
        f"From: Ann <ann{number}@sender.example>\nTo: b@northgate.example\nSubject: =?utf-8?q?n=C3=BCmber?= {number}\n"
        f"Date: Mon, 14 Sep 2026 10:00:00 +0000\nMessage-ID: <{number}@x>\nMIME-Version: 1.0\n"
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n"
        "<a href='https://evil.example/x'>https://good.example</a>\n--b\nContent-Type: application/zip; name=a.zip\n"
        "Content-Transfer-Encoding: base64\n\nUEsDBAoAAAAAAA==\n--b--\n"
    ).encode()


def _nested(depth: int) -> bytes:
    raw = _mail(0)
    for _ in range(depth):
        raw = b"From: a@b.example\nTo: c@d.example\nSubject: fwd\nContent-Type: message/rfc822\n\n" + raw
    return raw


def _parquet(rows: list[dict[str, object]]) -> bytes:
    file = io.BytesIO()
    pl.DataFrame(rows, strict=False).write_parquet(file)
    return file.getvalue()


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
