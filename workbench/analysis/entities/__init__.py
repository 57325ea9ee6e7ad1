"""Pivots: from a message, sender, URL or file to what is known about it. Reads only."""

from workbench.analysis.entities._window import Window
from workbench.analysis.entities.exposure import clicks, copies, removals, reports
from workbench.analysis.entities.message import Message, find_message
from workbench.analysis.entities.sender import History, sender_history
from workbench.analysis.entities.similar import Alike, alike_mail, similar_mail
from workbench.analysis.entities.timeline import Timeline, timeline
from workbench.analysis.entities.used_devices import UsedDevices, used_devices

__all__ = [
    "Alike",
    "History",
    "Message",
    "Timeline",
    "UsedDevices",
    "Window",
    "alike_mail",
    "clicks",
    "copies",
    "find_message",
    "removals",
    "reports",
    "sender_history",
    "similar_mail",
    "timeline",
    "used_devices",
]
