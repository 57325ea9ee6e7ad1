from datetime import timedelta

import polars as pl

from tests.apps.demo.measures import Whole
from workbench.apps.demo.cast import Cast
from workbench.apps.demo.outside import CARRIERS
from workbench.apps.demo.phrases import PREFIXED, TOPICS
from workbench.apps.demo.plan import micros
from workbench.apps.demo.words import CARRIER_LANGUAGES


def letters(w: Whole) -> pl.DataFrame:
    return w.sent.filter(pl.col("kind") == "personal").with_columns(answers=pl.col("Subject").str.contains(PREFIXED))


def test_an_answer_has_the_subject_and_language_of_a_mail_before_it(usual: Whole) -> None:
    threads = letters(usual).sort("at").group_by("EmailClusterId", maintain_order=True).agg(
        pl.col("answers").first(), pl.col("Subject").str.replace(PREFIXED, "").n_unique(), mails=pl.len(),
        languages=pl.col("EmailLanguage").n_unique(),
    )  # fmt: skip
    assert not threads["answers"].any()
    assert set(threads["Subject"]) == set(threads["languages"]) == {1}
    assert 3 < threads["mails"].max() < 60


def test_people_write_about_their_work(usual: Whole) -> None:
    people = Cast(usual.plan).people.frame.select("Department", SenderFromAddress="AccountUpn")
    mine = letters(usual).filter(~pl.col("answers")).join(people, on="SenderFromAddress")
    for department, topic in (("Customs", "Tariff code"), ("IT", "Ticket"), ("Warehouse", "Heftruck")):
        assert set(mine.filter(pl.col("Subject").str.starts_with(f"{topic} "))["Department"]) == {department}


def test_people_and_partners_write_their_own_language_or_english(usual: Whole) -> None:
    by = letters(usual).group_by("SenderFromAddress").agg("EmailLanguage", pl.len(), pl.col("domain").first())
    known = dict(zip((f"{name}.example" for name in CARRIERS), CARRIER_LANGUAGES, strict=True))
    for said, domain in by.select("EmailLanguage", "domain").iter_rows():
        assert len(set(said) - {"en"}) <= 1
        assert domain not in known or set(said) <= {"en", known[domain]}
    assert TOPICS.keys() == set(letters(usual)["EmailLanguage"])


def test_an_issue_of_a_newsletter_has_one_subject(usual: Whole) -> None:
    number = (pl.col("at") - micros(usual.plan.begin)) // (usual.plan.length // timedelta(microseconds=1))
    issues = usual.of("newsletter").group_by("SenderFromAddress", number).agg(
        pl.col("Subject").n_unique(), pl.col("EmailClusterId").n_unique(), mails=pl.len()
    )  # fmt: skip
    assert set(issues["Subject"]) == set(issues["EmailClusterId"]) == {1}
    assert issues["mails"].max() > 5
