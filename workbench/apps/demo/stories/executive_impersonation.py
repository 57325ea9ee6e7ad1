"""Four mails in the name of the chief executive, with nothing in them to test: no link, no file."""

from workbench.apps.demo.raw import Mail
from workbench.apps.demo.stories._tell import Place, Planted, Story, Tell

_TEXTS = (
    (
        "Are you at your desk?",
        "Are you available? I need a task done discreetly. I am in a meeting and cannot talk.\nIngrid",
    ),
    (
        "Quick favour",
        "I need a payment made today and I cannot call. Can you transfer 48,200 EUR? Reply here only.\nIngrid",
    ),
    (
        "Re: Confidential",
        "Please keep this between us until it is announced. Which account has funds for 48,200 EUR?\nIngrid Halvorsen",
    ),
    (
        "Gift cards for the team",
        "I want to surprise the team. Buy ten gift cards and send me the codes.\nSent from my phone",
    ),
)


def plant(tell: Tell) -> Planted:
    """Four mails to finance and the assistant from a mailbox outside; two answer."""
    tell.numbers["mails"] = (4, 4)
    to = tell.cast.people.at("daan.verhoeven", "sanne.dewit", "lukas.brandt", "beatriz.nogueira")
    for at, (person, (subject, text)) in enumerate(zip(to, _TEXTS, strict=True)):
        mail = Mail(
            tell.at(25 * at), "", "", "ingrid.halvorsen@office-desk.example", "Ingrid Halvorsen", [tell.who(person)],
            subject, text,
            address="198.51.100.236", reply_to="i.halvorsen.private@quicknote.example", size=3_000,
            authentication={"SPF": "pass", "DKIM": "pass", "DMARC": "pass", "CompAuth": "pass"},
        )  # fmt: skip
        tell.send(mail, Place(), person)
    for minute, person in ((95, to[0]), (140, to[1])):
        answer = Mail(
            tell.at(minute), "", "", tell.who(person), tell.name_of(person),
            ["i.halvorsen.private@quicknote.example"], f"RE: {_TEXTS[1][0]}",
            "Of course. Which supplier is it for?", address=tell.office(person).address, size=2_000,
        )  # fmt: skip
        tell.send(answer, Place("On-premises/external", extra={"EmailDirection": "Outbound"}))
    return tell.done(
        "False chief executive",
        "Four mails in the chief executive's name come from a mailbox outside that passes every check. Two answer.",
        find=["four mails by the name of a priority account with a foreign address and another Reply-To",
        "two answers to the outside address"],
        domains=["office-desk.example", "quicknote.example"], addresses=["198.51.100.236"],
    )  # fmt: skip


STORY = Story(0.82, plant)
