"""A lure that an allow entry lets in, though the filter saw what it is."""

from workbench.apps.demo.alerts import Alert
from workbench.apps.demo.raw import Mail
from workbench.apps.demo.stories._tell import MALICIOUS_LINK, Place, Planted, Story, Tell

ALERT = "Phish delivered due to tenant or user override"


def plant(tell: Tell) -> Planted:
    """7 mails from an allowed domain, judged phish and delivered all the same; 2 click, 1 goes past the block page."""
    people = tell.some(tell.scaled("mails", 7, 3))
    allowed = {"OrgLevelAction": "Allow", "OrgLevelPolicy": "Sender domain list (Tenant Allow/Block List)"}
    sent = []
    for at, person in enumerate(people):
        mail = Mail(
            tell.at(2 * at), "", "", "payroll@lowermast-benefits.test", "Lowermast Benefits", [tell.who(person)],
            "Your payslip is ready",
            "Dear colleague,\nyour payslip of this month is ready. Sign in to see it.",
            ["https://pay.lowermast-benefits.test/slip/login"],
            address="203.0.113.205",
            authentication={"SPF": "pass", "DKIM": "pass", "DMARC": "pass", "CompAuth": "pass"}, size=7_000,
        )  # fmt: skip
        sent.append(tell.send(mail, Place(threat="Phish", method=MALICIOUS_LINK, extra=allowed), person))
    tell.click(sent[0], 45, blocked=True, past=True)
    tell.click(sent[1], 48, blocked=True)
    tell.alert(Alert(tell.at(50), ALERT, "Informational"), sent)
    return tell.done(
        "Let in by an allow entry",
        "The filter judged these mails phish; an entry in the allow list put them into inboxes. The entry"
        " is for the domain, so the block page still stands before the link; one of two goes past it.",
        find=["delivered mails with a phish verdict and an allow entry", "the entry itself: remove it",
        f"{tell.who(people[0])} went past the block page: reset the password"],
        clicked=[tell.who(people[0])], stopped=[tell.who(people[1])],
        domains=["lowermast-benefits.test"], addresses=["203.0.113.205"],
    )  # fmt: skip


STORY = Story(0.93, plant)
