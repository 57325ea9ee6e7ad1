"""Pivots: from a message, sender, URL or file to what is known about it. Reads only."""

from workbench.analysis.entities._window import Window
from workbench.analysis.entities.enrichment import Enriched, Enrichment, Reach, enriched, every_enrichment
from workbench.analysis.entities.entity import NOT_EVALUATED, Asked, Entity, Notice, entity
from workbench.analysis.entities.exposure import clicks, copies, removals, reports
from workbench.analysis.entities.indicators import Indicators, indicators
from workbench.analysis.entities.kind import Kind, Pivot, every_kind, kind_named, likely_kind, normal
from workbench.analysis.entities.message import Message, find_message
from workbench.analysis.entities.profile import Counted, Held, Profile, Verdicts, profile
from workbench.analysis.entities.reference import Said, reference
from workbench.analysis.entities.sender import History, sender_history
from workbench.analysis.entities.similar import Alike, alike_mail, similar_mail
from workbench.analysis.entities.timeline import Timeline, timeline
from workbench.analysis.entities.used_devices import UsedDevices, used_devices

__all__ = [
    "NOT_EVALUATED",
    "Alike",
    "Asked",
    "Counted",
    "Enriched",
    "Enrichment",
    "Entity",
    "Held",
    "History",
    "Indicators",
    "Kind",
    "Message",
    "Notice",
    "Pivot",
    "Profile",
    "Reach",
    "Said",
    "Timeline",
    "UsedDevices",
    "Verdicts",
    "Window",
    "alike_mail",
    "clicks",
    "copies",
    "enriched",
    "entity",
    "every_enrichment",
    "every_kind",
    "find_message",
    "indicators",
    "kind_named",
    "likely_kind",
    "normal",
    "profile",
    "reference",
    "removals",
    "reports",
    "sender_history",
    "similar_mail",
    "timeline",
    "used_devices",
]
