"""After an outage everybody resets the password: failures, then mails about passwords, then success."""

from workbench.apps.demo.people import DOMAIN
from workbench.apps.demo.raw import Mail
from workbench.apps.demo.stories._tell import Place, Planted, Story, Tell


def plant(tell: Tell) -> Planted:
    """150 people: two expired-password failures each, a reset mail of our own, a sign-in."""
    people = tell.some(tell.scaled("people", 150, 20))
    desk = tell.cast.people.at("jonas.keller")[0]
    for at, person in enumerate(people):
        begun = 90 * at / len(people)
        tell.sign_in(person, begun, "50055")
        tell.sign_in(person, begun + 0.6, "50055")
        mail = Mail(
            tell.at(begun + 4), "", "", f"servicedesk@{DOMAIN}", "Service Desk", [tell.who(person)],
            "Reset your password after the outage",
            "After this morning's outage every password has to be renewed. Use the portal you know.",
            [f"https://portal.{DOMAIN}/password"],
            address=tell.office(desk).address, size=3_000,
        )  # fmt: skip
        tell.send(mail, Place(), person)
        tell.sign_in(person, begun + 9)
    return tell.done(
        "Password resets after an outage",
        "Many failures in an hour, from our own offices, each followed by a mail of ours and a good sign-in.",
        malicious=False, quiet=["the failures as a spray", "our own mails about passwords as phish"],
    )  # fmt: skip


STORY = Story(0.44, plant)
