"""Figures of the service in the format that monitoring reads."""

from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

TEXT = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


@dataclass
class Metrics:
    """The figures of one service; each application has its own."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    def __post_init__(self) -> None:
        kept = self.registry
        self.requests = Counter("workbench_requests", "Requests answered", ("route", "method", "status"), registry=kept)
        self.seconds = Histogram(
            "workbench_request_seconds", "Time of requests", ("route",), buckets=_SECONDS, registry=kept
        )
        self.denied = Counter("workbench_denied", "Requests refused by the gate", ("status",), registry=kept)
        self.logins = Counter("workbench_logins", "Log-ins", ("outcome",), registry=kept)
        self.looks = Counter("workbench_content_looks", "Looks at the content of mail", ("part",), registry=kept)
        self.ledger_waiting = Gauge("workbench_ledger_jobs_waiting", "Changes that wait to be written", registry=kept)
        self.outbox_waiting = Gauge("workbench_outbox_waiting", "Changes on their way to the store", registry=kept)
        self.outbox_lag = Gauge("workbench_outbox_lag_seconds", "Age of the oldest of these", registry=kept)
        self.outbox_failures = Counter(
            "workbench_outbox_failures", "Attempts to write to the store that failed", registry=kept
        )
        self.runs = Counter("workbench_runs", "Playbook runs that ended", ("state",), registry=kept)
        self.runs_going = Gauge("workbench_runs_going", "Playbook runs that go on here", registry=kept)
        self.runs_waiting = Gauge("workbench_runs_waiting", "Playbook runs that wait", registry=kept)
        self.outbox_rows = Counter("workbench_outbox_rows", "Rows written to the store", ("table",), registry=kept)

    def text(self) -> bytes:
        """All figures as they are now."""
        return generate_latest(self.registry)
