"""The bytes of mails, kept as originals, and what the product's own reader makes of them.

Every mail of a planted story has its bytes, and a sample of the others: attacks that were delivered, and a few of the
rest. Rows of a mail with bytes carry their SHA-256, so that importing the original again changes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import orjson
import polars as pl

from workbench.apps.demo.campaigns import KINDS
from workbench.apps.demo.cast import Cast
from workbench.apps.demo.delivery import INBOX, JUNK
from workbench.apps.demo.draws import Reals, stream
from workbench.apps.demo.parameters import spread
from workbench.apps.demo.people import DOMAIN
from workbench.apps.demo.raw import Mail, composed
from workbench.apps.demo.slices import ARRIVES, Mails
from workbench.apps.demo.stories import Sent
from workbench.apps.demo.subjects import ENGLISH
from workbench.events.tables import table
from workbench.intake.importing.frames import frame_of
from workbench.intake.importing.originals import keep
from workbench.intake.mail import Context, Reading, read_message

SOURCE = "made by workbench demo"
MOST = 800
"""Mails of a build, near enough, that are sampled beside the planted ones."""

SHARE = 0.005
_MOST_COPIES, _MOST_LINKS = 8, 60
_TEXTS = {
    "en": "Hello,\nthank you for your message. Please see the details below and let me know by Thursday.",
    "nl": "Beste,\nbedankt voor het bericht. De gegevens staan hieronder, graag antwoord voor donderdag.",
    "de": "Guten Tag,\nvielen Dank für die Nachricht. Die Einzelheiten stehen unten, Antwort bitte bis Donnerstag.",
    "fr": "Bonjour,\nmerci pour votre message. Vous trouverez les détails ci-dessous, merci de répondre avant jeudi.",
    "es": "Hola,\ngracias por su mensaje. Los detalles están abajo, por favor responda antes del jueves.",
    "pt": "Bom dia,\nobrigado pela mensagem. Os detalhes estão abaixo, por favor responda até quinta-feira.",
}
_LURES = {
    "en": "Dear customer,\nplease act today, otherwise your access ends. Use the link below.",
    "nl": "Geachte klant,\nhandel vandaag, anders vervalt uw toegang. Gebruik de link hieronder.",
    "de": "Sehr geehrter Kunde,\nbitte handeln Sie heute, sonst endet Ihr Zugang. Nutzen Sie den Link unten.",
    "fr": "Cher client,\nmerci d'agir aujourd'hui, sinon votre accès prendra fin. Utilisez le lien ci-dessous.",
    "es": "Estimado cliente:\nactúe hoy, de lo contrario perderá el acceso. Use el enlace de abajo.",
    "pt": "Caro cliente,\naja hoje, caso contrário perderá o acesso. Use a ligação abaixo.",
}


@dataclass(frozen=True)
class Read:
    """What the reader made of mails: frames by table, and their SHA-256 by network message id."""

    frames: dict[str, pl.DataFrame]
    digests: dict[str, str]
    readings: Sequence[Reading]


def sampled(cast: Cast, number: int, mails: Mails) -> list[Mail]:
    """The mails of a slice that get bytes: none with files, whose bytes nobody made."""
    share = min(SHARE, MOST / cast.plan.mails)
    held = mails.judged.filter(
        pl.col("DeliveryLocation").is_in([INBOX, JUNK]) & (pl.col("files") == 0) & (pl.col("urls") <= _MOST_LINKS)
    )
    held = held.filter((pl.col("EmailDirection") != "Outbound") & (pl.col("copies") <= _MOST_COPIES))
    draw = stream(cast.plan.seed, "originals", number)
    chance = pl.Series(draw.random(held.height) < share)
    chosen = held.filter((pl.col("bad") & (pl.col("DeliveryLocation") == INBOX)) | chance).unique(
        "message", keep="first", maintain_order=True
    )
    to = mails.judged.filter(pl.col("message").is_in(chosen["message"].implode()))
    names = dict(to.group_by("message").agg(pl.col("RecipientEmailAddress").sort()).iter_rows())
    links = dict(
        mails.urls.filter(pl.col("message").is_in(chosen["message"].implode()))
        .group_by("message", maintain_order=True)
        .agg("Url")
        .iter_rows()
    )
    sizes = {kind: _sizes(draw, kind, chosen.height) for kind in ("bytes_ham", "bytes_phish")}
    return [
        _mail(
            row,
            names[row["message"]],
            links.get(row["message"], []),
            int(sizes["bytes_phish" if row["bad"] else "bytes_ham"][at]),
        )
        for at, row in enumerate(chosen.iter_rows(named=True))
    ]


def read(mails: Iterable[Mail], context: Context, folder: Path) -> Read:
    """Keep the bytes of mails and read them."""
    raws = [composed(mail) for mail in mails]
    keep(folder, raws)
    readings = [read_message(raw, SOURCE, context) for raw in raws]
    frames = {}
    for name in ("EmailUrlInfo", "EmailAttachmentInfo", "WorkbenchMailFacts"):
        rows = [row for reading in readings for row in reading.rows[name]]
        if rows:
            made = frame_of(table(name), rows)
            frames[name] = made.with_columns((made["Timestamp"].dt.epoch("us") + 60_000_000).alias(ARRIVES))
    keys = {str(reading.rows["EmailEvents"][0]["NetworkMessageId"]): reading.sha256 for reading in readings}
    return Read(frames, keys, readings)


def event_rows(cast: Cast, sent: Sequence[Sent], known: Read) -> pl.DataFrame:
    """Rows of EmailEvents of planted mails, which were read in the same order."""
    rows = [_event(cast, each, reading) for each, reading in zip(sent, known.readings, strict=True)]
    made = pl.DataFrame(rows, infer_schema_length=None).with_columns(
        pl.col("UrlCount", "AttachmentCount").cast(pl.Int32)
    )
    return made.with_columns((made["Timestamp"].dt.epoch("us") + 60_000_000).alias(ARRIVES))


def stamped(frame: pl.DataFrame, known: Read) -> pl.DataFrame:
    """Rows with the SHA-256 of those mails that have bytes."""
    if not known.digests:
        return frame
    return frame.with_columns(_Raw=pl.col("NetworkMessageId").replace_strict(known.digests, default=""))


def _sizes(draw: np.random.Generator, kind: str, count: int) -> Reals:
    size = spread(kind)
    drawn: Reals = np.exp(np.log(size.median) + size.sigma * draw.standard_normal(count))
    return drawn


def _mail(row: dict[str, object], to: list[str], links: list[str], size: int) -> Mail:
    inside, bad = row["EmailDirection"] == "Intra-org", row["kind"] in KINDS
    texts = _LURES if bad else _TEXTS
    text = texts.get(str(row["EmailLanguage"]), texts[ENGLISH])
    said = orjson.loads(str(row["AuthenticationDetails"]) or "{}")
    moment = pl.Series([row["at"]]).cast(pl.Datetime("us", "UTC")).dt.truncate("1ms")[0]
    return Mail(
        moment, str(row["NetworkMessageId"]), str(row["InternetMessageId"]), str(row["SenderFromAddress"]),
        str(row["SenderDisplayName"]), to,
        str(row["Subject"]), text, links, address=f"{row['SenderIPv4']}{row['SenderIPv6']}",
        authentication={} if inside else said,
        bounce="" if inside else f"bounce@{row['domain']}", language=str(row["EmailLanguage"]) or "en",
        place="J" if row["DeliveryLocation"] == JUNK else "I", grade=5 if row["DeliveryLocation"] == JUNK else 1,
        size=size,
    )  # fmt: skip


def _event(cast: Cast, sent: Sent, reading: Reading) -> dict[str, object]:
    mail, first = sent.mail, reading.rows["EmailEvents"][0]
    bounce = mail.bounce or mail.sender
    own = mail.sender.endswith(f"@{DOMAIN}")
    people = cast.people
    known = people.numbers
    return {
        "Timestamp": mail.at, "NetworkMessageId": mail.network_message_id,
        "InternetMessageId": mail.internet_message_id,
        "SenderMailFromAddress": bounce, "SenderFromAddress": mail.sender, "SenderDisplayName": mail.sender_name,
        "SenderMailFromDomain": bounce.partition("@")[2], "SenderFromDomain": mail.sender.partition("@")[2],
        "SenderObjectId": people.object_id[known[mail.sender]] if mail.sender in known else "",
        "SenderIPv4": "" if ":" in mail.address else mail.address,
        "SenderIPv6": mail.address if ":" in mail.address else "",
        "RecipientEmailAddress": mail.to[0],
        "RecipientObjectId": people.object_id[sent.person] if sent.person >= 0 else "",
        "Subject": mail.subject, "EmailClusterId": int(sha256(mail.text.encode()).hexdigest()[:11], 16),
        "EmailLanguage": mail.language,
        "EmailDirection": "Intra-org" if own else "Inbound",
        "AuthenticationDetails": orjson.dumps(dict(mail.authentication)).decode() if mail.authentication else "",
        "UrlCount": first["UrlCount"], "AttachmentCount": first["AttachmentCount"], "BulkComplaintLevel": 0,
        "ReportId": f"{mail.network_message_id}-{sent.person if sent.person >= 0 else 0}-1", "_Raw": reading.sha256,
        **sent.place.columns,
    }  # fmt: skip
