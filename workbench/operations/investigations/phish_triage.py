"""Triage of one message: the steps a playbook notebook calls one after another, and the findings they add up to.

Every step returns what it found as a frame for the reader and notes it for the findings. Steps may be left out or
called in any order; what was not looked at is not evaluated, and never clean.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Literal

import polars as pl

from workbench.analysis.entities import (
    Message,
    Window,
    clicks,
    copies,
    find_message,
    removals,
    reports,
    sender_history,
    similar_mail,
)
from workbench.analysis.entities.message import items
from workbench.analysis.verdict import Case, Link, SenderHistory, Verdict, judge
from workbench.analysis.verdict.lookalike import likeness
from workbench.base.config import Organisation
from workbench.base.render import visible
from workbench.base.text.defang import defang
from workbench.events.lookups import SHIPPED, Lookups
from workbench.operations.investigations import _show as show
from workbench.operations.investigations.findings import (
    Entity,
    Findings,
    NotEvaluated,
    Role,
    SignalFound,
    Step,
    VerdictFound,
)

PLAYBOOK = "phish_triage"
_SHOWN_PEOPLE = 20
_MOST_URLS = 200
_ANOMALIES = ("message", "body", "part")
_UNSEEN = "not evaluated"
"""How a fault begins that says what was not looked into: no oddity of the message."""
_SOURCES: Mapping[Literal["sender", "ip"], tuple[str, ...]] = {
    "sender": ("SenderFromAddress",),
    "ip": ("SenderIPv4", "SenderIPv6"),
}
_NO_RAW = "the raw message was not imported"


class PhishTriage:
    """One triage under way. It only reads; nothing it does changes the workspace or leaves it."""

    def __init__(self, window: Window, message: str, organisation: Organisation, lookups: Lookups = SHIPPED) -> None:
        self.message: Message = find_message(window, message)
        self.window, self.organisation, self.lookups = window, organisation, lookups
        self.steps: list[Step] = []
        self._case: dict[str, object] = {}

    def resolve(self) -> pl.DataFrame:
        """The message: who wrote what to whom, and when."""
        shown = self.message.summary
        rows = {
            "Received": _moment(shown.get("Timestamp")),
            "From": f"{visible(shown.get('SenderDisplayName'))} <{shown.get('SenderFromAddress')}>".strip(),
            "To": show.listed(self.message.recipients, _SHOWN_PEOPLE),
            "Subject": visible(shown.get("Subject")),
            "Network message id": self.message.id,
            "SHA-256 of the original": self.message.raw or _NO_RAW,
        }
        others = self.message.others
        more = f"; {show.counted(others, 'other message')} with the same id" if others else ""
        self._case |= {"features": self.message.features, "anomalies": self._anomalies(), **self._filter()}
        return self._done("resolve", "Resolve the message", f"{visible(shown.get('Subject'))}{more}", show.pairs(rows))

    def authentication(self) -> pl.DataFrame:
        """What the receiving system found out about the sender."""
        known = self.message.authentication
        results = self.message.auth
        self._case["authentication"] = known if results.height else None
        found = ", ".join(f"{method} {result}" for method, result in results.select("Method", "Result").iter_rows())
        if not results.height:
            return self._missing("authentication", "Authentication", "no result of the receiving system is known")
        return self._done("authentication", "Authentication", found, results)

    def sender(self) -> pl.DataFrame:
        """What was known of the sender before."""
        moment = self.message.summary.get("Timestamp")
        address = str(self.message.summary.get("SenderFromAddress", ""))
        history = sender_history(self.window, address, moment) if isinstance(moment, datetime) else None
        if history is None:
            return self._missing("sender", "Sender history", "too little earlier mail is held to compare with")
        self._case["history"] = SenderHistory(
            history.messages, history.of_domain, history.first_seen, history.replied_to, history.threats
        )
        rows = {
            "Earlier messages of the address": f"{history.messages:,}",
            "Earlier messages of its domain": f"{history.of_domain:,}",
            "First seen": _moment(history.first_seen) or "never",
            "Our messages to it": f"{history.replied_to:,}",
            "Earlier threats": f"{history.threats:,}",
        }
        found = f"{show.counted(history.messages, 'earlier message')}, {history.replied_to:,} of ours to it"
        return self._done("sender", "Sender history", found, show.pairs(rows))

    def lookalikes(self) -> pl.DataFrame:
        """Whether the sender's domain, or one that is linked to, imitates ours."""
        if not self.organisation.domains and not self.organisation.brands:
            return self._missing("lookalikes", "Look-alikes", "organisation.yml names no domains or brands of ours")
        sender = str(self.message.summary.get("SenderFromDomain", ""))
        domains = dict.fromkeys([sender, *self.message.urls["UrlDomain"]])
        found = [
            (defang(name), like.imitated, like.how)
            for name in domains
            if (like := likeness(name, self.organisation, self.lookups))
        ]
        frame = pl.DataFrame(found, schema=["Domain", "Imitates", "How"], orient="row")
        said = f"domains that look like ours: {len(found)} of {len(domains)}"
        return self._done("lookalikes", "Look-alikes", said, frame)

    def urls(self) -> pl.DataFrame:
        """Where its links lead, click wrappers undone."""
        rows = self.message.urls
        if why := self._not_held("EmailUrlInfo", rows, "UrlCount", "URLs"):
            return self._missing("urls", "URLs", why)
        self._case["links"] = tuple(Link(*row) for row in rows.select("Url", "UrlDomain", "UrlLocation").iter_rows())
        shown = rows.select(pl.col("Url", "UrlDomain").map_elements(defang, return_dtype=pl.String), "UrlLocation")
        hosts = show.counted(rows["UrlDomain"].n_unique(), "host")
        return self._done("urls", "URLs", f"{show.counted(rows.height, 'URL')} on {hosts}", shown)

    def attachments(self) -> pl.DataFrame:
        """What is attached."""
        rows = self.message.attachments
        if why := self._not_held("EmailAttachmentInfo", rows, "AttachmentCount", "attachments"):
            return self._missing("attachments", "Attachments", why)
        self._case["attachment_count"] = rows.height
        shown = rows.select("FileName", "FileType", "FileSize", "SHA256")
        return self._done("attachments", "Attachments", show.counted(rows.height, "file"), shown)

    def _not_held(self, table: str, rows: pl.DataFrame, column: str, what: str) -> str:
        """Why an empty list of a message's parts does not mean that it has none; empty where it does."""
        count = self.message.summary.get(column)
        if self.message.facts is not None or rows.height or count == 0:
            return ""
        if not self.window.holds(table):
            return f"no {what} of messages are held"
        return f"its {count} {what} are not held" if count else ""

    @cached_property
    def alike(self) -> pl.DataFrame | None:
        """Mail like this one; None where the message has no fingerprint."""
        return similar_mail(self.message)

    def similar(self) -> pl.DataFrame:
        """Mail like this one: the same text, a text much like it, or the same subject from the same place."""
        if self.alike is None:
            return self._missing("similar", "Similar mail", _NO_RAW)
        shown = show.alike(self.alike, self.copies)
        return self._done("similar", "Similar mail", f"{show.counted(shown.height, 'message')} like it", shown)

    @property
    def ids(self) -> list[str]:
        """Network message ids of this message and mail like it."""
        like = self.alike["NetworkMessageId"].to_list() if self.alike is not None else []
        return list(dict.fromkeys([self.message.id, *like]))

    @cached_property
    def copies(self) -> pl.DataFrame:
        """Every copy of this message and mail like it, per recipient."""
        return copies(self.window, self.ids)

    def recipients(self) -> pl.DataFrame:
        """Who got it or mail like it, and where the copies are now."""
        people = show.counted(len(self._people), "person", "people")
        found = f"{show.counted(self.copies.height, 'copy', 'copies')} for {people}{self._excluded()}"
        return self._done("recipients", "Recipients", found, show.places(self.copies))

    @property
    def _people(self) -> list[str]:
        """Recipients, without the mailboxes that reports are sent to."""
        own = self.organisation.secops_mailboxes
        return [each for each in self.copies["RecipientEmailAddress"].unique() if each and each.lower() not in own]

    def _excluded(self) -> str:
        own = self.organisation.secops_mailboxes
        hit = sum(each.lower() in own for each in self.copies["RecipientEmailAddress"].unique())
        return f"; not counted: {show.counted(hit, 'SecOps mailbox', 'SecOps mailboxes')}" if hit else ""

    @cached_property
    def clicked(self) -> pl.DataFrame | None:
        """Clicks from it, from mail like it, or on its links anywhere; None where no clicks are held at all."""
        return clicks(self.window, self.ids, self._followed[:_MOST_URLS])

    @property
    def _followed(self) -> list[str]:
        return self.message.urls.filter(pl.col("UrlLocation") != "Header")["Url"].to_list()

    def clicks(self) -> pl.DataFrame:
        """Who clicked a link of it or of mail like it, and who got through."""
        if self.clicked is None:
            return self._missing("clicks", "Clicks", "no clicks are held in this window")
        url = pl.col("Url").map_elements(defang, return_dtype=pl.String)
        shown = self.clicked.select("Timestamp", "AccountUpn", "ActionType", "IsClickedThrough", url)
        clickers = show.counted(shown["AccountUpn"].n_unique(), "person", "people")
        cut = f" (of its links the first {_MOST_URLS} were asked for)" if len(self._followed) > _MOST_URLS else ""
        found = f"{show.counted(shown.height, 'click')} by {clickers}, {len(self._through)} got through{cut}"
        return self._done("clicks", "Clicks", found, shown)

    @property
    def _through(self) -> list[str]:
        """People whose click was allowed, or who went on past the warning."""
        if self.clicked is None:
            return []
        passed = pl.col("ActionType").str.to_lowercase() == "clickallowed"
        return (
            self.clicked.filter(passed | pl.col("IsClickedThrough").fill_null(value=False))["AccountUpn"]
            .unique()
            .to_list()
        )

    def aftermath(self) -> pl.DataFrame:
        """What happened after delivery: removals by the system or by people, and reports."""
        taken, reported = removals(self.window, self.ids), reports(self.window, self.ids)
        if reported is not None:
            self._case["reporters"] = tuple(dict.fromkeys(reported["Reporter"]))
        if taken is not None:
            threat = taken.filter(pl.col("ActionType").str.contains(r"(?i)(phish|malware).*zap"))
            self._case["removed_after_delivery"] = tuple(dict.fromkeys(threat["ActionType"]))
        if taken is None and reported is None:
            return self._missing("aftermath", "After delivery", "no events after delivery and no reports are held")
        rows = show.events(taken, reported)
        return self._done("aftermath", "After delivery", f"{show.counted(rows.height, 'event')} after delivery", rows)

    @property
    def case(self) -> Case:
        """What the steps so far have gathered; what they did not ask is not known."""
        shown = self.message.summary
        return Case(
            sender_address=str(shown.get("SenderFromAddress", "")),
            sender_name=str(shown.get("SenderDisplayName", "")),
            subject=str(shown.get("Subject", "")),
            reply_to=str((self.message.facts or {}).get("ReplyToAddress", "")),
            direction=str(shown.get("EmailDirection", "")),
            recipients=self.message.recipients,
            organisation=self.organisation,
            lookups=self.lookups,
            **self._case,  # type: ignore[arg-type]  # the steps fill in what they found, by name
        )

    @cached_property
    def judged(self) -> Verdict:
        """The verdict on the case as it was when first asked for."""
        return judge(self.case)

    def verdict(self) -> pl.DataFrame:
        """The verdict, then what speaks for and against it, strongest first."""
        return show.readable(show.reasons(self.judged))

    def conclude(self) -> Findings:
        """The findings of this triage: the record a run leaves."""
        verdict = self.judged
        return Findings(
            playbook=PLAYBOOK,
            now=self.window.now,
            span=str(self.window.span or "all that is held"),
            root=self._root(),
            verdict=VerdictFound(
                word=verdict.word,
                shown=verdict.shown,
                score=round(verdict.score, 1),
                completeness=round(verdict.completeness, 3),
                groups=dict(verdict.groups),
                rule=verdict.rule,
            ),
            reasons=[verdict.rule] * bool(verdict.rule) + [answer.outcome.why for answer in verdict.reasons],
            not_evaluated=self._not_evaluated(verdict),
            steps=self.steps,
            signals=_signals(verdict),
            entities=list(self._entities()),
            counts=self._counts(),
        )

    def _root(self) -> dict[str, str]:
        shown = self.message.summary
        return {
            "network_message_id": self.message.id,
            "sha256": self.message.raw,
            "subject": str(shown.get("Subject", "")),
            "sender": str(shown.get("SenderFromAddress", "")),
            "received": _moment(shown.get("Timestamp")),
        }

    def _not_evaluated(self, verdict: Verdict) -> list[NotEvaluated]:
        return [
            NotEvaluated(what=answer.signal.title, why=answer.outcome.why, weight=abs(answer.signal.weight))
            for answer in verdict.not_evaluated
        ]

    def _entities(self) -> Iterable[Entity]:
        """Things met; nobody is called an attacker, or hit, unless the message is at least suspicious."""
        threat = self.judged.word in ("malicious", "suspicious")
        source: Role = "attacker" if threat else "related"
        target: Role = "impacted" if threat else "related"
        shown = self.message.summary
        yield Entity(kind="message", value=self.message.id, role="root")
        for kind, column in _SOURCES.items():
            yield from (Entity(kind=kind, value=str(shown[name]), role=source) for name in column if shown.get(name))
        yield from (Entity(kind="mailbox", value=each, role=target) for each in self.message.recipients if each)
        yield from _related("domain", self.message.urls["UrlDomain"])
        yield from _related("file", self.message.attachments["SHA256"])

    def _counts(self) -> dict[str, int]:
        known = {
            "similar": self.alike.height if self.alike is not None else None,
            "copies": self.copies.height,
            "recipients": len(self._people),
            "clicks": self.clicked.height if self.clicked is not None else None,
            "clicked_by": self.clicked["AccountUpn"].n_unique() if self.clicked is not None else None,
            "clicked_through_by": len(self._through) if self.clicked is not None else None,
        }
        return {name: count for name, count in known.items() if count is not None}

    def _filter(self) -> dict[str, object]:
        """What the receiving filter called it; nothing where it left no word on it at all."""
        shown = self.message.summary
        threats, confidence = str(shown.get("ThreatTypes") or ""), str(shown.get("ConfidenceLevel") or "")
        if not threats and not confidence and not shown.get("DeliveryAction"):
            return {}
        return {"filter_threats": threats, "filter_confidence": confidence}

    def _anomalies(self) -> tuple[str, ...] | None:
        """Faults in the structure of the message; odd header text is too common among honest mail to count."""
        if self.message.facts is None:
            return None
        told = _faults(self.message.facts)
        return tuple(why for where, why in told if where.startswith(_ANOMALIES) and not why.startswith(_UNSEEN))

    def _done(self, name: str, title: str, found: str, rows: pl.DataFrame) -> pl.DataFrame:
        self.steps.append(Step(name=name, title=title, state="done", found=found, rows=rows.height))
        return show.readable(rows) if rows.height else show.pairs({title: "none"})

    def _missing(self, name: str, title: str, why: str) -> pl.DataFrame:
        self.steps.append(Step(name=name, title=title, state="not evaluated", found=why, rows=0))
        return show.pairs({"Not evaluated": why})


def _moment(value: object) -> str:
    return f"{value:%Y-%m-%d %H:%M:%S} UTC" if isinstance(value, datetime) else ""


def _related(kind: Literal["domain", "file"], values: Iterable[str]) -> Iterable[Entity]:
    return (Entity(kind=kind, value=each, role="related") for each in dict.fromkeys(values) if each)


def _faults(facts: object) -> list[tuple[str, str]]:
    found = items(facts["Faults"]) if isinstance(facts, dict) else []
    return [(str(each.get("where")), str(each.get("reason"))) for each in found]


def _signals(verdict: Verdict) -> list[SignalFound]:
    return [
        SignalFound(
            id=answer.signal.id,
            group=answer.group,
            title=answer.signal.title,
            state=answer.outcome.state.value,
            points=answer.points,
            why=answer.outcome.why,
            evidence=dict(answer.outcome.evidence),
        )
        for answer in verdict.answers
    ]
