"""The base rates of the demo organisation: what is usual, from which source, and how near a build comes to it.

Everything that a generator draws by comes from here, so that the documentation and the tests are made from the same
declarations. Shares are of one; times are in minutes unless the name says seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log
from types import MappingProxyType

OWN = "own setting"
COUNTED = "counted on 7,910 phishing mails of a trap mailbox"
LISTS = "counted on 230 wanted mails (SpamAssassin corpus)"
HORNET = "Hornetsecurity yearly reports (25 to 55 billion mails)"
DBIR24, DBIR25 = "Verizon DBIR 2024", "Verizon DBIR 2025"
ETH = "ETH Zurich phishing study (14,733 people, 15 months)"
FORTRA = "Fortra phishing benchmark 2023"


@dataclass(frozen=True)
class Parameter:
    """One base rate. ``within`` is how far a build of 100,000 mails may be from it, as a share of the value.

    ``measured`` says in words what is counted for that; it is empty where nothing in the tables tells.
    """

    value: float
    means: str
    source: str
    year: int
    within: float = 0.15
    measured: str = ""


@dataclass(frozen=True)
class Mix:
    """Shares of a whole by kind; ``within`` is the greatest difference of a share, in points of one."""

    shares: Mapping[str, float]
    means: str
    source: str
    year: int
    within: float = 0.03
    measured: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The kinds, in their order."""
        return tuple(self.shares)

    @property
    def weights(self) -> tuple[float, ...]:
        """The shares, made to add up to one."""
        total = sum(self.shares.values())
        return tuple(each / total for each in self.shares.values())


RATES: Mapping[str, Parameter] = MappingProxyType(
    {
        "mail_per_day": Parameter(
            100, "mails received by a person on a working day, on the average (80 to 120)", "Radicati, with growth",
            2003,
            0.2, "inbound and intra-org rows by person and working day, where the build has the mail for 500 people",
        ),
        "mail_sigma": Parameter(0.9, "sigma of the log-normal of mail over people", OWN, 2026, 0.2,
        "inbound rows by person"),
        "weekend": Parameter(0.10, "office mail of a weekend day, as a share of a working day", COUNTED, 2026, 0.15,
        "rows by day, without unwanted mail"),
        "phish_weekend": Parameter(0.77, "unwanted mail of a weekend day, as a share of a weekday", COUNTED, 2026,
        0.15, "unwanted rows by day"),
        "unwanted": Parameter(0.369, "unwanted share of inbound mail",
        f"{HORNET}: 36.9 % (2024), 36.4 % (2023), 40.5 % (2022)", 2024, 0.05,
        "inbound rows with a threat, now or at first"),
        "malicious": Parameter(0.03, "malicious share of unwanted mail (2.3 % to 3.6 %)", HORNET, 2024, 0.2,
        "rows by final verdict"),
        "newsletters": Parameter(0.08, "newsletters among wanted inbound mail", OWN, 2026, 0.15,
        "rows with a bulk grade of 4 or more"),
        "zap_tried": Parameter(0.778, "delivered malicious mail that is tried to be removed; 70 % is removed",
        "vendor benchmark: 70.8 % removed", 2026, 0.2, "removals by delivered malicious rows"),
        "zap_success": Parameter(0.90, "removals that succeed, at most", "vendor benchmark", 2026, 0.12,
        "ActionResult of removals"),
        "zap_median": Parameter(30, "minutes from delivery to removal, median of a log-normal", OWN, 2026, 0.35,
        "delay of removals"),
        "zap_sigma": Parameter(1.75, "sigma of that log-normal; the tail ends at 48 h", OWN, 2026, 0.3,
        "delay of removals"),
        "click_dull": Parameter(0.03, "recipients of a delivered phish that click, dull lure",
        f"{DBIR25} (median 1.5 % in simulations)", 2025, 0.3, "clicks on delivered attacks"),
        "click_good": Parameter(0.10, "recipients of a delivered phish that click, good lure", f"{FORTRA} (10.4 %)",
        2023, 0.3, "clicks on delivered attacks"),
        "good_lures": Parameter(0.3, "campaigns with a good lure", OWN, 2026),
        "submit": Parameter(0.65, "clickers that type their password; used by the planted stories", FORTRA, 2023),
        "open_median": Parameter(40, "minutes from delivery to opening, median of a log-normal", OWN, 2026, 0.4,
        "time to click on wanted mail"),
        "open_sigma": Parameter(1.4, "sigma of that log-normal", OWN, 2026),
        "click_seconds": Parameter(21, "seconds from opening to the click, median", DBIR24, 2024),
        "submit_seconds": Parameter(28, "seconds from the click to the typed password, median; used by the stories",
        DBIR24, 2024),
        "ham_clicks": Parameter(0.03, "delivered inbound mails with links on which somebody clicks", OWN, 2026, 0.2,
        "clicks on wanted mail"),
        "junk_clicks": Parameter(0.004, "junked unwanted mails with links on which somebody clicks", OWN, 2026, 0.6,
        "clicks on junked unwanted mail"),
        "junk_blocked": Parameter(0.5, "of these clicks, those that the block page stops",
        OWN, 2026, 0.4, "ActionType of clicks on junked unwanted mail"),
        "override": Parameter(0.15, "people at the block page who go on to the link", OWN, 2026, 0.6,
        "block pages by whether IsClickedThrough follows"),
        "policy_blocked": Parameter(0.02, "clicks on wanted mail that a list of our own stops", OWN, 2026, 0.6,
        "ActionType ClickBlockedByTenantPolicy"),
        "scanned": Parameter(0.015, "clicks on wanted mail whose link is still being scanned", OWN, 2026, 0.6,
        "ActionType UrlScanInProgress"),
        "report_others": Parameter(0.20, "people who got a phish, did not click, and report it", DBIR24, 2024, 0.35,
        "reports of delivered phish"),
        "report_clickers": Parameter(0.11, "people who clicked and report it", DBIR24, 2024),
        "report_median": Parameter(65,
        "minutes from delivery to the report, median: 10 % within 5, 20 % within 15, 35 % within 30", ETH, 2021, 0.6,
        "time to report"),
        "report_sigma": Parameter(2.0, "sigma of that log-normal", ETH, 2021),
        "reports_right": Parameter(0.68, "reports that are right; the others report ham or spam", ETH, 2021, 0.15,
        "reports by final verdict"),
        "reports_per_user": Parameter(6, "reports that nine in ten reporters do not exceed in 15 months", ETH, 2021,
        0.0, "reports by person (not more)"),
        "zipf": Parameter(1.1, "exponent of Zipf's law over sending domains (1.0 to 1.2)", OWN, 2026, 0.2,
        "known sending domains by rank"),
        "first_contact": Parameter(0.30, "inbound mail from senders never seen before", OWN, 2026, 0.15,
        "sender addresses first seen, those of partners and newsletters apart"),
        "single_mails": Parameter(0.24, "unwanted mail that belongs to no campaign",
        f"{COUNTED}: 1,902 of 2,531 components", 2026, 0.25, "cluster ids that occur once"),
        "burst": Parameter(0.5, "campaigns that end within 48 h; the others drip over months", COUNTED, 2026),
        "all_pass": Parameter(0.195, "phish that passes SPF, DKIM and DMARC", COUNTED, 2026, 0.3,
        "AuthenticationDetails of phish"),
        "repeats": Parameter(0.005, "rows that come twice, exactly", "streamed rows repeat", 2026, 0.15,
        "rows of EmailEvents before they are folded"),
        "second_rows": Parameter(0.02, "rows of which a second one comes with a new verdict",
        "streamed rows repeat on a verdict change", 2026, 0.2, "rows of EmailEvents before they are folded"),
        "late": Parameter(0.01, "rows that arrive more than an hour late; seen by `workbench demo live`", OWN, 2026,
        0.15, "arrival of rows of EmailEvents"),
        "failed_sign_ins": Parameter(0.06, "interactive sign-ins that fail", OWN, 2026, 0.2, "ResultType"),
        "travel": Parameter(0.04, "people who are abroad for some days of a week", OWN, 2026),
        "own_language": Parameter(0.45, "wanted mail in the language of its sender's house; the rest is English", OWN,
        2026),
        "subject_repeats": Parameter(0.43, "wanted mail whose subject, without prefixes, came before: answers and"
        " forwards, and little else", f"own setting; {LISTS}: 46 % answer or forward, and of those that begin 2 to 4 %"
        " repeat", 2026, 0.1, "Subject without prefixes"),
        "lure_repeats": Parameter(0.68, "unwanted mail whose subject came before",
        f"{COUNTED}: all but 2,531 components", 2026, 0.2, "Subject"),
        "services": Parameter(0.25, "audit records of services (Set-Mailbox and the like); 68 % in a small tenant",
        "counted on one tenant's audit export; own setting", 2026, 0.2, "rows of OfficeActivity"),
    }
)  # fmt: skip
"""Single figures, by name."""

MIXES: Mapping[str, Mix] = MappingProxyType(
    {
        "direction": Mix({"Intra-org": 0.65, "Inbound": 0.18, "Outbound": 0.17}, "where mail goes",
        "archive audit (70/15/15), own setting", 2007, 0.01, "EmailDirection"),
        "attack": Mix({"credentials": 0.38, "link": 0.27, "advance fee": 0.06, "file": 0.29},
        "malicious mail by kind", f"{HORNET}: phishing 33 to 43 %, malicious URL 23 to 31 %, advance fee 6 %", 2024,
        0.08, "final verdict and subject"),
        "bad_files": Mix({"html": 0.29, "pdf": 0.21, "zip": 0.20, "docx": 0.15, "xlsx": 0.15},
        "malicious attachments by type", f"{HORNET}: html 20 to 37 %, pdf 19 to 23 %, archives 18 to 21 %", 2024,
        0.12, "FileType of malicious attachments"),
        "clean": Mix({"Inbox/folder": 0.97, "Junk folder": 0.02, "Dropped": 0.005, "Failed": 0.005},
        "where wanted mail goes", OWN, 2026, 0.01, "DeliveryLocation"),
        "bulk": Mix({"Junk folder": 0.60, "Inbox/folder": 0.40}, "where bulk mail goes", OWN, 2026, 0.05,
        "DeliveryLocation of newsletters"),
        "spam": Mix({"Junk folder": 0.70, "Quarantine": 0.28, "Inbox/folder": 0.02}, "where spam goes", OWN, 2026,
        0.03, "DeliveryLocation of spam"),
        "phish": Mix({"Quarantine": 0.80, "Junk folder": 0.12, "Inbox/folder": 0.08}, "where malicious mail goes",
        f"own setting round the miss rate (5 to 12 %; {COUNTED}: 11.7 %)", 2026, 0.05,
        "DeliveryLocation of malicious mail"),
        "spf": Mix({"pass": 0.55, "none": 0.27, "fail": 0.08, "softfail": 0.05, "neutral": 0.05},
        "SPF of malicious mail", COUNTED, 2026, 0.06, "AuthenticationDetails"),
        "dkim": Mix({"pass": 0.38, "none": 0.52, "fail": 0.10}, "DKIM of malicious mail", COUNTED, 2026, 0.06,
        "AuthenticationDetails"),
        "dmarc": Mix({"pass": 0.24, "bestguesspass": 0.12, "none": 0.41, "fail": 0.10, "permerror": 0.13},
        "DMARC of malicious mail", COUNTED, 2026, 0.06, "AuthenticationDetails"),
        "languages_bad": Mix({"en": 0.48, "de": 0.23, "pt": 0.14, "nl": 0.05, "fr": 0.03, "es": 0.01, "": 0.06},
        "languages of unwanted mail", COUNTED, 2026, 0.03, "EmailLanguage by text"),
        "languages": Mix({"en": 0.64, "nl": 0.14, "de": 0.10, "fr": 0.04, "es": 0.03, "pt": 0.05},
        "languages of wanted mail, as it comes of the offices and partners", OWN, 2026, 0.03, "EmailLanguage"),
        "failures": Mix({"50126": 0.57, "50053": 0.09, "50072": 0.09, "65001": 0.07, "50058": 0.09, "50011": 0.03,
        "50055": 0.06}, "failed sign-ins by code: two thirds are wrong passwords or locks",
        "counted on one tenant's audit export", 2026, 0.08, "ResultType"),
        "repliers": Mix({"personal": 0.58, "thread": 0.38, "forward": 0.04},
        "wanted mail that starts a thread, that answers, and that is passed on", f"own setting; {LISTS}: 45 % and 1 %",
        2026, 0.05, "Subject"),
    }
)  # fmt: skip
"""Shares by kind, by name."""


@dataclass(frozen=True)
class Spread:
    """A log-normal by its median and its 90th percentile, with the share that has none at all."""

    median: float
    p90: float
    none: float
    means: str
    source: str
    year: int

    @property
    def sigma(self) -> float:
        """The sigma of the log-normal; 1.2816 standard deviations lie below the 90th percentile."""
        return log(self.p90 / self.median) / 1.2816


SPREADS: Mapping[str, Spread] = MappingProxyType(
    {
        "urls_phish": Spread(5, 17, 0.08, "links of an unwanted mail", COUNTED, 2026),
        "urls_newsletter": Spread(45, 95, 0.0, "links of a newsletter", "counted on hard ham (SpamAssassin)", 2026),
        "urls_personal": Spread(2, 6, 0.45, "links of a wanted mail", "personal mail: median 1 to 3; own setting",
        2026),
        "bytes_ham": Spread(15_000, 75_000, 0.0, "bytes of a wanted mail (raw originals; cut at 200 kB)",
        "median 15 kB, p90 75 kB, p99 3 MB", 2026),
        "bytes_phish": Spread(21_000, 63_000, 0.0, "bytes of a malicious mail (raw originals; cut at 200 kB)",
        COUNTED, 2026),
    }
)  # fmt: skip
"""Sizes and counts, by name."""

PER_MAIL: Mapping[str, float] = MappingProxyType(
    {
        "activity": 0.06, "sign_ins": 0.03, "silent_sign_ins": 0.06, "programs": 0.008, "logons": 0.02,
        "processes": 0.10, "connections": 0.10, "files": 0.04, "device_logons": 0.02, "chats": 0.05,
    }
)  # fmt: skip
"""Records of other kinds for each mail (own setting, 2026): the whole of a tenant in proportion."""

FILES: Mapping[str, float] = MappingProxyType(
    {"wanted": 0.15, "inside": 0.18, "phish": 0.078, "file": 1.0, "newsletter": 0.0}
)
"""Mails with attachments: 92.2 % of phish has none (counted); wanted mail is an own setting."""


def rate(name: str) -> float:
    """The value of a single figure."""
    return RATES[name].value


def mix(name: str) -> Mix:
    """Shares by kind."""
    return MIXES[name]


def spread(name: str) -> Spread:
    """A log-normal."""
    return SPREADS[name]
