"""The vocabulary of the ledger and the limits of what it takes. Imports no database."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

TEXT_BYTES = 64 * 1024
"""Bytes of free text, such as a note or a query."""
DOCUMENT_BYTES = 1024 * 1024
"""Bytes of a JSON document, such as the parameters of a run."""
DOCUMENT_DEPTH = 16
"""How deep a JSON document may be nested."""
NAME_LENGTH = 200
"""Characters of a name."""


class AccountKind(StrEnum):
    """Who an account is of."""

    PERSON = "person"
    SERVICE = "service"


class TokenPurpose(StrEnum):
    """What a token is for."""

    CLI = "cli"
    KERNEL = "kernel"
    WORKER = "worker"
    MONITOR = "monitor"


class EntityKind(StrEnum):
    """What a note may be about."""

    MAIL_MESSAGE = "mail_message"
    MAILBOX = "mailbox"
    USER = "user"
    DEVICE = "device"
    IP = "ip"
    DOMAIN = "domain"
    URL = "url"
    FILE = "file"
    OAUTH_APP = "oauth_app"
    INBOX_RULE = "inbox_rule"
    TEAMS_MESSAGE = "teams_message"
    CLOUD_FILE = "cloud_file"


class RunState(StrEnum):
    """Where a run is."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"


RUN_STATES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        RunState.QUEUED: frozenset({RunState.RUNNING, RunState.FAILED, RunState.CANCELLED, RunState.TIMED_OUT}),
        RunState.RUNNING: frozenset(
            {RunState.QUEUED, RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELLED, RunState.TIMED_OUT}
        ),
        RunState.SUCCEEDED: frozenset(),
        RunState.FAILED: frozenset(),
        RunState.CANCELLED: frozenset(),
        RunState.TIMED_OUT: frozenset(),
    }
)
"""What may follow on each state; a run goes back to the queue when its worker died."""


class TriggerKind(StrEnum):
    """What started a run."""

    PERSON = "person"
    ALERT = "alert"
    SCHEDULE = "schedule"


class MissedPolicy(StrEnum):
    """What a schedule does about ticks that nobody was there for: nothing, or one run for all of them."""

    SKIP = "skip"
    ONCE = "once"


class ActorKind(StrEnum):
    """Who did something: a person, a service account, or the product itself."""

    USER = "user"
    AUTOMATION = "automation"
    SYSTEM = "system"
