"""Phish: mail that was found to be phish, on arrival or later."""

from workbench.views.explorer.shipped import _mail
from workbench.views.explorer.view import View

PHISH = View(
    name="phish",
    title="Phish",
    question="Which messages were phish, who got them, and where are they now?",
    table="EmailEvents",
    noun="messages per recipient",
    fields=_mail.FIELDS,
    columns=_mail.COLUMNS,
    pivots=_mail.PIVOTS,
    place=3,
    where=_mail.called("Phish"),
    counted=_mail.COUNTED,
    tabs=_mail.TABS,
    along=_mail.ALONG,
    later=_mail.LATER,
)
