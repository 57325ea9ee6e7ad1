"""Who may do what: one table of activities, and for each the roles that together allow it.

Reading is not seeing content, and neither is acting. A *base* role says what somebody's work is; an *additive* role
(Search and Purge, Preview) widens a base role and grants nothing by itself. A *service account* has a purpose in place
of roles and may do what is listed for it, whatever roles it was given besides. Source: the role table of the original
product (two-step approval lets a person without the right propose); activities it has no line for are our own.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """The roles of the original product, by their names there, and the mark of a service account."""

    GLOBAL_ADMINISTRATOR = "Global Administrator"
    SECURITY_ADMINISTRATOR = "Security Administrator"
    SECURITY_OPERATOR = "Security Operator"
    SECURITY_READER = "Security Reader"
    SEARCH_AND_PURGE = "Search and Purge"
    PREVIEW = "Preview"
    SERVICE = "Service Account"


ADDITIVE = (Role.SEARCH_AND_PURGE, Role.PREVIEW)
"""Roles that only widen a base role."""

BASE = tuple(role for role in Role if role not in (*ADDITIVE, Role.SERVICE))
"""Roles that say what somebody's work is, the widest first."""


class Purpose(StrEnum):
    """What a service account is for."""

    PLAYBOOK_WORKER = "playbook worker"
    MONITOR = "monitor"


class Activity(StrEnum):
    """Everything that is asked about before it is done."""

    DASHBOARD_VIEW = "dashboard.view"
    EXPLORER_VIEW = "explorer.view"
    SAVED_VIEWS_VIEW = "saved_views.view"
    SAVED_VIEWS_EDIT = "saved_views.edit"
    TRACKED_VIEW = "tracked_queries.view"
    TRACKED_EDIT = "tracked_queries.edit"
    INCIDENTS_VIEW = "incidents.view"
    INCIDENTS_ADD_MAIL = "incidents.add_mail"
    HEADERS_VIEW = "message.headers"
    QUARANTINE_PREVIEW = "message.quarantined"
    BODY_VIEW = "message.body"
    SOURCE_VIEW = "message.source"
    ACTION_PROPOSE = "action.propose"
    MAIL_ACT = "mail.act"
    INVESTIGATIONS_VIEW = "investigations.view"
    INVESTIGATION_START = "investigations.start"
    INVESTIGATION_DECIDE = "investigations.decide"
    ALERTS_MANAGE = "alerts.manage"
    SIMULATOR_VIEW = "simulator.view"
    SIMULATOR_MANAGE = "simulator.manage"
    LINKS_MANAGE = "links.manage"
    LISTS_VIEW = "lists.view"
    LISTS_EDIT = "lists.edit"
    NOTES_VIEW = "notes.view"
    NOTES_EDIT = "notes.edit"
    RUNS_VIEW = "runs.view"
    RUNS_START = "runs.start"
    RUNS_CANCEL = "runs.cancel"
    SCHEDULES_VIEW = "schedules.view"
    SCHEDULES_EDIT = "schedules.edit"
    OWN_ACCOUNT = "account.own"
    USERS_VIEW = "users.view"
    USERS_MANAGE = "users.manage"
    AUDIT_VIEW = "audit.view"
    AUDIT_VERIFY = "audit.verify"
    AUDIT_EXPORT = "audit.export"
    SETTINGS_VIEW = "settings.view"
    SETTINGS_EDIT = "settings.edit"
    METRICS_VIEW = "metrics.view"


Alternative = frozenset[Role]


@dataclass(frozen=True)
class Rule:
    """One activity: what it is, in words, and the sets of roles of which any one allows it."""

    activity: Activity
    title: str
    alternatives: tuple[Alternative, ...]
    note: str = ""
    """What else is asked for where the activity is carried out."""


def _any_of(*ways: Role | tuple[Role, ...]) -> tuple[Alternative, ...]:
    return tuple(frozenset((way,)) if isinstance(way, Role) else frozenset(way) for way in ways)


def _with(extra: Role, *roles: Role) -> tuple[Alternative, ...]:
    return tuple(frozenset((role, extra)) for role in roles)


_GA, _SA, _SO, _SR = BASE
_SP, _PV = ADDITIVE
_ALL = _any_of(*BASE)
_ANYBODY: tuple[Alternative, ...] = (frozenset(),)
_ADMINS = _any_of(_GA, _SA)
_NO_OPERATOR = _any_of(_GA, _SA, _SR)
_NO_READER = _any_of(_GA, _SA, _SO)
_CARRIES = "Global Administrator carries Search and Purge."

_RULES = (
    Rule(Activity.DASHBOARD_VIEW, "Dashboard, recent threats", _ALL),
    Rule(Activity.EXPLORER_VIEW, "Explorer, real-time detections: view and filter", _ALL),
    Rule(Activity.SAVED_VIEWS_VIEW, "Saved views: see", _NO_OPERATOR),
    Rule(Activity.SAVED_VIEWS_EDIT, "Saved views: save, change, remove", _ADMINS),
    Rule(Activity.TRACKED_VIEW, "Tracked queries: see", _NO_OPERATOR),
    Rule(Activity.TRACKED_EDIT, "Tracked queries: track, change, remove", _ADMINS),
    Rule(Activity.INCIDENTS_VIEW, "Incidents: view", _NO_OPERATOR),
    Rule(Activity.INCIDENTS_ADD_MAIL, "Incidents: add mails", _NO_OPERATOR),
    Rule(Activity.HEADERS_VIEW, "Headers of a mail", _NO_OPERATOR),
    Rule(Activity.QUARANTINE_PREVIEW, "Preview of a quarantined mail", _NO_OPERATOR, "Every look is recorded."),
    Rule(Activity.BODY_VIEW, "Body of a delivered mail", _with(_PV, _GA, _SA, _SR), "Every look is recorded."),
    Rule(Activity.SOURCE_VIEW, "Source and download of a mail", _with(_PV, _GA, _SA, _SR), "Every look is recorded."),
    Rule(Activity.ACTION_PROPOSE, "Propose an action", _ALL),
    Rule(
        Activity.MAIL_ACT,
        "Actions on mail, find and delete",
        (*_any_of(_GA), *_with(_SP, _SA)),
        f"{_CARRIES} Asked again when the action is carried out.",
    ),
    Rule(Activity.INVESTIGATIONS_VIEW, "Investigations: view", _ALL),
    Rule(Activity.INVESTIGATION_START, "Investigations: start", (*_any_of(_GA), *_with(_SP, _SA, _SO, _SR)), _CARRIES),
    Rule(
        Activity.INVESTIGATION_DECIDE,
        "Investigations: approve or reject",
        (*_any_of(_GA), *_with(_SP, _SA, _SO, _SR)),
        f"{_CARRIES} What the action itself needs is asked for besides.",
    ),
    Rule(Activity.ALERTS_MANAGE, "Alerts: manage", _NO_READER),
    Rule(Activity.SIMULATOR_VIEW, "Attack simulator: view", _ALL),
    Rule(Activity.SIMULATOR_MANAGE, "Attack simulator: make, start, stop", _ADMINS, "With a second factor."),
    Rule(Activity.LINKS_MANAGE, "SIEM and endpoint links", _ADMINS, "With a role in the other product."),
    Rule(Activity.LISTS_VIEW, "Allow and block lists, submissions: view", _NO_OPERATOR),
    Rule(Activity.LISTS_EDIT, "Allow and block lists, submissions: change", _ADMINS),
    Rule(Activity.NOTES_VIEW, "Notes on entities: see", _ALL),
    Rule(Activity.NOTES_EDIT, "Notes on entities: write, change, remove", _ALL),
    Rule(Activity.RUNS_VIEW, "Playbook runs: view", _ALL),
    Rule(Activity.RUNS_START, "Playbook runs: start", _NO_READER, "A run reads and proposes; it does not act."),
    Rule(Activity.RUNS_CANCEL, "Playbook runs: cancel", _NO_READER),
    Rule(Activity.SCHEDULES_VIEW, "Schedules: view", _ALL),
    Rule(Activity.SCHEDULES_EDIT, "Schedules: make, change, remove", _ADMINS),
    Rule(Activity.OWN_ACCOUNT, "Own password, sessions and tokens", _ANYBODY, "Also of an account without a role."),
    Rule(Activity.USERS_VIEW, "Accounts and their roles: view", _ADMINS),
    Rule(Activity.USERS_MANAGE, "Accounts and their roles: make, change, disable", _any_of(_GA)),
    Rule(Activity.AUDIT_VIEW, "Audit: read", _NO_OPERATOR),
    Rule(Activity.AUDIT_VERIFY, "Audit: verify", _NO_OPERATOR),
    Rule(Activity.AUDIT_EXPORT, "Audit: export", _ADMINS),
    Rule(Activity.SETTINGS_VIEW, "Settings: view", _ALL),
    Rule(Activity.SETTINGS_EDIT, "Settings, guards, retention: change", _any_of(_GA)),
    Rule(Activity.METRICS_VIEW, "Metrics of the service", _ADMINS),
)

RULES: Mapping[Activity, Rule] = MappingProxyType({rule.activity: rule for rule in _RULES})
"""The rule of every activity."""

SERVICES: Mapping[Purpose, frozenset[Activity]] = MappingProxyType(
    {
        Purpose.PLAYBOOK_WORKER: frozenset(
            {
                Activity.EXPLORER_VIEW,
                Activity.INCIDENTS_VIEW,
                Activity.INVESTIGATIONS_VIEW,
                Activity.HEADERS_VIEW,
                Activity.RUNS_VIEW,
                Activity.ACTION_PROPOSE,
            }
        ),
        Purpose.MONITOR: frozenset({Activity.METRICS_VIEW}),
    }
)
"""All that a service account of a purpose may do."""


def permits(
    roles: Collection[Role],
    activity: Activity,
    *,
    purpose: Purpose | None = None,
) -> bool:
    """Whether these roles allow an activity.

    ``purpose`` is that of a service account: then its list alone decides. The mark of a service account without a
    purpose allows nothing.
    """
    if purpose is not None or Role.SERVICE in roles:
        return purpose is not None and activity in SERVICES[purpose]
    held = frozenset(roles)
    return any(way <= held for way in RULES[activity].alternatives)


def missing(
    roles: Collection[Role],
    activity: Activity,
    *,
    purpose: Purpose | None = None,
) -> str:
    """What would have to be added for an activity, in words, the least first; empty where nothing is missing."""
    if permits(roles, activity, purpose=purpose):
        return ""
    if purpose is not None or Role.SERVICE in roles:
        return f"a person: a {purpose or 'service account without a purpose'} may not do this"
    lacks = {way - frozenset(roles) for way in RULES[activity].alternatives}
    fewest = min(map(len, lacks))
    order = list(Role)
    ranked = sorted(
        (sorted(lack, key=order.index) for lack in lacks if len(lack) == fewest),
        key=lambda lack: [-order.index(role) for role in lack],
    )
    return ", or ".join(" with ".join(lack) for lack in ranked)


@dataclass(frozen=True)
class Cells:
    """One line of the table for people: what each base role needs for an activity."""

    rule: Rule
    cells: Mapping[Role, str]
    """By base role: ``yes``, ``with Search and Purge`` and the like, or nothing."""
    services: tuple[Purpose, ...]


def matrix() -> tuple[Cells, ...]:
    """The whole table, an activity a line, made from the rules by asking them."""
    return tuple(
        Cells(rule, {role: _cell(role, rule.activity) for role in BASE}, tuple(_services(rule.activity)))
        for rule in RULES.values()
    )


def _cell(role: Role, activity: Activity) -> str:
    if permits({role}, activity):
        return "yes"
    helps = [extra for extra in ADDITIVE if permits({role, extra}, activity)]
    return f"with {' or '.join(helps)}" if helps else ""


def _services(activity: Activity) -> Iterable[Purpose]:
    return (purpose for purpose, allowed in SERVICES.items() if activity in allowed)
