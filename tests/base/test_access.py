"""Who may do what: the lines of the original's role table, and laws that no later line may break."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.base.access import (
    ADDITIVE,
    BASE,
    RULES,
    SERVICES,
    Activity,
    Purpose,
    Role,
    matrix,
    missing,
    permits,
)

PAGE = Path(__file__).parents[2] / "docs" / "access.md"
GA, SA, SO, SR = BASE
SP, PV = ADDITIVE

LINES = {
    Activity.DASHBOARD_VIEW: ("yes", "yes", "yes", "yes"),
    Activity.EXPLORER_VIEW: ("yes", "yes", "yes", "yes"),
    Activity.SAVED_VIEWS_EDIT: ("yes", "yes", "", ""),
    Activity.SAVED_VIEWS_VIEW: ("yes", "yes", "", "yes"),
    Activity.TRACKED_EDIT: ("yes", "yes", "", ""),
    Activity.TRACKED_VIEW: ("yes", "yes", "", "yes"),
    Activity.INCIDENTS_VIEW: ("yes", "yes", "", "yes"),
    Activity.INCIDENTS_ADD_MAIL: ("yes", "yes", "", "yes"),
    Activity.MAIL_ACT: ("yes", "with Search and Purge", "", ""),
    Activity.HEADERS_VIEW: ("yes", "yes", "", "yes"),
    Activity.QUARANTINE_PREVIEW: ("yes", "yes", "", "yes"),
    Activity.BODY_VIEW: ("with Preview", "with Preview", "", "with Preview"),
    Activity.SOURCE_VIEW: ("with Preview", "with Preview", "", "with Preview"),
    Activity.INVESTIGATIONS_VIEW: ("yes", "yes", "yes", "yes"),
    Activity.INVESTIGATION_START: ("yes", *["with Search and Purge"] * 3),
    Activity.INVESTIGATION_DECIDE: ("yes", *["with Search and Purge"] * 3),
    Activity.ALERTS_MANAGE: ("yes", "yes", "yes", ""),
    Activity.SIMULATOR_MANAGE: ("yes", "yes", "", ""),
    Activity.SIMULATOR_VIEW: ("yes", "yes", "yes", "yes"),
    Activity.LINKS_MANAGE: ("yes", "yes", "", ""),
    Activity.LISTS_EDIT: ("yes", "yes", "", ""),
    Activity.LISTS_VIEW: ("yes", "yes", "", "yes"),
}
"""The table of the original product: Global Administrator, Security Administrator, Operator, Reader."""

some_roles = st.sets(st.sampled_from([role for role in Role if role is not Role.SERVICE]))
an_activity = st.sampled_from(Activity)


@pytest.mark.parametrize(("activity", "cells"), LINES.items(), ids=str)
def test_a_line_of_the_originals_table(activity: Activity, cells: tuple[str, ...]) -> None:
    line = next(each for each in matrix() if each.rule.activity == activity)
    assert tuple(line.cells.values()) == cells


def test_every_activity_has_one_rule_and_a_title_of_its_own() -> None:
    assert set(RULES) == set(Activity)
    assert len({rule.title for rule in RULES.values()}) == len(Activity)


@given(st.sets(st.sampled_from(ADDITIVE)), an_activity)
def test_additive_roles_alone_grant_nothing_but_ones_own_account(roles: set[Role], activity: Activity) -> None:
    assert permits(roles, activity) is (activity is Activity.OWN_ACCOUNT)


@given(some_roles, st.sampled_from([Activity.BODY_VIEW, Activity.SOURCE_VIEW]))
def test_nobody_sees_content_without_preview(roles: set[Role], activity: Activity) -> None:
    assert not permits(roles - {PV}, activity)


@given(some_roles)
def test_to_act_takes_an_administrator(roles: set[Role]) -> None:
    assert permits(roles, Activity.MAIL_ACT) == (GA in roles or {SA, SP} <= roles)


@given(some_roles, some_roles, an_activity)
def test_a_further_role_never_takes_away(roles: set[Role], more: set[Role], activity: Activity) -> None:
    assert permits(roles | more, activity) >= permits(roles, activity)


@given(some_roles, an_activity)
def test_what_is_missing_is_told_exactly_when_something_is(roles: set[Role], activity: Activity) -> None:
    assert bool(missing(roles, activity)) != permits(roles, activity)


@given(st.sets(st.sampled_from(Role)), an_activity, st.sampled_from(Purpose))
def test_a_service_account_may_do_what_its_purpose_lists_and_no_role_adds_to_it(
    roles: set[Role], activity: Activity, purpose: Purpose
) -> None:
    assert permits(roles, activity, purpose=purpose) == (activity in SERVICES[purpose])
    assert not permits(roles | {Role.SERVICE}, activity)


def test_a_worker_proposes_and_neither_acts_nor_sees_content() -> None:
    allowed = SERVICES[Purpose.PLAYBOOK_WORKER]
    assert Activity.ACTION_PROPOSE in allowed
    assert not allowed & {Activity.MAIL_ACT, Activity.BODY_VIEW, Activity.SOURCE_VIEW, Activity.INVESTIGATION_DECIDE}


@pytest.mark.parametrize(
    ("roles", "activity", "said"),
    [
        ({SA}, Activity.MAIL_ACT, "Search and Purge, or Global Administrator"),
        ({SR}, Activity.BODY_VIEW, "Preview"),
        (
            {SP},
            Activity.INVESTIGATIONS_VIEW,
            "Security Reader, or Security Operator, or Security Administrator, or Global Administrator",
        ),
        ({SA, SP}, Activity.MAIL_ACT, ""),
        ({Role.SERVICE}, Activity.MAIL_ACT, "a person: a service account without a purpose may not do this"),
    ],
)
def test_what_is_missing_in_words(roles: set[Role], activity: Activity, said: str) -> None:
    assert missing(roles, activity) == said


COLUMNS = ("Global admin", "Security admin", "Security operator", "Security reader")
WORDS = {
    "Dashboard, recent threats": (Activity.DASHBOARD_VIEW,),
    "Explorer, real-time: view, filter": (Activity.EXPLORER_VIEW,),
    "Save/track query": (
        Activity.SAVED_VIEWS_VIEW, Activity.SAVED_VIEWS_EDIT, Activity.TRACKED_VIEW, Activity.TRACKED_EDIT,
    ),
    "Incidents: view, **add mails** (20)": (Activity.INCIDENTS_VIEW, Activity.INCIDENTS_ADD_MAIL),
    "Mail actions, find and delete": (Activity.MAIL_ACT,),
    "Headers of a mail; quarantined preview": (Activity.HEADERS_VIEW, Activity.QUARANTINE_PREVIEW),
    "Body/download of delivered mail": (Activity.BODY_VIEW, Activity.SOURCE_VIEW),
    "Investigations view": (Activity.INVESTIGATIONS_VIEW,),
    "Start AIR, approve/reject": (Activity.INVESTIGATION_START, Activity.INVESTIGATION_DECIDE),
    "Alert manage": (Activity.ALERTS_MANAGE,),
    "Attack Simulator": (Activity.SIMULATOR_VIEW, Activity.SIMULATOR_MANAGE),
    "SIEM / endpoint link": (Activity.LINKS_MANAGE,),
    "Allow/block list, submissions": (Activity.LISTS_VIEW, Activity.LISTS_EDIT),
}  # fmt: skip
"""The lines of the study's table, and what they are here."""

OTHERWISE = {(Activity.MAIL_ACT, SR): "needs a policy, off at first: the table of 2020 names the administrator only"}
"""Cells in which we differ from the study on purpose."""


def cell_of(words: str, additive: Role, activity: Activity) -> str:
    """A cell of the study as ours would read: footnotes and second factors stand beside the table."""
    plain = words.translate({ord(mark): "" for mark in "¹²→"}).strip()
    if plain.startswith("view"):
        return "yes" if activity.value.endswith(".view") else ""
    return {"": "", "needs": f"with {additive}"}.get(plain, "yes" if plain.startswith("✔") else plain)


def test_the_table_is_that_of_the_study_cell_by_cell(shared: Path) -> None:
    text = (shared / "spec" / "capabilities.md").read_text("utf-8")
    section = text[text.index("## 13. Roles") : text.index("## 14.")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"]
    head, _, *lines = rows
    assert tuple(head[1:5]) == COLUMNS
    assert {line[0] for line in lines} == set(WORDS)
    ours = {each.rule.activity: each.cells for each in matrix()}
    theirs = {
        (activity, role): cell_of(words, PV if line[6] == "required" else SP, activity)
        for line in lines
        for activity in WORDS[line[0]]
        for role, words in zip(BASE, line[1:5], strict=True)
    }
    assert len(theirs) == 4 * len(LINES)
    assert {where for where, cell in theirs.items() if ours[where[0]][where[1]] != cell} == set(OTHERWISE)


@pytest.mark.skipif(not PAGE.exists(), reason="runs on a checkout only")
def test_the_page_names_every_activity_role_purpose_and_policy() -> None:
    written = PAGE.read_text("utf-8")
    assert [each for each in Activity if f"`{each}`" not in written] == []
    assert [each for each in (*BASE, *ADDITIVE, *Purpose) if each not in written] == []
