"""The part of ``workbench.toml`` that is about runs of playbooks."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class AlertRule(BaseModel):
    """One entry of ``[[runs.alerts]]``: which new alerts start which playbook. What is left out matches every alert."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    playbook: str
    title: str = ""
    """A text that the alert's title holds, in any case of letters."""
    category: str = ""
    """The alert's category, in any case of letters."""
    service: str = ""
    """The product that raised it, in any case of letters."""
    evidence: Mapping[str, str] = {}
    """Parameters of the playbook, each with the column of ``AlertEvidence`` it is taken from; an alert without that
    evidence starts nothing."""
    priority: Annotated[int, Field(ge=1, le=9)] = 5


PHISH = AlertRule(playbook="phish_triage", title="phish", evidence={"message": "NetworkMessageId"})
"""What happens about alerts where the settings name no rules."""


class RunsSettings(BaseModel):
    """``[runs]`` of ``workbench.toml``: how playbooks are run by the control service."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slots: Annotated[int, Field(ge=0, le=64)] = 2
    """Runs at once of one worker; 0 where this machine makes none."""
    at_once: Annotated[int, Field(ge=0, le=1000)] = 0
    """Runs at once of all workers; 0 is as many as their slots."""
    waiting: Annotated[int, Field(ge=1, le=1_000_000)] = 10_000
    """Runs that may wait; what is asked for beyond is refused."""
    keep_days: Annotated[int, Field(ge=0, le=36_500)] = 180
    """Days for which runs that are over are kept, with what they left; 0 is for ever. The audit keeps its records."""
    per_minute: Mapping[str, Annotated[int, Field(ge=1)]] = {}
    """Runs of a playbook that may begin in a minute, by its name."""
    alerts_per_hour: Annotated[int, Field(ge=0)] = 200
    """Runs that alerts may start in an hour; further alerts wait for their turn."""
    alerts: tuple[AlertRule, ...] = (PHISH,)
    """What new alerts start; empty for nothing."""
