"""People report what is no attack: a third of all reports."""

from workbench.apps.demo.alerts import REPORTED, Alert
from workbench.apps.demo.raw import Mail
from workbench.apps.demo.stories._tell import Place, Planted, Story, Tell

_SUBJECTS = (
    "Invoice 20931 for September",
    "Please sign the delivery note",
    "Reminder: survey on your stay",
    "Action needed: renew your parking card",
)


def plant(tell: Tell) -> Planted:
    """24 reports of honest mail from partners, all judged harmless."""
    outside = tell.cast.outside
    for at, person in enumerate(tell.some(tell.scaled("reports", 24, 6))):
        known = int(tell.draw.integers(0, 60))
        sender = str(outside.addresses[known])
        mail = Mail(
            tell.at(20 * at), "", "", sender, str(outside.names[known]), [tell.who(person)],
            _SUBJECTS[at % len(_SUBJECTS)],
            "Good day,\nas agreed on the phone. Call me if anything is unclear.",
            [f"https://www.{sender.partition('@')[2]}/docs/{tell.id()[:8]}"],
            address=f"203.0.113.{1 + known}",
            authentication={"SPF": "pass", "DKIM": "pass", "DMARC": "pass", "CompAuth": "pass"}, size=15_000,
        )  # fmt: skip
        sent = tell.send(mail, Place(), person)
        tell.report(sent, 20 * at + 12, "NoThreatsFound")
        tell.alert(Alert(tell.at(20 * at + 13), REPORTED, "Low"), [sent])
    return tell.done(
        "Reports of honest mail",
        "Known partners, good authentication, known links. The reports are wrong, and the reporters are thanked.",
        malicious=False, quiet=["the reported mails as attacks: close the alerts as harmless"],
    )  # fmt: skip


STORY = Story(0.59, plant)
