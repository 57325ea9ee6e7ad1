"""Every quirk that the study of real data and the data sets name has a row in docs/import.md, and so a test."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.intake.importing.test_real_sets import SETS
from tools.quirks import FORMATS, Mark, grouped, marks

TESTS = Path(__file__).parent

NAMED: dict[str, dict[str, str]] = {
    "spec/real_data.md": {
        "decode each header and part in its own guarded step": "strict parsers raise: Message-ID, addresses, character sets, as_bytes",
        "never drop a message": "no message is dropped, whatever its parts",
        "Store the original bytes and SHA-256": "bytes exact, with their SHA-256",
        "Key a message by": "no or shared Message-ID, shared Network-Message-Id: neither is a key",
        "fold re-imports by event Id": "two overlapping exports in one file; repeated Ids fold",
        "Never infer nested schemas": "ModifiedProperties: objects, strings or empty",
        "read all as text, then cast": "no type is inferred: text is cast to the declared one",
        "Quarantine, count and show bad rows with their reason": "bad records keep bytes, place and reason; the sum matches",
        "3 truncated audit rows hold one of the best findings": "a cut record is one of the findings (D11)",
        "one MISP event is not valid JSON": "a folder of threat intelligence is no data of ours: every file is set aside and counted",
        "README files": "README and licence files among the data",
        "UPN to lower case": "accounts, operations and alert titles in one spelling",
        "ClientIP in all six spellings": "ClientIP bare, with port, in brackets with port, ::1, empty",
        "Microsoft front-end addresses flagged": "Microsoft front ends flagged",
        "operation names trimmed and dashes folded": "operations with a final dot, a non-ASCII dash, a trailing blank",
        "zero-width characters": "alert names end in a zero-width character",
        "record type by number and by name": "RecordType is text outside and a number inside",
        "Accept dates as ISO": "dates: ISO with 0 to 9 digits of a second, with and without zone; US 12-hour text with and without comma; "
        "/Date(ms)/; days before months parted by dots",
        "0001-01-01 as null": "year 1 and empty dates are no time",
        "CSV with JSON cells (multi-line)": "JSON in cells, over many lines",
        "NDJSON, JSON array, one object": "one object a line, an array, one object",
        "Event Hub envelope": "category AdvancedHunting-(table) and properties",
        "byte-order mark": "byte-order marks, UTF-16, two encodings in one file",
        ".gz/.xz/.zip": ".gz .xz .bz2 .zst",
        ".eml in archives": ".zip .tar and their combinations, archives in archives",
        "Never persist evidence as pickle": "a pickle is set aside whole and never opened",
        "as hostile in every widget": "hostile text shown: file names, subjects, rule names, URLs",
        "Suppress known simulation domains": "mail of phishing tests is marked",
        "mark trusted-site abuse": "warning lists: simulators, shorteners, trusted-site abuse, dynamic DNS",
    },
    "datasets/o365_ual_dev/README.md": {
        "two overlapping exports in one file": "two overlapping exports in one file; repeated Ids fold",
        "AuditData is empty because the carrier cut `_raw` at 10,000 characters": "AuditData empty because the carrier cut _raw at 10,000 characters",
        "one of them is finding D11": "a cut record is one of the findings (D11)",
        "CreationDate is US 12-hour text without zone": "CreationDate is US 12-hour text without zone",
        "RecordType is text in the outer column and a number inside": "RecordType is text outside and a number inside",
        "list of name/value pairs for Exchange and one command-line string": "Parameters: a list of pairs for Exchange, one command line for compliance",
        "list of objects, a list of strings or an empty list": "ModifiedProperties: objects, strings or empty",
        "ClientIP comes bare, with a port": "ClientIP bare, with port, in brackets with port, ::1, empty",
        "a Microsoft front end": "Microsoft front ends flagged",
        "UserId in two casings": "UserId in two casings",
        "a final dot, a non-ASCII dash or a trailing blank": "operations with a final dot, a non-ASCII dash, a trailing blank",
        "must be judged by ErrorNumber": "UserLoginFailed says Success: judged by ErrorNumber",
        "14 findings with event Ids": "all 14 findings of the answer key can be asked for in KQL",
    },
    "datasets/phishing_eml_dev/README.md": {
        "bytes exact": "bytes exact, with their SHA-256",
        "charset, defect": "character sets unknown, misspelt, UTF-7, replaced characters",
        "parser exception": "strict parsers raise: Message-ID, addresses, character sets, as_bytes",
        "attachment kind": "attachments: PDF, pictures, calendars, mobileconfig, empty files",
        "six whole campaigns": "campaigns: one text over many domains",
        "filter score (`scl`), SPF/DKIM/DMARC/composite result": "receiver's stamps: SCL, SPF, DKIM, DMARC, CompAuth; X-Forefront only in some",
        "URL and attachment counts": "URLs: none, 964, very long, unparseable, namespaces",
        "guessed language": "languages",
        "masked as `phishing@pot`": "a recipient that is masked (phishing@pot)",
        "X-MS-Exchange-Organization headers": "headers of the receiving tenant: ids, address, score, direction",
    },
    "datasets/ham_and_spam_dev/README.md": {
        "LF line ends": "CRLF, LF and mixed line ends",
        "mailing lists, newsletters": "ordinary mail: mailing lists, newsletters",
        "unknown charsets": "character sets unknown, misspelt, UTF-7, replaced characters",
        "two-digit years": "years of two and three digits",
    },
    "datasets/golden_saml_m365/README.md": {
        "ids are zeroed": "zeroed ids fold nothing; a wrong activity text stays as given",
        "JSON inside strings": "JSON inside strings",
        "renames Client_IPAddress and Logon_Type": "renamed columns (Client_IPAddress, Logon_Type)",
        "wrong activity text": "zeroed ids fold nothing; a wrong activity text stays as given",
        "7-digit and 3-digit fractions of a second are mixed": "3 and 7 digits of a second mixed",
    },
    "datasets/ms_sample_tables/README.md": {
        "multi-line JSON in a cell": "JSON over many lines in a cell",
        "pretty-printed JSON in a cell": "pretty-printed JSON in a cell; an index column without a name",
        "104 columns": "104 columns of the endpoint sensor",
        "59 columns": "nine digits of a second; 72192.0 for a whole number",
        "nested location, device and status": "nested location, device and status",
        "dotted column names": "dotted names of the management interface",
        "look-up answers": "answers of look-ups, places of addresses and series are no events",
        "starts with a byte-order mark": "byte-order marks, UTF-16, two encodings in one file",
    },
    "datasets/threat_intel_dev/README.md": {
        "Lists have a type": "the kind of a list decides how it matches: string, hostname, substring, cidr, regex",
        "20 lists": "warning lists: simulators, shorteners, trusted-site abuse, dynamic DNS",
        "three wrappers": "a folder of threat intelligence is no data of ours: every file is set aside and counted",
    },
}  # fmt: skip
"""What the sources say, word for word, and the row that answers it."""

COUNTED = {
    "golden_saml_m365": "AADAuditEvents 4 rows, Microsoft365DefenderEvents 9, OfficeActivityEvents 1, WindowsEvents 38",
    "o365_ual_dev/auditrecords_2021-03_2021-05_asexported.csv.xz": "4,769 rows",
    "o365_ual_dev/auditdata_2021-03_2021-05_unique.ndjson.xz": "3,114 lines",
    "threat_intel_dev/misp_events": "23 MISP events",
    "ham_and_spam_dev/ham_and_spam_dev.tar.xz": "345 messages",
    "phishing_eml_dev/phishing_eml_dev.tar.xz": "439 messages",
}
"""Where a README counts the records of a set; the files of the sample tables are counted in a table."""


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def groups() -> Mapping[tuple[str, str], list[Mark]]:
    """All marks, read once."""
    return grouped(marks(TESTS))


def test_every_format_has_quirks_and_every_quirk_is_of_one_format(
    groups: Mapping[tuple[str, str], list[Mark]],
) -> None:
    assert {kind for kind, _ in groups} == set(FORMATS)
    assert len({quirk for _, quirk in groups}) == len(groups)


@pytest.mark.parametrize("source", NAMED)
def test_every_quirk_that_is_named_has_a_row(source: str, groups: Mapping[tuple[str, str], list[Mark]]) -> None:
    held = {quirk for _, quirk in groups}
    assert {phrase: quirk for phrase, quirk in NAMED[source].items() if quirk not in held} == {}


@pytest.mark.parametrize("source", NAMED)
def test_what_is_answered_is_what_the_source_says(source: str, shared: Path) -> None:
    said = words((shared / source).read_text("utf-8"))
    assert [phrase for phrase in NAMED[source] if phrase not in said] == []


def test_each_of_the_ten_rules_is_answered(shared: Path) -> None:
    text = (shared / "spec/real_data.md").read_text("utf-8").partition("## What the product must therefore do")[2]
    rules = re.findall(r"^\d+\. (.*)$", text.partition("\n## ")[0], re.MULTILINE)
    assert len(rules) == 10
    assert [rule for rule in rules if not any(phrase in rule for phrase in NAMED["spec/real_data.md"])] == []


@pytest.mark.parametrize("name", SETS)
def test_the_account_of_a_set_counts_what_its_readme_counts(name: str, shared: Path) -> None:
    folder, _, file = name.partition("/")
    said = words((shared / "datasets" / folder / "README.md").read_text("utf-8"))
    if folder == "ms_sample_tables":
        counted = dict(
            zip(
                *(
                    re.findall(pattern, said)
                    for pattern in (r"\| (`[^|]*) \| [\d, ]+ \|", r"\| `[^|]* \| ([\d, ]+) \|")
                ),
                strict=True,
            )
        )
        files = {
            each.strip("` "): int(count.replace(",", ""))
            for names, counts in counted.items()
            for each, count in zip(names.split(", "), counts.split(", "), strict=True)
        }
        assert files[file] == SETS[name][0]
    else:
        assert COUNTED[name] in said
        assert (
            sum(int(each.replace(",", "")) for each in re.findall(r"(?<![\w.])[\d,]+(?![\w.])", COUNTED[name]))
            == SETS[name][0]
        )
