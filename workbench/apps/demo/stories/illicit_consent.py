"""A mail that asks for consent to an application, which then reads the mail."""

from workbench.apps.demo.draws import guid
from workbench.apps.demo.places import INTRUDERS
from workbench.apps.demo.raw import Mail
from workbench.apps.demo.stories._tell import Place, Planted, Story, Tell

APP = "Mail Sync Pro"
_HOST = INTRUDERS[7]


def plant(tell: Tell) -> Planted:
    """12 mails; 2 people consent; the application reads their mail for hours."""
    people = tell.some(tell.scaled("mails", 12, 6))
    consents = people[: tell.scaled("consents", 2, 1)]
    reads = tell.scaled("reads", 40, 10)
    key = guid("illicit", tell.cast.plan.seed)
    for at, person in enumerate(people):
        mail = Mail(
            tell.at(at), "", "", "invite@calendar-sync.test", "Calendar Sync", [tell.who(person)],
            "Your calendar is out of date",
            "Hello,\nyour calendar could not be synchronised. Allow access once to go on:",
            [f"https://consent.calendar-sync.test/authorize?client_id={key}"], address="203.0.113.203", size=5_000,
            authentication={"SPF": "pass", "DKIM": "pass", "DMARC": "pass", "CompAuth": "pass"},
        )  # fmt: skip
        sent = tell.send(mail, Place(), person)
        if person in consents:
            tell.click(sent, 20 + at)
    for at, person in enumerate(consents):
        properties = [
            {"Name": "ConsentContext.IsAdminConsent", "NewValue": "False"},
            {"Name": "ConsentAction.Permissions", "NewValue": "Scope: Mail.Read offline_access"},
        ]
        tell.audit(
            person,
            21 + at,
            "Consent to application.",
            "AzureActiveDirectory",
            ObjectId=key,
            ModifiedProperties=properties,
            AppId=key,
            Target=[{"ID": APP, "Type": 1}],
        )
    for turn in range(reads):
        person = consents[turn % len(consents)]
        tell.audit(
            person, 60 + turn * 8, "MailItemsAccessed", "Exchange", ClientIP=_HOST, AppId=key, ClientAppId=key,
            MailboxOwnerUPN=tell.who(person),
            OperationProperties=[{"Name": "MailAccessType", "Value": "Bind"}], ClientInfoString=f"Client=REST;{APP}",
            UserAgent="",
        )  # fmt: skip
    return tell.done(
        "Consent to a false application",
        f"People are asked to let '{APP}' read their mail; {len(consents)} do. It then reads mail from {_HOST}.",
        find=["the consents with Mail.Read for an application nobody knows", "the reads by that application",
        "the mails that asked for it"],
        applications=[key], addresses=[_HOST, "203.0.113.203"], domains=["calendar-sync.test"],
        compromised=[tell.who(each) for each in consents],
    )  # fmt: skip


STORY = Story(0.34, plant)
