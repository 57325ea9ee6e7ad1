"""What the pages of the browser tests show: quiet mail, and text that an attacker would write."""

import random
from datetime import UTC, datetime, timedelta

import polars as pl

from workbench.apps.explore.filter_values import Property
from workbench.apps.ui.widgets.grid import Column

NOW = datetime(2026, 9, 18, 12, 0, tzinfo=UTC)
ROWS = 12_345
HOSTILE = (
    "<script>window.__pwned=1</script>",
    "<img src=x onerror=window.__pwned=1>",
    "<svg onload=window.__pwned=1></svg>",
    '"><a id=MathJax name=MathJax href=//evil.example>x</a>',
    "<form id=rendered_cells><input name=textContent></form>",
    "${window.__pwned=1}",
    "{{ ''.__class__.__mro__ }}{% raw %}",
    "datum.x + window.__pwned",
    "[click](javascript:window.__pwned=1)",
    "javascript:window.__pwned=1",
    "invoice\u202efdp.exe",
    "zero\u200bwidth\u0000nul",
    "var(--wb-malicious)",
    "=cmd|' /C calc'!A0",
    "__proto__",
    "</style></textarea></title><script>window.__pwned=1</script>",
    "https://evil.example/login?next=javascript:alert(1)",
)
DOMAINS = (
    "contoso.example", "fabrikam.example", "northwind.example", "tailspin.example", "adatum.example", "lure.example",
    "invoice-portal.example", "mail.partner.example", "wingtip.example", "litware.example", "proseware.example",
)  # fmt: skip
SUBJECTS = (
    "Invoice 4711 is overdue", "Your parcel could not be delivered", "Minutes of Tuesday", "Password expires today",
    "Re: Quarterly figures", "Payment advice", "Lunch?", "Shared document: Salaries 2026",
    "Action required: verify your mailbox before it is closed for good", "Undeliverable: travel request",
)  # fmt: skip
NAMES = ("billing", "no-reply", "anna.schmidt", "service")
ACTIONS = {"Delivered": 74, "Junked": 12, "Blocked": 12, "Replaced": 2}
VERDICTS = {"No threats found": 80, "Suspicious": 8, "Malicious": 7, "Not evaluated": 5}
SEVERITIES = {"High": 1, "Medium": 3, "Low": 6, "Informational": 10}

COLUMNS = (
    Column("Timestamp", "Date", "time"),
    Column("Subject", "Subject", "subject", opens=True),
    Column("SenderFromAddress", "Sender", "address"),
    Column("RecipientEmailAddress", "Recipient", "mailbox"),
    Column("DeliveryAction", "Delivery", "delivery"),
    Column("Verdict", "Verdict", "verdict"),
    Column("UrlCount", "URLs", "number"),
    Column("EmailSize", "Size", "bytes"),
    Column("SenderIPv4", "Sender IP", "ip"),
    Column("SHA256", "SHA-256", "hash", visible=False),
    Column("NetworkMessageId", "Network message ID", "id", visible=False),
    Column("Url", "URL", "url", visible=False),
    Column("Severity", "Severity", "severity", visible=False),
)
PROPERTIES = (
    Property("SenderFromDomain", "Sender domain", group="Basic", values=DOMAINS, indicators=("domain",)),
    Property("SenderFromAddress", "Sender address", group="Basic", indicators=("address",)),
    Property("Subject", "Subject", group="Basic", prose=True),
    Property("DeliveryAction", "Delivery action", "list", "Basic", tuple(ACTIONS)[:-1]),
    Property("UrlCount", "URL count", "integer", "URLs"),
    Property("Url", "URL", group="URLs", indicators=("url",)),
    Property("HasUrl", "Has URL", "boolean", "URLs"),
    Property("Timestamp", "Date", "time", "Advanced"),
    Property("NetworkMessageId", "Network message ID", group="Advanced"),
    Property("SenderIPv4", "Sender IP", "ip", "Advanced", indicators=("ipv4",)),
)


def messages(rows: int = ROWS) -> pl.DataFrame:
    """Mail of one week, the newest first; the same every time."""
    rng = random.Random(7)
    sender = rng.choices(DOMAINS, range(len(DOMAINS), 0, -1), k=rows)
    ages = sorted(int(abs(rng.gauss(0, 1)) * 200_000) % 604_800 for _ in range(rows))
    drawn = {
        "DeliveryAction": rng.choices(tuple(ACTIONS), tuple(ACTIONS.values()), k=rows),
        "Verdict": rng.choices(tuple(VERDICTS), tuple(VERDICTS.values()), k=rows),
        "Severity": rng.choices(tuple(SEVERITIES), tuple(SEVERITIES.values()), k=rows),
        "UrlCount": rng.choices((0, 1, 2, 5, 12), (2, 2, 1, 1, 1), k=rows),
        "Subject": rng.choices(SUBJECTS, k=rows),
    }
    made = {
        "Timestamp": [NOW - timedelta(seconds=age + 1) for age in ages],
        "SenderFromDomain": sender,
        "SenderFromAddress": [f"{rng.choice(NAMES)}@{name}" for name in sender],
        "RecipientEmailAddress": [f"user{rng.randrange(400):03d}@own.example" for _ in range(rows)],
        "SenderIPv4": [f"203.0.113.{rng.randrange(256)}" for _ in range(rows)],
        "EmailSize": [rng.randrange(900, 4_000_000) for _ in range(rows)],
        "SHA256": [f"{rng.getrandbits(256):064x}" for _ in range(rows)],
        "NetworkMessageId": [f"{rng.getrandbits(128):032x}" for _ in range(rows)],
        "Url": [f"https://{name}/pay/{rng.randrange(10**6)}?id={rng.getrandbits(32):x}" for name in sender],
    }
    return pl.DataFrame(made | drawn)


def hostile() -> pl.DataFrame:
    """One row a hostile text, in every column."""
    texts = dict.fromkeys(("Subject", "Url", "SenderFromAddress", "SHA256", "DeliveryAction", "Verdict"), HOSTILE)
    times = [NOW - timedelta(hours=at + 1) for at in range(len(HOSTILE))]
    tags = [[word, word] for word in HOSTILE]
    return pl.DataFrame({"Timestamp": times, **texts, "Tags": tags, "EmailSize": range(len(HOSTILE))})
