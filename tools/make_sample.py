"""Make data/sample/northgate/events: the rows that belong with the hand-written mails, always the same to the byte.

``cast.json`` holds people, partners, the shapes of the rows and the intruder's steps; ``answer_key.json`` holds the
mails with their clicks, reports and removals; the background traffic comes from one seed. Run
``python tools/make_sample.py`` after a change of any of these.
"""

import csv
import gzip
import hashlib
import io
import json
import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
Row = dict[str, Any]

SEED = 20260918
MESSAGES = 260
DATA = Path(__file__).parents[1] / "data"
FOLDER = DATA / "sample" / "northgate"
KEY = DATA / "sample_key"
DOMAIN = "northgate.example"
MONDAY, END = datetime(2026, 9, 14, tzinfo=UTC), datetime(2026, 9, 18, 12, tzinfo=UTC)
OFFICE_HOURS = (0, 0, 0, 0, 0, 1, 4, 9, 10, 9, 8, 6, 4, 7, 8, 7, 4, 2, 1, 1, 0, 0, 0, 0)
UNWANTED = ("spam", "phish", "malware")
INBOX = "Inbox/folder"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def _digest(*parts: object) -> str:
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()


def _guid(*parts: object) -> str:
    text = _digest(*parts)
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-9{text[17:20]}-{text[20:32]}"


def _number(*parts: object) -> int:
    return int(_digest(*parts)[:8], 16)


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _later(text: str, **by: float) -> str:
    return _iso(_at(text) + timedelta(**by))


def _us(text: str) -> str:
    """As the portal of a log workspace exports: 9/16/2026, 9:03:18.000 AM."""
    moment = _at(text)
    return f"{moment.month}/{moment.day}/{moment.year}, {moment.hour % 12 or 12}:{moment:%M:%S}.000 {moment:%p}"


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _filled(shape: Any, facts: Row) -> Any:
    """The shape with every text ``$name`` replaced by the fact of that name, whatever its type."""
    if isinstance(shape, dict):
        return {name: _filled(value, facts) for name, value in shape.items()}
    if isinstance(shape, list):
        return [_filled(value, facts) for value in shape]
    return facts[shape[1:]] if isinstance(shape, str) and shape.startswith("$") else shape


class Dice(random.Random):
    """Draws that are the same under every Python: only ``random()`` is guaranteed to be."""

    def below(self, n: int) -> int:
        """A whole number from 0 to n - 1."""
        return int(self.random() * n)

    def pick(self, values: Sequence[T], weights: Sequence[float] = ()) -> T:
        """One of the values, by weight."""
        weights = weights or [1] * len(values)
        left = self.random() * sum(weights)
        for value, weight in zip(values, weights, strict=True):
            left -= weight
            if left < 0:
                return value
        return values[-1]

    def moment(self, *, flat: bool = False) -> datetime:
        """Some time of the five days, in office hours unless ``flat``."""
        day, hour = self.below(5), self.pick(range(24), (1,) * 24 if flat else OFFICE_HOURS)
        moment = MONDAY + timedelta(days=day, hours=hour, minutes=self.below(60), seconds=self.below(60))
        return moment if moment < END else self.moment(flat=flat)


def _ndjson(rows: Iterable[Row]) -> bytes:
    return "".join(f"{_compact(row)}\n" for row in rows).encode()


def _array(rows: Iterable[Row]) -> bytes:
    return f"{json.dumps(list(rows), ensure_ascii=False, indent=1)}\n".encode()


def _table(rows: Iterable[Row]) -> bytes:
    text, kept = io.StringIO(), list(rows)
    writer = csv.DictWriter(text, list(dict.fromkeys(name for row in kept for name in row)), lineterminator="\r\n")
    writer.writeheader()
    for row in kept:
        writer.writerow({name: _compact(c) if isinstance(c, dict | list) else c for name, c in row.items()})
    return text.getvalue().encode()


def _by_time(rows: Iterable[Row]) -> list[Row]:
    return sorted((row for row in rows if _at(row["Timestamp"]) < END), key=lambda row: (row["Timestamp"], str(row)))


def _record(time: str, who: str, operation: str, address: str, **more: Any) -> Row:
    """One audit record; CloudAppEvents and OfficeActivity each show it in their own way."""
    base = {"Id": _guid("audit", time, who, operation), "CreationTime": time[:-1], "Operation": operation}
    return base | {"UserId": who, "ClientIP": address, "Workload": "Exchange", "ResultStatus": "Succeeded"} | more


def _thing(record: Row) -> str:
    named = [pair["Value"] for pair in record.get("Parameters", ()) if pair["Name"] == "Name"]
    return str((named or [record.get("SourceFileName") or record.get("Subject", "")])[0])


class World:
    """The cast and the answer key, and what follows from them."""

    def __init__(self, folder: Path, dice: Dice) -> None:
        self.dice = dice
        self.cast: Row = json.loads((folder / "cast.json").read_text("utf-8"))
        self.mails: list[Row] = json.loads((folder / "answer_key.json").read_text("utf-8"))["mails"]
        self.story: Row = self.cast["story"]
        self.attacker: Row = self.story["attacker"]
        every = [person | self.cast["offices"][person["city"]] for person in self.cast["people"]]
        self.people: dict[str, Row] = {
            each["who"]: each | {"object_id": _guid("person", each["who"])} for each in every
        }

    def row(self, table: str, *facts: Row, **more: Any) -> Row:
        """A row of a table in the shape that the cast gives it."""
        known = {name: value for each in (*facts, more) for name, value in each.items()}
        return dict(_filled(self.cast["rows"][table], known))

    def mail(self, number: str) -> Row:
        """The mail of the answer key whose file name starts with a number."""
        return next(each for each in self.mails if each["file"].startswith(f"mail/{number}"))

    def device(self, who: str) -> str:
        """The computer of a person."""
        return f"ng-{_number('device', who) % 9000 + 1000}"

    def _mail_row(self, sender: Row, to: str, message: Row) -> Row:
        """One message (id, time, subject) at one recipient."""
        domain, ident = sender["address"].partition("@")[2], message["id"]
        facts = {"to": to, "domain": domain, "message_id": f"<{_digest('mid', ident)[:20]}@{domain}>"}
        for name, who in (("sender_object_id", sender["address"]), ("to_object_id", to)):
            facts[name] = self.people.get(who, {}).get("object_id", "")
        facts |= {"cluster": _number("cluster", "".join(c for c in message["subject"] if not c.isdigit()))}
        return self.row("EmailEvents", sender, message, facts, report=f"{ident}-{_number('report', ident, to)}-1")

    def _fraud(self) -> Iterator[Row]:
        """The mails that the intruder sent from the victim's mailbox."""
        victim = self.people[self.story["victim"]]
        sender = {"address": victim["who"], "name": victim["name"], "ip": self.attacker["address"]}
        for each in self.story["sent"]:
            own = {"EmailDirection": each["direction"], "DeliveryLocation": each["place"], "AuthenticationDetails": ""}
            yield self._mail_row(sender, each["to"], each | {"id": _guid("fraud", each["time"])}) | own


class Mail(World):
    """Messages, and what happened to them."""

    def _background(self) -> Iterator[Row]:
        for count in range(MESSAGES):
            sender = self._sender(self.dice.pick(("inbound", "intra", "outbound"), (45, 40, 15)))
            kind, language = sender["kind"], sender["language"]
            subject = self.dice.pick(self.cast["subjects"][kind][language]).format(n=1000 + self.dice.below(9000))
            time = _iso(self.dice.moment(flat=kind in UNWANTED))
            message = {"time": time, "id": _guid("message", count), "subject": subject}
            counts = {name: self.dice.pick(choices) for name, choices in self.cast["counts"][kind].items()}
            own = {"EmailLanguage": language, **counts, **self.cast["outcomes"][kind]}
            yield from [self._mail_row(sender, to, message) | own for to in self._recipients(sender)]

    def _sender(self, direction: str) -> Row:
        """Somebody outside, few of them often and many rarely, or one of us."""
        if direction == "inbound":
            senders = self.cast["senders"]
            return self.dice.pick(senders, [1 / (rank + 2) for rank in range(len(senders))])
        who = self.dice.pick(list(self.people.values()))
        return who | {"address": who["who"], "ip": who["address"], "kind": direction, "language": "en"}

    def _recipients(self, sender: Row) -> list[str]:
        if sender["kind"] == "outbound":
            return [self.dice.pick([each["address"] for each in self.cast["senders"] if each["kind"] == "partner"])]
        count = self.dice.pick((1, 2, 5), (6, 3, 0 if sender["kind"] in UNWANTED else 2))
        return sorted({self.dice.pick(list(self.people)) for _ in range(count)} - {sender["address"]})

    def _url_rows(self, mails: Iterable[Row]) -> list[Row]:
        found: dict[str, Row] = {}
        for mail in mails:
            host = f"www.{mail['SenderFromDomain']}"
            for n in range(mail["UrlCount"]):
                page = _digest("url", mail["NetworkMessageId"], n)[:10]
                url = f"https://{host}/{_digest('path', mail['EmailClusterId'])[:6]}/{page}"
                found.setdefault(url, self.row("EmailUrlInfo", mail, url=url, host=host))
        return list(found.values())

    def _file_rows(self, mails: Iterable[Row]) -> Iterator[Row]:
        for mail in (each for each in mails if each["AttachmentCount"]):
            names = ["Invoice_{n}.docm"] if mail["ThreatTypes"] == "Malware" else self.cast["files"]
            n = _number("file", mail["NetworkMessageId"])
            file = names[n % len(names)].format(n=n % 8999)
            facts = {"file": file, "type": file.rpartition(".")[2], "size": 9_000 + n % 400_000}
            yield self.row("EmailAttachmentInfo", mail, facts, sha256=_digest("content", mail["NetworkMessageId"]))

    def _removals(self, mails: Sequence[Row]) -> Iterator[Row]:
        bulk = next(mail for mail in mails if mail["BulkComplaintLevel"] == 5)
        step = {"time": _later(bulk["Timestamp"], minutes=35), "recipient": bulk["RecipientEmailAddress"]}
        step |= {"kind": "Spam ZAP", "result": "Success", "to": "Junk folder"}
        ids = {"network_message_id": bulk["NetworkMessageId"], "internet_message_id": bulk["InternetMessageId"]}
        for mail in (*self.mails, ids | {"removals": [step]}):
            for each in mail["removals"]:
                place = each["to"] if each["result"] == "Success" else INBOX
                report = f"{mail['network_message_id']}-{_number('removal', each['time'])}-1"
                how = self.cast["removals"][each["kind"]]
                yield self.row("EmailPostDeliveryEvents", mail, each, how, place=place, report=report)

    def _clicks(self, mails: Sequence[Row], urls: Sequence[Row]) -> Iterator[Row]:
        for mail in self.mails:
            for each in mail["clicks"]:
                yield from self._click_rows(mail["network_message_id"], each)
        read = [row for row in mails if row["DeliveryLocation"] == INBOX]
        readers = {row["NetworkMessageId"]: row["RecipientEmailAddress"] for row in read}
        for url in (each for each in urls if each["NetworkMessageId"] in readers):
            if _number("click", url["Url"]) % 15:
                continue
            moment = _later(url["Timestamp"], minutes=2 + _number("delay", url["Url"]) % 90)
            click = {"user": readers[url["NetworkMessageId"]], "time": moment, "url": url["Url"], "action": "allowed"}
            yield from self._click_rows(url["NetworkMessageId"], click)

    def _click_rows(self, ident: str, click: Row) -> Iterator[Row]:
        facts = {"network_message_id": ident, "address": self.people[click["user"]]["address"]}
        facts |= {"chain": _compact([click["url"]]), "report": _guid("click", click["user"], click["time"])}
        row = self.row("UrlClickEvents", click, facts, self.cast["clicks"][click["action"]])
        yield row
        if click["action"] == "overridden":
            yield row | {"Timestamp": _later(click["time"], seconds=21), "IsClickedThrough": True}

    def _device_row(self) -> Row:
        """What the victim's computer saw of the click: good evidence in the wrong file."""
        who, click = self.story["victim"], self.mail("01")["clicks"][0]
        return self.row("DeviceEvents", click, device_id=_digest("device", who)[:40], device=self.device(who))

    def files(self) -> dict[str, bytes]:
        """Every file by name."""
        ordinary = _by_time(self._background())
        every, urls = _by_time([*ordinary, *self._fraud()]), self._url_rows(ordinary)
        middle, repeated = len(every) // 2, every[10:12]
        return {
            "EmailEvents.ndjson": _ndjson([*every[:middle], self._device_row(), *every[middle:], *repeated]),
            "EmailUrlInfo.csv": _table(urls),
            "EmailAttachmentInfo.json": _array(self._file_rows(every)),
            "EmailPostDeliveryEvents.ndjson": _ndjson(_by_time(self._removals(ordinary))),
            "UrlClickEvents.json": BYTE_ORDER_MARK + _array(_by_time(self._clicks(ordinary, urls))),
        }


class Accounts(World):
    """What people and the intruder did, and what was raised about it."""

    def _mailbox_records(self) -> Iterator[Row]:
        victim, address = self.story["victim"], self.attacker["address"]
        read = _filled(self.story["mailbox_read"], self.mail("01"))
        for each in self.story["mailbox_reads"]:
            yield _record(each["time"], victim, "MailItemsAccessed", address, **read, OperationCount=each["count"])
        for each in self.story["rules"]:
            pairs = [{"Name": name, "Value": value} for name, value in each["parameters"]]
            yield _record(each["time"], each["who"], "New-InboxRule", each["address"], RecordType=1, Parameters=pairs)
        for row in self._fraud():
            item = {name: row[name] for name in ("Subject", "InternetMessageId")}
            yield _record(_later(row["Timestamp"], seconds=-2), victim, "Send", address, RecordType=2, Item=item)

    def _report_records(self) -> Iterator[Row]:
        for mail in self.mails:
            operation = "AttackSimUserSubmission" if mail["truth"] == "simulation" else "UserSubmission"
            facts = {"RecordType": 29, "Workload": "SecurityComplianceCenter", "SubmissionType": "Phish"}
            facts |= {"Subject": mail["subject"], "P2Sender": mail["sender"]}
            facts |= {"NetworkMessageId": mail["network_message_id"], "InternetMessageId": mail["internet_message_id"]}
            for each in mail["reports"]:
                home = self.people[each["user"]]["address"]
                yield _record(each["time"], each["user"], operation, home, **facts, Recipients=[each["user"]])

    def _file_records(self) -> Iterator[Row]:
        for _ in range(30):
            who, time = self.dice.pick(list(self.people.values())), _iso(self.dice.moment())
            name = self.dice.pick(self.cast["files"]).format(n=1000 + self.dice.below(9000))
            operation = self.dice.pick(("FileAccessed", "FileDownloaded", "FileUploaded"))
            facts = {"RecordType": 6, "Workload": "SharePoint", "SourceFileName": name}
            yield _record(time, who["who"], operation, who["address"], **facts, SiteUrl=f"https://files.{DOMAIN}/")

    def _cloud_app_row(self, record: Row) -> Row:
        place = self.attacker if record["ClientIP"] == self.attacker["address"] else {}
        facts = {"time": f"{record['CreationTime']}Z", "application": self.cast["applications"][record["Workload"]]}
        known = (self.cast["home"], self.people[record["UserId"]], place, record, facts)
        return self.row("CloudAppEvents", *known, thing=_thing(record), record=record)

    def _office_row(self, record: Row) -> Row:
        columns = ("ClientInfoString", "Parameters", "Folders", "Item", "OperationProperties")
        time, empty = _us(f"{record['CreationTime']}Z"), dict.fromkeys(columns, "")
        return self.row("OfficeActivity", empty, record, time=time, thing=_thing(record))

    def _sign_in(self, who: str, time: str, **own: Any) -> Row:
        facts = {"time": time, "device": self.device(who), "device_id": _guid("device", who)}
        facts |= {"correlation": _guid("correlation", who, time), "request": _guid("request", who, time)}
        facts |= {"session": _guid("session", who, time[:10])}
        report = _digest("sign-in", who, time)[:16]
        return self.row("EntraIdSignInEvents", self.people[who], facts, report=report) | own

    def _sign_ins(self) -> Iterator[Row]:
        portal = {"Application": "Freight Portal", "LogonType": '["nonInteractiveUser"]'}
        for day in range(5):
            for who, person in self.people.items():
                moment = MONDAY + timedelta(days=day, minutes=365 + self.dice.below(120), seconds=self.dice.below(60))
                again = moment + timedelta(hours=1 + self.dice.below(3), minutes=self.dice.below(60))
                if _iso(moment)[:10] not in self.story["away"].get(person["account"], ()):
                    yield self._sign_in(who, _iso(moment))
                    yield from [self._sign_in(who, _iso(again), **portal)] if self.dice.below(3) == 0 else []
        for each in self.story["sign_ins"]:
            yield self._sign_in(f"{each['who']}@{DOMAIN}", each["time"], **each["with"])

    def _sign_in_log(self, row: Row) -> Row:
        """The same interactive sign-in as a log workspace keeps it."""
        good, risky = row["ErrorCode"] == 0, row["RiskState"] != 0
        detail = "MFA requirement satisfied by claim in the token" if good and risky else ""
        access, risk = "success" if good else "notApplied", "medium" if risky else "none"
        facts: Row = {"access": access, "risk": risk, "detail": detail, "compliant": bool(row["IsCompliant"])}
        facts["reason"] = self.story["reasons"][str(row["ErrorCode"])]
        return self.row("SigninLogs", row, facts, us_time=_us(row["Timestamp"]))

    def _domain_logons(self) -> Iterator[Row]:
        for n, (who, person) in enumerate(list(self.people.items())[:15]):
            moment = MONDAY + timedelta(days=n % 4, hours=6, minutes=self.dice.below(90), seconds=self.dice.below(60))
            time = "2026-09-16T25:71:00Z" if n == 7 else _iso(moment)
            action, failure = ("LogonFailed", "WrongPassword") if n == 9 else ("LogonSuccess", "")
            facts = {"time": time, "action": action, "failure": failure, "report": _digest("logon", who)[:16]}
            yield self.row("IdentityLogonEvents", person, facts, device=f"{self.device(who)}.{DOMAIN}")

    def _alerts(self) -> Iterator[Row]:
        """What there is to know of each alert: its mail and clicks, its person, its own facts."""
        for each in self.story["alerts"]:
            mail = self.mail(each["mail"]) if each["mail"] else {"clicks": []}
            source = f"Microsoft Defender for {'Office 365' if each['mail'] else 'Cloud Apps'}"
            person = self.people[f"{each['user']}@{DOMAIN}"] | {"address": self.attacker["address"]}
            yield mail | person | each | {"alert_id": f"fa{_guid('alert', each['id'])}", "source": source}

    def _evidence(self) -> Iterator[Row]:
        for alert in self._alerts():
            urls = [("Url", {"url": click["url"]}) for click in alert["clicks"]]
            about: list[tuple[str, Row]] = [("MailMessage", {}), *urls] if alert["mail"] else [("Ip", {})]
            for kind, more in (("User", {}), *about):
                own = _filled(self.cast["evidence"][kind], alert | more)
                yield self.row("AlertEvidence", alert, entity=kind) | own

    def files(self) -> dict[str, bytes]:
        """Every file by name."""
        mailbox = sorted(self._mailbox_records(), key=lambda record: str(record["CreationTime"]))
        records = [*mailbox, *self._report_records(), *self._file_records()]
        apps = _ndjson(_by_time(self._cloud_app_row(record) for record in records))
        entered = _by_time(self._sign_ins())
        people = [self.row("IdentityInfo", each, report=_digest("id", who)[:16]) for who, each in self.people.items()]
        by_hand = [row for row in entered if "nonInteractive" not in row["LogonType"]]
        return {
            "CloudAppEvents.ndjson": apps + apps[:417] + b"\n",
            "OfficeActivity.csv": _table(self._office_row(record) for record in mailbox),
            "EntraIdSignInEvents.ndjson.gz": gzip.compress(_ndjson(entered), mtime=0),
            "SigninLogs.csv": _table(self._sign_in_log(row) for row in by_hand),
            "AlertInfo.json": _array(self.row("AlertInfo", alert) for alert in self._alerts()),
            "AlertEvidence.ndjson": _ndjson(self._evidence()),
            "IdentityInfo.csv": BYTE_ORDER_MARK + _table(people),
            "IdentityLogonEvents.csv": _table(self._domain_logons()),
        }


def events(folder: Path = KEY) -> dict[str, bytes]:
    """Every file by name, from the cast and the answer key in ``folder``."""
    dice = Dice(SEED)
    return Mail(folder, dice).files() | Accounts(folder, dice).files()


if __name__ == "__main__":
    for name, content in events().items():
        (FOLDER / "events" / name).write_bytes(content)
