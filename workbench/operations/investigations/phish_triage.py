"""Triage of one message: the steps a playbook notebook calls one after another, and the findings they add up to.

Every step returns what it found as a frame for the reader and notes it for the findings. Steps may be left out or
called in any order; what was not looked at is not evaluated, and never clean.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property

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
from workbench.operations.investigations.findings import (
    Entity,
    Findings,
    NotEvaluated,
    SignalFound,
    Step,
    VerdictFound,
)

PLAYBOOK = "phish_triage"
_SHOWN_URLS = 20
_ANOMALIES = ("message", "body", "part")
_EVENTS = pl.Schema(
    {"Timestamp": pl.Datetime("us", "UTC"), "Who": pl.String(), "What": pl.String(), "Result": pl.String()}
)
_NO_RAW = "the raw message was not imported"


class PhishTriage:
    """One triage under way. It only reads; nothing it does changes the workspace or leaves it."""

    def __init__(self, window: Window, message: str, organisation: Organisation) -> None:
        self.message: Message = find_message(window, message)
        self.window, self.organisation = window, organisation
        self.steps: list[Step] = []
        self._case: dict[str, object] = {}

    def resolve(self) -> pl.DataFrame:
        """The message: who wrote what to whom, and when."""
        shown = self.message.summary
        rows = {
            "Received": str(shown.get("Timestamp", "")),
            "From": f"{visible(shown.get('SenderDisplayName'))} <{shown.get('SenderFromAddress')}>",
            "To": ", ".join(self.message.recipients[:_SHOWN_URLS]),
            "Subject": visible(shown.get("Subject")),
            "Network message id": self.message.id,
            "SHA-256 of the original": self.message.raw or _NO_RAW,
        }
        more = f"; {self.message.others} more share its id" if self.message.others else ""
        self._case |= {"features": self.message.features, "anomalies": self._anomalies(), **self._filter()}
        return self._done("resolve", "Resolve the message", f"{visible(shown.get('Subject'))}{more}", _pairs(rows))

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
            "First seen": str(history.first_seen or "never"),
            "Our messages to it": f"{history.replied_to:,}",
            "Earlier threats": f"{history.threats:,}",
        }
        found = f"{history.messages:,} earlier messages, {history.replied_to:,} of ours to it"
        return self._done("sender", "Sender history", found, _pairs(rows))

    def lookalikes(self) -> pl.DataFrame:
        """Whether the sender's domain, or one that is linked to, imitates ours."""
        if not self.organisation.domains and not self.organisation.brands:
            return self._missing("lookalikes", "Look-alikes", "organisation.yml names no domains or brands of ours")
        sender = str(self.message.summary.get("SenderFromDomain", ""))
        domains = dict.fromkeys([sender, *self.message.urls["UrlDomain"]])
        found = [
            (defang(name), like.imitated, like.how) for name in domains if (like := likeness(name, self.organisation))
        ]
        frame = pl.DataFrame(found, schema=["Domain", "Imitates", "How"], orient="row")
        return self._done("lookalikes", "Look-alikes", f"{len(found)} of {len(domains)} domains look like ours", frame)

    def urls(self) -> pl.DataFrame:
        """Where its links lead, click wrappers undone."""
        if self.message.facts is None and not self.window.holds("EmailUrlInfo"):
            return self._missing("urls", "URLs", "no URLs of messages are held")
        rows = self.message.urls
        self._case["links"] = tuple(Link(*row) for row in rows.select("Url", "UrlDomain", "UrlLocation").iter_rows())
        shown = rows.select(pl.col("Url", "UrlDomain").map_elements(defang, return_dtype=pl.String), "UrlLocation")
        return self._done("urls", "URLs", f"{rows.height} URLs on {rows['UrlDomain'].n_unique()} hosts", shown)

    def attachments(self) -> pl.DataFrame:
        """What is attached."""
        if self.message.facts is None and not self.window.holds("EmailAttachmentInfo"):
            return self._missing("attachments", "Attachments", "no attachments of messages are held")
        rows = self.message.attachments
        shown = rows.select("FileName", "FileType", "FileSize", "SHA256")
        return self._done("attachments", "Attachments", f"{rows.height} files", shown)

    @cached_property
    def alike(self) -> pl.DataFrame | None:
        """Mail like this one; None where the message has no fingerprint."""
        return similar_mail(self.message)

    def similar(self) -> pl.DataFrame:
        """Mail like this one: the same text, a text much like it, or the same subject from the same place."""
        if self.alike is None:
            return self._missing("similar", "Similar mail", _NO_RAW)
        shown = self.alike.select("Timestamp", "How", "Similarity", "NetworkMessageId")
        return self._done("similar", "Similar mail", f"{shown.height} messages like it", shown)

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
        there = self.copies
        found = f"{there.height} copies for {there['RecipientEmailAddress'].n_unique()} people"
        columns = ("RecipientEmailAddress", "Subject", "DeliveryLocation", "LocationNow", "MovedBy")
        return self._done("recipients", "Recipients", found, there.select(columns))

    @cached_property
    def clicked(self) -> pl.DataFrame | None:
        """Clicks on its links; None where no clicks are held at all."""
        followed = self.message.urls.filter(pl.col("UrlLocation") != "Header")["Url"].to_list()
        return clicks(self.window, self.ids, followed[:200])

    def clicks(self) -> pl.DataFrame:
        """Who followed its links."""
        if self.clicked is None:
            return self._missing("clicks", "Clicks", "no clicks are held in this window")
        url = pl.col("Url").map_elements(defang, return_dtype=pl.String)
        shown = self.clicked.select("Timestamp", "AccountUpn", "ActionType", "IsClickedThrough", url)
        found = f"{shown.height} clicks by {shown['AccountUpn'].n_unique()} people"
        return self._done("clicks", "Clicks", found, shown)

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
        rows = _events(taken, reported)
        return self._done("aftermath", "After delivery", f"{rows.height} events after delivery", rows)

    @cached_property
    def judged(self) -> Verdict:
        """The verdict on what the steps so far have gathered."""
        shown = self.message.summary
        return judge(
            Case(
                sender_address=str(shown.get("SenderFromAddress", "")),
                sender_name=str(shown.get("SenderDisplayName", "")),
                reply_to=str((self.message.facts or {}).get("ReplyToAddress", "")),
                direction=str(shown.get("EmailDirection", "")),
                recipients=self.message.recipients,
                organisation=self.organisation,
                **self._case,  # type: ignore[arg-type]  # the steps fill in what they found, by name
            )
        )

    def verdict(self) -> pl.DataFrame:
        """What speaks for and against it, strongest first."""
        rows = [(answer.group, answer.outcome.why, answer.points) for answer in self.judged.reasons]
        return pl.DataFrame(rows, schema={"Group": pl.String, "Why": pl.String, "Points": pl.Float64}, orient="row")

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
            "received": str(shown.get("Timestamp", "")),
        }

    def _not_evaluated(self, verdict: Verdict) -> list[NotEvaluated]:
        return [
            NotEvaluated(what=answer.signal.title, why=answer.outcome.why, weight=abs(answer.signal.weight))
            for answer in verdict.not_evaluated
        ]

    def _entities(self) -> Iterable[Entity]:
        shown = self.message.summary
        yield Entity(kind="message", value=self.message.id, role="root")
        if shown.get("SenderFromAddress"):
            yield Entity(kind="sender", value=str(shown["SenderFromAddress"]), role="attacker")
        if shown.get("SenderIPv4"):
            yield Entity(kind="ip", value=str(shown["SenderIPv4"]), role="attacker")
        yield from (Entity(kind="mailbox", value=each, role="impacted") for each in self.message.recipients if each)
        yield from (
            Entity(kind="domain", value=each, role="related") for each in dict.fromkeys(self.message.urls["UrlDomain"])
        )
        yield from (
            Entity(kind="file", value=each, role="related")
            for each in dict.fromkeys(self.message.attachments["SHA256"])
        )

    def _counts(self) -> dict[str, int]:
        known = {
            "similar": self.alike.height if self.alike is not None else None,
            "copies": self.copies.height,
            "recipients": self.copies["RecipientEmailAddress"].n_unique(),
            "clicks": self.clicked.height if self.clicked is not None else None,
            "clicked_by": self.clicked["AccountUpn"].n_unique() if self.clicked is not None else None,
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
        return tuple(reason for where, reason in _faults(self.message.facts) if where.startswith(_ANOMALIES))

    def _done(self, name: str, title: str, found: str, rows: pl.DataFrame) -> pl.DataFrame:
        self.steps.append(Step(name=name, title=title, state="done", found=found, rows=rows.height))
        return _readable(rows)

    def _missing(self, name: str, title: str, why: str) -> pl.DataFrame:
        self.steps.append(Step(name=name, title=title, state="not evaluated", found=why, rows=0))
        return _pairs({"Not evaluated": why})


def _readable(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows whose text hides nothing: what would move a cursor or turn the reading direction is made visible."""
    shown = [
        pl.col(name).map_elements(visible, return_dtype=pl.String)
        for name, kind in rows.schema.items()
        if kind == pl.String
    ]
    return rows.with_columns(shown)


def _pairs(values: dict[str, str]) -> pl.DataFrame:
    return pl.DataFrame(list(values.items()), schema=["What", "Found"], orient="row")


def _faults(facts: object) -> list[tuple[str, str]]:
    found = items(facts["Faults"]) if isinstance(facts, dict) else []
    return [(str(each.get("where")), str(each.get("reason"))) for each in found]


def _events(taken: pl.DataFrame | None, reported: pl.DataFrame | None) -> pl.DataFrame:
    frames = [pl.DataFrame(schema=_EVENTS)]
    if taken is not None:
        frames.append(taken.select("Timestamp", Who="RecipientEmailAddress", What="ActionType", Result="ActionResult"))
    if reported is not None:
        frames.append(reported.select("Timestamp", Who="Reporter", What=pl.lit("Reported by user"), Result="Kind"))
    return pl.concat(frames).sort("Timestamp")


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
