"""Mails whose link stands in a picture only: a QR code."""

import io

import zxingcpp
from PIL import Image

from workbench.apps.demo.delivery import QUARANTINE
from workbench.apps.demo.raw import File, Mail
from workbench.apps.demo.stories._tell import MALICIOUS_LINK, Place, Planted, Story, Tell

HOST = "mfa.silver-rudder-access.test"


def plant(tell: Tell) -> Planted:
    """18 mails with a code of their own each; 12 delivered, nobody's click is seen (they used their phones)."""
    people = tell.some(tell.scaled("mails", 18, 6))
    delivered = tell.scaled("delivered", 12, 4)
    inside = []
    for at, person in enumerate(people):
        link = f"https://{HOST}/enrol/{tell.id()[:10]}"
        mail = Mail(
            tell.at(3 * at), "", "", "security@silver-rudder-access.test", "Multi-factor Team", [tell.who(person)],
            "Your authenticator expires: scan to renew",
            "Your second factor expires tonight. Scan the code with your phone's camera.",
            files=[File("code.png", picture(link), "image/png")],
            address="203.0.113.204",
            authentication={"SPF": "pass", "DKIM": "none", "DMARC": "none", "CompAuth": "pass"}, size=3_000,
        )  # fmt: skip
        missed = at < delivered
        sent = tell.send(mail, Place() if missed else Place(QUARANTINE, "Phish", MALICIOUS_LINK), person)
        inside += [sent] if missed else []
    tell.report(inside[0], 75, "Phish")
    return tell.done(
        "Links in QR codes",
        "The only link is in a picture, another for each mail; phones open it, so no click is recorded.",
        find=["the links in the pictures and their common host", f"{delivered} delivered mails"],
        domains=["silver-rudder-access.test"], hosts=[HOST],
        addresses=["203.0.113.204"],
    )  # fmt: skip


def picture(text: str) -> bytes:
    """A QR code as PNG."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    image = Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=4))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


STORY = Story(0.85, plant)
