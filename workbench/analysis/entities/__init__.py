"""Pivots: from a message, sender, URL or file to what is known about it. Reads only."""

from workbench.analysis.entities._window import Window
from workbench.analysis.entities.exposure import clicks, copies, removals, reports
from workbench.analysis.entities.message import Message, find_message
from workbench.analysis.entities.sender import History, sender_history
from workbench.analysis.entities.similar import similar_mail

__all__ = [
    "History",
    "Message",
    "Window",
    "clicks",
    "copies",
    "find_message",
    "removals",
    "reports",
    "sender_history",
    "similar_mail",
]
