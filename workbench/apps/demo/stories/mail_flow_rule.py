"""The administrator makes a mail-flow rule, as the ticket says."""

from workbench.apps.demo.stories._tell import Planted, Story, Tell


def plant(tell: Tell) -> Planted:
    """One rule that marks mail from outside, made from the office in working hours by the administrator."""
    admin = tell.cast.people.at("hendrik.lindqvist")[0]
    tell.numbers["rules"] = (1, 1)
    tell.sign_in(admin, 20)
    parameters = [
        {"Name": "Name", "Value": "Mark mail from outside"},
        {"Name": "FromScope", "Value": "NotInOrganization"},
        {"Name": "PrependSubject", "Value": "[outside] "},
    ]
    tell.audit(admin, 31, "New-TransportRule", "Exchange", ObjectId="Mark mail from outside", Parameters=parameters)
    return tell.done(
        "A mail-flow rule of the administrator",
        "Made from the office, by the person whose work it is; it copies nothing to anybody.", malicious=False,
        quiet=["the rule as exfiltration or evasion"],
    )  # fmt: skip


STORY = Story(0.25, plant)
