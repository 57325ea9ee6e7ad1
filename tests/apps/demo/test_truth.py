"""What a build says of itself is so: its answers, its bytes, its clocks, its places."""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

import workbench
from tests.apps.demo.conftest import SMALL
from tests.apps.demo.test_builder import rows
from workbench.apps.demo.cast import Cast
from workbench.apps.demo.delivery import INBOX, JUNK
from workbench.apps.demo.phrases import PREFIXED
from workbench.apps.demo.places import ABROAD, INTRUDERS, OFFICES, TRAVEL, VPN
from workbench.apps.demo.plan import micros
from workbench.apps.demo.slices import LONGEST_WAY, mails_of
from workbench.apps.demo.stories._tell import FOREIGN
from workbench.base.config import find_workspace
from workbench.events.tables import table
from workbench.intake.activity import Context, read_record
from workbench.intake.importing import import_paths, original

README = Path(__file__).parents[3] / "README.md"
SAID_BY_BYTES = ["SenderFromAddress", "SenderDisplayName", "Subject", "InternetMessageId", "UrlCount",
    "AttachmentCount", "EmailDirection", "_Raw"]  # fmt: skip


@pytest.fixture(scope="module")
def held(built: Path) -> dict[str, pl.DataFrame]:
    return rows(built)


@pytest.fixture(scope="module")
def stories(built: Path) -> list[Mapping[str, object]]:
    return json.loads((built / "answers.json").read_text("utf-8"))["stories"]


@pytest.fixture(scope="module")
def read_again(built: Path, held: dict[str, pl.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another workspace of the same organisation into which the originals were imported as files."""
    away = tmp_path_factory.mktemp("read_again")
    mails = away / "mails"
    mails.mkdir()
    for digest in held["WorkbenchMailFacts"]["RawSHA256"].unique():
        (mails / f"{digest}.eml").write_bytes(original(built / "originals", digest))
    home = away / "w"
    home.mkdir()
    for name in ("workbench.toml", "organisation.yml"):
        (home / name).write_bytes((built / name).read_bytes())
    report = import_paths(find_workspace(home), [mails])
    assert report.quarantined == report.duplicates == 0
    return home


def test_each_listed_row_is_there_exactly_once(held: dict[str, pl.DataFrame], stories: list) -> None:
    assert len(stories) == 15
    for story in stories:
        assert story["rows"], story["story"]
        for name, told in story["rows"].items():
            columns, time = told["columns"], table(name).time
            wanted = pl.DataFrame(told["keys"], schema=dict.fromkeys(columns, pl.String), orient="row", strict=False)
            if time in columns:
                wanted = wanted.with_columns(pl.col(time).str.to_datetime(time_unit="us", time_zone="UTC"))
            there = held[name].select(
                time if column == time else pl.col(column).cast(pl.String).fill_null("") for column in columns
            )
            counted = wanted.join(there.group_by(columns).len("found"), on=columns, how="left")
            assert counted["found"].to_list() == [1] * wanted.height, f"{story['story']}: {name}"
            assert told["count"] == wanted.height, f"{story['story']}: {name}"


def test_no_row_of_a_story_is_left_out(held: dict[str, pl.DataFrame], stories: list) -> None:
    """Whatever tells of a planted mail is listed: its links, files, clicks, reports, removals, and its alerts."""
    for story in stories:
        mails = {str(key[0]) for key in story["rows"].get("EmailEvents", {"keys": []})["keys"]}
        for name in ("EmailUrlInfo", "EmailAttachmentInfo", "EmailPostDeliveryEvents", "UrlClickEvents",
            "WorkbenchSubmissions", "WorkbenchMailFacts"):  # fmt: skip
            there = held[name].filter(pl.col("NetworkMessageId").is_in(list(mails))).height
            assert there == story["rows"].get(name, {"count": 0})["count"], f"{story['story']}: {name}"


def still_there(held: dict[str, pl.DataFrame], story: Mapping[str, object], where: str) -> set[str]:
    """The mails of a story that lie in a folder now, after removals."""
    mails = [key[0] for key in story["rows"]["EmailEvents"]["keys"]]
    now = pl.coalesce(pl.col("LatestDeliveryLocation").replace("", None), "DeliveryLocation")
    found = held["EmailEvents"].filter(pl.col("NetworkMessageId").is_in(mails), now == where)
    return set(found["NetworkMessageId"])


def test_copies_that_are_left_are_those_that_the_answers_name(held: dict[str, pl.DataFrame], stories: list) -> None:
    told = {story["story"]: story for story in stories}
    wave, campaign = told["malware_wave"], told["polymorphic_credentials"]
    assert still_there(held, wave, INBOX) == still_there(held, wave, JUNK) == set()
    left, junked = still_there(held, campaign, INBOX), still_there(held, campaign, JUNK)
    assert (left, junked) == (set(campaign["left"]), set(campaign["junked"]))
    assert left
    assert junked
    assert f"{len(left)} copies left in inboxes and {len(junked)} in junk folders: remove them" in campaign["must_find"]


def test_what_is_harmless_says_what_must_not_alert_and_what_is_not_says_what_to_find(stories: list) -> None:
    harmless = {story["story"] for story in stories if not story["malicious"]}
    assert harmless == {
        "phishing_drill", "newsletter_burst", "password_resets", "vpn_exit", "mail_flow_rule", "ham_reports",
    }  # fmt: skip
    for story in stories:
        assert bool(story["must_not_alert"]) == (story["story"] in harmless)
        assert bool(story["must_find"]) != (story["story"] in harmless)


def test_originals_read_by_the_importer_give_the_same_mails(held: dict[str, pl.DataFrame], read_again: Path) -> None:
    by = ["NetworkMessageId", "RecipientEmailAddress"]
    ours = held["EmailEvents"].filter(pl.col("_Raw") != "").sort(by)
    theirs = rows(read_again)["EmailEvents"].join(yet_to_come().select(by), on=by, how="anti").sort(by)
    assert ours.height > 250
    assert ours.select(by).equals(theirs.select(by))
    for column in SAID_BY_BYTES:
        differ = ours[column] != theirs[column]
        assert not differ.any(), (column, ours.filter(differ)[column], theirs.filter(differ)[column])


def yet_to_come() -> pl.DataFrame:
    """The copies whose first row arrives after the end."""
    cast = Cast(SMALL)
    every = pl.concat([mails_of(cast, number).events for number in range(SMALL.slices)], how="diagonal_relaxed")
    first = every.group_by("NetworkMessageId", "RecipientEmailAddress").agg(pl.col("arrives").min())
    return first.filter(pl.col("arrives") > micros(SMALL.end))


@pytest.mark.parametrize(
    ("name", "said"), [("EmailUrlInfo", ["Url", "UrlDomain"]), ("EmailAttachmentInfo", ["FileName", "SHA256"])]
)
def test_originals_hold_the_same_links_and_files(
    name: str, said: list[str], held: dict[str, pl.DataFrame], read_again: Path
) -> None:
    raw = held["EmailEvents"].filter(pl.col("_Raw") != "")["NetworkMessageId"].implode()
    ours = held[name].filter(pl.col("NetworkMessageId").is_in(raw)).select("NetworkMessageId", *said).unique()
    theirs = rows(read_again)[name].select("NetworkMessageId", *said).unique()
    assert ours.height
    assert ours.sort(pl.all()).equals(theirs.sort(pl.all()))


def test_nothing_happens_after_the_end_or_long_before_the_beginning(held: dict[str, pl.DataFrame]) -> None:
    for name, frame in held.items():
        assert frame[table(name).time].min() >= SMALL.begin - LONGEST_WAY, name
        for column in frame.select(pl.col(pl.Datetime)).iter_columns():
            assert column.drop_nulls().is_empty() or column.max() <= SMALL.end, f"{name}.{column.name}"


def test_mail_comes_before_its_clicks_reports_and_removals(held: dict[str, pl.DataFrame]) -> None:
    came = held["EmailEvents"].group_by("NetworkMessageId").agg(pl.col("Timestamp").min().alias("came"))
    for name in ("UrlClickEvents", "EmailPostDeliveryEvents", "WorkbenchSubmissions"):
        later = held[name].join(came, on="NetworkMessageId")
        assert later.height, name
        assert (later["Timestamp"] > later["came"]).all(), name


def test_clicks_go_through_before_a_removal_and_are_stopped_after_it(held: dict[str, pl.DataFrame]) -> None:
    removed = held["EmailPostDeliveryEvents"].select("NetworkMessageId", gone="Timestamp")
    both = held["UrlClickEvents"].join(removed, on="NetworkMessageId")
    allowed = both["ActionType"] == "ClickAllowed"
    assert allowed.any()
    assert (both.filter(allowed)["Timestamp"] <= both.filter(allowed)["gone"]).all()
    assert (both.filter(~allowed)["Timestamp"] > both.filter(~allowed)["gone"]).all()


def test_who_goes_past_a_page_leaves_a_second_row_under_the_id_of_the_first(held: dict[str, pl.DataFrame]) -> None:
    pages = held["UrlClickEvents"].filter(pl.col("ActionType") != "ClickAllowed").sort("Timestamp")
    each = pages.group_by("ReportId").agg("IsClickedThrough", pl.col("Timestamp").is_duplicated().any().alias("same"))
    assert set(map(tuple, each["IsClickedThrough"])) == {(False,), (False, True)}
    assert not each["same"].any()


def test_a_verdict_of_a_click_is_what_was_known_then(held: dict[str, pl.DataFrame]) -> None:
    clicks = held["UrlClickEvents"]
    blocked = clicks["ActionType"] == "ClickBlocked"
    assert set(clicks.filter(blocked)["ThreatTypes"]) == {"Phish"}
    assert set(clicks.filter(~blocked)["ThreatTypes"]) == {""}


def test_the_question_of_the_readme_finds_who_clicked_in_the_stories_and_no_newsletter(
    built: Path, stories: list
) -> None:
    query = re.search(r"query '(UrlClickEvents .*)'", README.read_text("utf-8"))
    assert query
    found = workbench.open(built).kql(query[1]).frame
    told = {story["story"]: story for story in stories}
    clicked = {who for name in ("polymorphic_credentials", "allowed_override") for who in told[name]["clicked"]}
    assert clicked <= set(found["AccountUpn"])
    assert set(found["ActionType"]) == {"ClickAllowed", "ClickBlocked"}
    assert found["Url"].str.contains(r"\.test/").all()


def test_a_report_is_judged_after_it_was_made(held: dict[str, pl.DataFrame]) -> None:
    told = held["WorkbenchSubmissions"]
    judged = told.filter(pl.col("State") == "UserSubmissionTriage")
    made = told.filter(pl.col("State") != "UserSubmissionTriage")
    both = judged.join(made, on="SubmissionId")
    assert both.height == judged.height
    assert (both["Timestamp"] - both["Timestamp_right"] == timedelta(minutes=15)).all()


def jumps(seen: pl.DataFrame) -> pl.DataFrame:
    """Where somebody is in another country than half a day before or less; columns as SigninLogs names them."""
    moves = seen.sort("UserPrincipalName", "TimeGenerated").with_columns(
        pl.col("Location", "TimeGenerated").shift().over("UserPrincipalName").name.suffix("_before")
    )
    moved = moves.filter(pl.col("Location") != pl.col("Location_before"))
    return moved.filter(pl.col("TimeGenerated") - pl.col("TimeGenerated_before") <= timedelta(hours=12))


def test_nobody_is_in_two_countries_within_half_a_day_but_in_a_story(
    held: dict[str, pl.DataFrame], stories: list
) -> None:
    planted = [key[0] for story in stories for key in story["rows"].get("SigninLogs", {"keys": []})["keys"]]
    every = held["SigninLogs"].select("Id", "TimeGenerated", "UserPrincipalName", "Location", "IPAddress")
    usual = every.filter(~pl.col("Id").is_in(planted))
    assert usual.height
    assert not jumps(usual).height
    strange = every.filter(pl.col("IPAddress").is_in(INTRUDERS))
    assert strange.height
    assert set(strange["Id"]) <= set(planted)


def test_an_address_lies_in_one_place(held: dict[str, pl.DataFrame]) -> None:
    known = {office.address: office.country for office in (*OFFICES, FOREIGN, ABROAD, *TRAVEL)}
    assert known[VPN] == ABROAD.country
    for name, country in (
        ("SigninLogs", "Location"),
        ("EntraIdSignInEvents", "Country"),
        ("CloudAppEvents", "CountryCode"),
    ):
        said = (
            held[name]
            .select("IPAddress", country)
            .filter(pl.col("IPAddress").is_in(list(known)), pl.col(country) != "")
        )
        assert said.height, name
        assert (said["IPAddress"].replace_strict(known) == said[country]).all(), name


def test_every_report_is_in_the_audit_log_as_our_reader_knows_it(held: dict[str, pl.DataFrame]) -> None:
    told = held["WorkbenchSubmissions"].sort("ReportId")
    records = held["CloudAppEvents"].filter(pl.col("ActionType").str.contains("Submission")).sort("ReportId")
    assert records["ReportId"].to_list() == told["ReportId"].to_list()
    for text, row in zip(records["RawEventData"], told.iter_rows(named=True), strict=True):
        found = read_record(json.loads(text), Context(("northgate.example",))).rows["WorkbenchSubmissions"][0]
        for name in ("State", "SubmissionId", "ReportedAs", "Verdict", "SubmitterUpn", "NetworkMessageId", "Subject"):
            assert (found[name] or "") == row[name], name
        assert found["IsSimulation"] == (row["IsSimulation"] and "Sim" in row["State"])


def test_languages_and_subjects_belong_together(held: dict[str, pl.DataFrame]) -> None:
    mails = held["EmailEvents"].with_columns(text=pl.col("Subject").str.replace(PREFIXED, ""))
    for language, word in (
        ("de", "Rechnung|Lieferung"),
        ("fr", "Facture|Réunion"),
        ("nl", "Factuur"),
        ("pt", "Fatura"),
    ):
        about = mails.filter(pl.col("text").str.contains(f"^({word}) "))
        assert about.height, language
        assert set(about["EmailLanguage"]) <= {language, *(["es"] if language == "pt" else [])}
    texts = mails.group_by("EmailClusterId").agg(pl.col("EmailLanguage").n_unique())
    assert (texts["EmailLanguage"] == 1).all()
