import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from workbench.apps.session import Workbench
from workbench.base.config import shipped
from workbench.operations.investigations import MIME, Findings

LURE = "e50d1c32-61d5-490d-38ef-08df13c5e0bf"
DOCS = shipped("data").parent / "docs" / "playbooks.md"


@pytest.fixture(scope="module")
def findings(sample: Workbench) -> Findings:
    """Findings of a triage of which half the steps were left out."""
    triage = sample.triage(LURE)
    triage.resolve()
    triage.similar()
    return triage.conclude()


def with_text(findings: Findings, text: str) -> Findings:
    signals = [each.model_copy(update={"why": text, "state": "fired"}) for each in findings.signals[:2]]
    return findings.model_copy(update={"signals": signals, "reasons": [text], "root": {"subject": text}})


def test_findings_survive_the_way_through_json(findings: Findings) -> None:
    assert Findings.model_validate_json(findings.model_dump_json()) == findings


@given(text=st.text())
def test_any_text_survives_the_way_through_json(findings: Findings, text: str) -> None:
    told = with_text(findings, text)
    bundle = json.loads(json.dumps(told._repr_mimebundle_()[MIME]))
    assert Findings.model_validate(bundle) == told


@given(text=st.text(alphabet=st.characters(categories=["Cc", "Cf", "Lu", "Zl"]), min_size=1))
def test_the_summary_hides_nothing_and_breaks_no_line(findings: Findings, text: str) -> None:
    plain, odd = with_text(findings, "x").summary(), with_text(findings, text).summary()
    assert len(odd.split("\n")) == len(plain.split("\n"))
    assert odd.replace("\n", "").isprintable()


def test_the_summary_begins_with_the_verdict_and_ends_with_what_was_not_evaluated(findings: Findings) -> None:
    lines = findings.summary().splitlines()
    assert lines[0].startswith(f"{findings.verdict.shown} ({findings.verdict.score:.0f} of 100 points; ")
    assert "Not evaluated:" in lines
    assert any(line.startswith("  ? no earlier mail is held to compare with: ") for line in lines)


def test_a_long_list_of_what_was_not_evaluated_says_how_many_more_there_are(findings: Findings) -> None:
    why = "the body was not read"
    asked = [each.model_copy(update={"why": why}) for each in findings.not_evaluated]
    (line,) = [
        each for each in findings.model_copy(update={"not_evaluated": asked}).summary().splitlines() if why in each
    ]
    assert f"and {len(asked) - 4} more" in line


def test_points_against_and_for_a_message_have_their_sign(findings: Findings) -> None:
    signals = [
        findings.signals[0].model_copy(update={"state": "fired", "points": -5.0, "why": "for it"}),
        findings.signals[1].model_copy(update={"state": "fired", "points": 12.0, "why": "against it"}),
    ]
    lines = findings.model_copy(update={"signals": signals}).summary().splitlines()
    assert lines[1:3] == ["   +12  against it", "    -5  for it"]


def test_an_unknown_field_is_refused(findings: Findings) -> None:
    with pytest.raises(ValidationError):
        Findings.model_validate({**findings.model_dump(), "remediated": True})


def test_every_field_of_the_findings_is_in_the_docs() -> None:
    text = DOCS.read_text("utf-8")
    schema = Findings.model_json_schema()
    models = [schema, *schema["$defs"].values()]
    missing = {field for model in models for field in model["properties"] if f"`{field}`" not in text}
    assert not missing
