"""A spray that hits twice; then a hidden rule, forwarding, and a phish from inside."""

from workbench.apps.demo.alerts import CLOUD, Alert
from workbench.apps.demo.places import INTRUDERS, Office
from workbench.apps.demo.raw import Mail
from workbench.apps.demo.stories._tell import FOREIGN, Place, Planted, Sent, Story, Tell

_AGENT = "BAV2ROPC"
_SINK = "archive.box@amber-willow-store.test"


def plant(tell: Tell) -> Planted:
    """300 accounts, two tries each, 2 hits; inbox rule, outside forwarding, internal phish."""
    people = tell.some(tell.scaled("accounts", 300, 30))
    hits = people[: tell.scaled("hits", 2, 2)]
    hosts = list(INTRUDERS[1:7])
    for turn in range(2):
        for at, person in enumerate(people):
            code = "0" if turn and person in hits else "50053" if at % 40 == 39 else "50126"
            host = hosts[(at + turn) % len(hosts)]
            tell.sign_in(person, turn * 90 + 60 * at / len(people), code, place=_place(host), agent=_AGENT)
    first, second = hits
    _rule(tell, first, hosts[1])
    _forward(tell, second, hosts[2])
    lured = _from_inside(tell, first)
    tell.alert(
        Alert(
            tell.at(215), "Suspicious inbox rule", "Medium", "Persistence", ("T1564.008",), CLOUD,
            users=(tell.who(first),),
            evidence=({"EntityType": "Ip", "EvidenceRole": "Related", "RemoteIP": hosts[1]},),
        )
    )  # fmt: skip
    return tell.done(
        "Password spray, then a phish from inside",
        f"Six hosts try two passwords on {len(people)} accounts and hit two. In one mailbox a rule hides answers, from"
        " the other all mail is"
        " forwarded outside; the first then sends a lure to colleagues.",
        find=[
            f"the spray: six hosts, {len(people)} accounts, few tries each",
            f"sign-ins of {tell.who(first)} and {tell.who(second)} that succeeded",
            "the inbox rule named '.', and the forwarding outside",
            f"{len(lured)} mails of {tell.who(first)} as internal phish",
        ],
        addresses=hosts, compromised=[tell.who(each) for each in hits], mailboxes_outside=[_SINK],
        mails=[each.mail.network_message_id for each in lured],
    )  # fmt: skip


def _place(host: str) -> Office:
    return Office(FOREIGN.city, FOREIGN.country, FOREIGN.state, FOREIGN.latitude, FOREIGN.longitude, host)


def _rule(tell: Tell, person: int, host: str) -> None:
    parameters = [
        {"Name": "Name", "Value": "."},
        {"Name": "SubjectOrBodyContainsWords", "Value": "password;phish;hacked;account"},
        {"Name": "MoveToFolder", "Value": "RSS Feeds"}, {"Name": "MarkAsRead", "Value": "True"},
    ]  # fmt: skip
    tell.audit(
        person, 205, "New-InboxRule", "Exchange", ClientIP=host, ObjectId=".", Parameters=parameters, UserAgent=_AGENT
    )


def _forward(tell: Tell, person: int, host: str) -> None:
    parameters = [
        {"Name": "ForwardingSmtpAddress", "Value": f"smtp:{_SINK}"},
        {"Name": "DeliverToMailboxAndForward", "Value": "True"},
    ]
    tell.audit(
        person,
        220,
        "Set-Mailbox",
        "Exchange",
        ClientIP=host,
        ObjectId=tell.who(person),
        Parameters=parameters,
        UserAgent=_AGENT,
    )


def _from_inside(tell: Tell, person: int) -> list[Sent]:
    found = []
    for at, to in enumerate(tell.some(tell.scaled("internal phish", 30, 8), but=[person])):
        mail = Mail(
            tell.at(240 + at / 4), "", "", tell.who(person), tell.name_of(person), [tell.who(to)],
            "Updated travel policy - please acknowledge",
            "Hi,\nplease read and acknowledge the new travel policy today.",
            ["https://portal.quiet-ridge-docs.test/ack/login"],
            address=FOREIGN.address, size=4_000,
        )  # fmt: skip
        found.append(tell.send(mail, Place(), to))
    return found


STORY = Story(0.64, plant)
