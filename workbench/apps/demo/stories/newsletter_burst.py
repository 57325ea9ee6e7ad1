"""A newsletter that goes to hundreds of people within minutes: one text, one sender, many links."""

from workbench.apps.demo.raw import Mail
from workbench.apps.demo.stories._tell import Place, Planted, Story, Tell


def plant(tell: Tell) -> Planted:
    """250 copies in ten minutes with 12 links each."""
    people = tell.some(tell.scaled("mails", 250, 40))
    for at, person in enumerate(people):
        links = [f"https://links.harbour-weekly.example/{tell.id()[:10]}" for _ in range(12)]
        mail = Mail(
            tell.at(10 * at / len(people)), "", "", "news@harbour-weekly.example", "Harbour Weekly",
            [tell.who(person)], "Harbour Weekly: berth fees for next year",
            "Good morning,\nhere is what moved in the ports this week.", links, address="203.0.113.207", size=20_000,
            authentication={"SPF": "pass", "DKIM": "pass", "DMARC": "pass", "CompAuth": "pass"},
        )  # fmt: skip
        tell.send(mail, Place(extra={"BulkComplaintLevel": 4}), person)
    return tell.done(
        "Burst of a newsletter", "One text to many people in minutes, as a campaign is; it was subscribed to.",
        malicious=False,
        quiet=["the burst as a campaign"], domains=["harbour-weekly.example"], addresses=["203.0.113.207"],
    )  # fmt: skip


STORY = Story(0.15, plant)
