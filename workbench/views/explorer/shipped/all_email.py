"""All email: one row per message and recipient, whatever the filter thought of it."""

from workbench.views.explorer.shipped import _mail
from workbench.views.explorer.view import View

ALL_EMAIL = View(
    name="all_email",
    title="All email",
    question="Which messages came in, went out and moved inside, and what became of them?",
    table="EmailEvents",
    noun="messages per recipient",
    fields=_mail.FIELDS,
    columns=_mail.COLUMNS,
    pivots=_mail.PIVOTS,
    place=1,
    counted=_mail.COUNTED,
    tabs=_mail.TABS,
    along=_mail.ALONG,
    later=_mail.LATER,
)
