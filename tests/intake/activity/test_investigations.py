import json

import pytest

from tests.intake.activity.records import ANNA, MESSAGE, investigation, only, submission


@pytest.mark.quirk("audit log", "kind 64: EndTimeUtc of year 1; JSON inside strings")
def test_an_investigation_is_opened_down_to_actions_and_entities() -> None:
    row = only(investigation(), "WorkbenchAirInvestigations")
    assert (row["Status"], row["InvestigationId"]) == ("Pending Action", "urn:ZappedUrlInvestigation:abc")
    assert (row["ActionCount"], row["PendingActionCount"]) == (1, 1)
    assert json.loads(str(row["Actions"]))[0]["ActionType"] == "EmailRemediation"
    assert json.loads(str(row["Entities"])) == [{"Type": "mailMessage", "NetworkMessageId": MESSAGE}]
    assert json.loads(str(row["AlertIds"])) == ["a1", "a2"]


@pytest.mark.quirk("audit log", "kind 64: EndTimeUtc of year 1; JSON inside strings")
def test_an_open_investigation_has_no_end() -> None:
    row = only(investigation(), "WorkbenchAirInvestigations")
    assert row["EndTime"] is None
    assert str(row["Timestamp"]) == "2026-09-14 09:30:00+00:00"


def test_actions_and_data_may_be_values_instead_of_text() -> None:
    document = investigation(Actions=[{"ActionStatus": "Completed"}], Data={"Entities": [json.dumps({"Type": "url"})]})
    row = only(document, "WorkbenchAirInvestigations")
    assert (row["ActionCount"], row["PendingActionCount"]) == (1, 0)
    assert json.loads(str(row["Entities"])) == [{"Type": "url"}]


@pytest.mark.parametrize(
    ("state", "origin", "simulated"),
    [
        ("UserSubmission", "User", False),
        ("UserSubmissionTriage", "User", False),
        ("AdminSubmissionRegistered", "Admin", False),
        ("CustomSubmission", "User", False),
        ("AttackSimUserSubmission", "User", True),
        ("SubmissionNotification", "", False),
    ],
)
def test_a_report_says_whose_it_is_and_whether_a_simulation_was_reported(
    state: str, origin: str, simulated: bool
) -> None:
    row = only(submission(state), "WorkbenchSubmissions")
    assert (row["State"], row["Origin"], row["IsSimulation"]) == (state, origin, simulated)


def test_a_report_names_mail_reporter_and_what_was_found() -> None:
    row = only(submission(), "WorkbenchSubmissions")
    assert (row["SubmissionId"], row["NetworkMessageId"], row["SubmitterUpn"]) == ("s1", MESSAGE, ANNA)
    assert (row["ReportedAs"], row["Verdict"], row["SenderFromAddress"]) == ("Phish", "Phish", "boss@evil.example")
    assert json.loads(str(row["Recipients"])) == [ANNA]
