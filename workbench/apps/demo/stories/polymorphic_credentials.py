"""A campaign for passwords: one text in many wordings, from many domains, in an hour."""

from workbench.apps.demo.alerts import CLICKED, REMOVED_LINK, REPORTED, Alert
from workbench.apps.demo.delivery import JUNK, QUARANTINE
from workbench.apps.demo.raw import Mail
from workbench.apps.demo.stories._tell import FOREIGN, MALICIOUS_LINK, Place, Planted, Sent, Story, Tell
from workbench.apps.demo.words import ADJECTIVES, NOUNS

_OPENINGS = ("Your mailbox", "The mailbox", "Storage of your mailbox", "Your account's mailbox")
_STATES = ("has reached {n}% of its limit", "is {n}% full", "holds more than {n}% of what it may", "will close at {n}%")
_ORDERS = (
    "Confirm your password to release them",
    "Sign in to keep your mail",
    "Verify the account now",
    "Log in and free space",
)
_SHAPES = ("{0}{1}", "{0}-{1}", "{1}-{2}", "{0}{1}{2}", "{2}-{0}{1}", "{1}{2}", "{0}-{1}-{2}")
_TAILS = ("mail", "post", "box", "login", "online", "web", "desk", "care", "cloud", "id")
_NAMES = ("Mailbox Service", "IT Service Desk", "Northgate Mailbox", "Storage Team")


def _mail(tell: Tell, person: int, domain: str, minute: float) -> Mail:
    pick = tell.draw.integers(0, 4, 4)
    number = int(tell.draw.integers(91, 100))
    state = _STATES[pick[1]].format(n=number)
    held = int(tell.draw.integers(5, 40))
    first = tell.name_of(person).split()[0]
    address = f"198.51.100.{200 + int(tell.draw.integers(0, 36))}"
    return Mail(
        tell.at(minute), "", "", f"service@{domain}", _NAMES[pick[3]], [tell.who(person)],
        f"{_OPENINGS[pick[0]]} {state}",
        f"Dear {first},\n{_OPENINGS[pick[0]]} {state}. {held} messages are on hold.\n{_ORDERS[pick[2]]}:",
        [f"https://login.{domain}/renew/{tell.id()[:12]}"], address=address, bounce=f"bounce@{domain}",
        authentication={"SPF": "pass" if pick[0] else "fail", "DKIM": "none", "DMARC": "none", "CompAuth": "fail"},
        size=9_000,
    )  # fmt: skip


def _domains(tell: Tell, count: int) -> list[str]:
    """Different names of several makes, as somebody has them who buys what is cheap."""
    found: dict[str, None] = {}
    while len(found) < count:
        shape, one, two, tail = tell.draw.integers(0, [len(_SHAPES), len(ADJECTIVES), len(NOUNS), len(_TAILS)])
        found.setdefault(_SHAPES[shape].format(ADJECTIVES[one], NOUNS[two], _TAILS[tail]) + ".test")
    return list(found)


def plant(tell: Tell) -> Planted:
    """400 recipients, 60 domains, 35 delivered, 6 clicks, 3 reports; the removal after 50 minutes leaves 2."""
    people = tell.some(tell.scaled("recipients", 400, 40))
    count = tell.scaled("domains", 60, 12)
    delivered = tell.scaled("delivered", 35, 10)
    clicks, reports = tell.scaled("clicks", 6, 3), tell.scaled("reports", 3, 2)
    left = tell.scaled("left after the removal", 2, 2)
    domains = _domains(tell, count)
    sent: list[Sent] = []
    for at, person in enumerate(people):
        minute = float(tell.draw.uniform(0, 30 if at < delivered else 60))
        caught = Place(QUARANTINE if at % 8 else JUNK, "Phish", MALICIOUS_LINK)
        sent.append(
            tell.send(_mail(tell, person, domains[at % count], minute), Place() if at < delivered else caught, person)
        )
    inside = sent[:delivered]
    for at, each in enumerate(inside[:clicks]):
        tell.click(each, 31 + 4 * at)
    for at, each in enumerate(inside[clicks : clicks + reports]):
        tell.report(each, 33 + 8 * at, "Phish")
        tell.alert(Alert(tell.at(34 + 8 * at), REPORTED, "Low"), [each])
    late = inside[clicks + reports :][: tell.scaled("clicks stopped by the block page", 4, 2)]
    for at, each in enumerate(late):
        tell.click(each, 82 + 5 * at, blocked=True, past=not at)
    tell.alert(Alert(tell.at(70), CLICKED, "High"), inside[:clicks])
    tell.alert(Alert(tell.at(84), CLICKED, "High"), late[:1])
    for each in inside:
        minute = (each.mail.at - tell.start).total_seconds() / 60 + 50
        tell.remove(each, minute, works=inside.index(each) < delivered - left)
    tell.alert(Alert(tell.at(85), REMOVED_LINK, "Informational"), inside[: delivered - left])
    junked = [each.mail.network_message_id for each in sent if each.place.where == JUNK]
    typed = round(clicks * 0.65)
    victim = inside[0].person
    tell.sign_in(victim, 31 + 49 / 60 + 20, place=FOREIGN, agent="python-requests/2.31")
    return tell.done(
        "Polymorphic campaign for passwords",
        f"One lure in many wordings asks for passwords. {clicks} people click, {typed} of them type"
        f" their password; one account is"
        f" tried from {FOREIGN.city} twenty minutes later. The removal from inboxes fails"
        f" for {left} copies; {len(junked)} lie in junk folders, where the filter put them.",
        find=[
            "all copies as one campaign, though domains, addresses and wordings differ",
            f"{left} copies left in inboxes and {len(junked)} in junk folders: remove them",
            f"{clicks} people clicked before the link was known, {tell.who(late[0].person)} went past the block page:"
            " reset passwords, end sessions",
            f"the sign-in of {tell.who(victim)} from {FOREIGN.address}",
        ],
        domains=domains,
        addresses=sorted({each.mail.address for each in sent} | {FOREIGN.address}),
        left=[each.mail.network_message_id for each in inside[delivered - left :]],
        junked=junked,
        clicked=[tell.who(each.person) for each in [*inside[:clicks], late[0]]],
        stopped=[tell.who(each.person) for each in late[1:]],
        typed_password=[tell.who(each.person) for each in inside[:typed]],
    )


STORY = Story(0.89, plant)
