"""Our own phishing drill: people click and report, and nothing of it is an attack."""

from workbench.apps.demo.people import DRILLS
from workbench.apps.demo.raw import Mail
from workbench.apps.demo.stories._tell import Place, Planted, Story, Tell


def plant(tell: Tell) -> Planted:
    """120 mails, 14 clicks, 9 reports, from a registered domain of drills."""
    people = tell.some(tell.scaled("mails", 120, 20))
    clicks, reports = tell.scaled("clicks", 14, 3), tell.scaled("reports", 9, 2)
    let = {"OrgLevelAction": "Allow", "OrgLevelPolicy": "Phishing simulation"}
    sent = []
    for at, person in enumerate(people):
        mail = Mail(
            tell.at(at / 4), "", "", f"badge@{DRILLS}", "Badge Office", [tell.who(person)], "Your entry badge expires",
            "Your badge expires on Friday. Renew it with your password.",
            [f"https://badge.{DRILLS}/renew/{tell.id()[:8]}"],
            address="203.0.113.206",
            authentication={"SPF": "pass", "DKIM": "pass", "DMARC": "pass", "CompAuth": "pass"}, size=5_000,
        )  # fmt: skip
        sent.append(tell.send(mail, Place(extra=let), person))
    for at, each in enumerate(sent[:clicks]):
        tell.click(each, 50 + 3 * at)
    for at, each in enumerate(sent[clicks : clicks + reports]):
        tell.report(each, 55 + 5 * at, "PhishSimulation", simulation=True)
    return tell.done(
        "Phishing drill",
        "The yearly drill looks like an attack in every way but one: its domain is registered in organisation.yml.",
        malicious=False, quiet=["mails, clicks and reports of the drill"], domains=[DRILLS],
        addresses=["203.0.113.206"],
    )  # fmt: skip


STORY = Story(0.69, plant)
