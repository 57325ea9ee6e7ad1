"""Methods that mirror the routes of the service."""

import ssl
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
from pydantic import TypeAdapter

from workbench.base.errors import WorkbenchError
from workbench.ledger.api import (
    AccountChange,
    AccountHeld,
    AccountMade,
    AccountNew,
    AuditAsked,
    AuditHeld,
    AuditVerdict,
    Change,
    Me,
    MessageBody,
    NoteChange,
    NoteHeld,
    NoteNew,
    OutboxHeld,
    Page,
    Ready,
    Removal,
    RunHeld,
    RunNew,
    SavedViewChange,
    SavedViewHeld,
    SavedViewNew,
    ScheduleChange,
    ScheduleHeld,
    ScheduleNew,
    TokenHeld,
    TokenMade,
    TokenNew,
    TrackedQueryChange,
    TrackedQueryHeld,
    TrackedQueryNew,
)
from workbench.ledger.api.wire import Asked
from workbench.ledger.client.wire import SECONDS, VERIFY_SECONDS, checked, no_tls, send, transport, well_formed

T = TypeVar("T")


class Client:
    """One program's way to the service, with its token. Opens no connection before it is asked something."""

    def __init__(self, address: str, token: str = "", *, trust: ssl.SSLContext | bool = True) -> None:
        base, way = transport(address)
        verify = trust if base.startswith("https:") else no_tls()
        headers = {"authorization": f"Bearer {well_formed(token)}"} if token else {}
        self.address = address
        self.http = httpx.Client(
            base_url=base, headers=headers, transport=way, timeout=SECONDS, verify=verify, trust_env=False
        )

    def me(self) -> Me:
        """Who the token is of, and what it may do."""
        return self.get("/api/me", Me)

    def ready(self) -> Ready:
        """Whether the service can do its work. A service that cannot is an answer, too."""
        return Ready.model_validate_json(self.http.get("/ready").content)

    def log_out(self) -> None:
        """Revoke the token."""
        send(self.http, "POST", "/api/logout")

    def accounts(self, *, limit: int = 100, offset: int = 0) -> Page[AccountHeld]:
        """Accounts by name."""
        return self.get("/api/accounts", Page[AccountHeld], limit=limit, offset=offset)

    def account(self, name: str) -> AccountHeld:
        """The account of a name; ``UnknownName`` with the nearest where there is none."""
        return self.get("/api/accounts", Page[AccountHeld], name=name).items[0]

    def add_account(self, new: AccountNew) -> AccountMade:
        """Make an account."""
        return self.post("/api/accounts", AccountMade, new)

    def change_account(self, id_: str, change: AccountChange) -> AccountHeld:
        """Change roles, name to show, or whether it is disabled."""
        return self.patch(f"/api/accounts/{id_}", AccountHeld, change)

    def new_password(self, id_: str) -> AccountMade:
        """Give a person a new one-time password."""
        return self.post(f"/api/accounts/{id_}/password", AccountMade)

    def tokens(self, *, limit: int = 100, offset: int = 0) -> Page[TokenHeld]:
        """One's own tokens."""
        return self.get("/api/tokens", Page[TokenHeld], limit=limit, offset=offset)

    def revoke_token(self, id_: str) -> TokenHeld:
        """End a token."""
        return self.post(f"/api/tokens/{id_}/revoke", TokenHeld)

    def make_service_token(self, account: str, new: TokenNew) -> TokenMade:
        """Make a token of a service account, named by its id."""
        return self.post(f"/api/accounts/{account}/tokens", TokenMade, new)

    def notes(self, *, entity: str = "", value: str = "", limit: int = 100, offset: int = 0) -> Page[NoteHeld]:
        """Notes, newest first; of one entity where it is named."""
        asked = {"entity": entity, "value": value, "limit": limit, "offset": offset}
        return self.get("/api/notes", Page[NoteHeld], **{name: given for name, given in asked.items() if given != ""})

    def write_note(self, new: NoteNew) -> NoteHeld:
        """Write a note."""
        return self.post("/api/notes", NoteHeld, new)

    def change_note(self, id_: str, change: NoteChange) -> NoteHeld:
        """Change a note; a ``Clash`` with both values where somebody was first."""
        return self.patch(f"/api/notes/{id_}", NoteHeld, change)

    def remove_note(self, id_: str, removal: Removal) -> NoteHeld:
        """Hide a note."""
        return self.post(f"/api/notes/{id_}/remove", NoteHeld, removal)

    def saved_views(self, *, limit: int = 100, offset: int = 0) -> Page[SavedViewHeld]:
        """Saved views by name."""
        return self.get("/api/saved-views", Page[SavedViewHeld], limit=limit, offset=offset)

    def save_view(self, new: SavedViewNew) -> SavedViewHeld:
        """Keep a view."""
        return self.post("/api/saved-views", SavedViewHeld, new)

    def change_view(self, id_: str, change: SavedViewChange) -> SavedViewHeld:
        """Change a view; a ``Clash`` with both texts where somebody was first."""
        return self.patch(f"/api/saved-views/{id_}", SavedViewHeld, change)

    def remove_view(self, id_: str, removal: Removal) -> SavedViewHeld:
        """Hide a view."""
        return self.post(f"/api/saved-views/{id_}/remove", SavedViewHeld, removal)

    def tracked_queries(self, *, limit: int = 100, offset: int = 0) -> Page[TrackedQueryHeld]:
        """Tracked queries by name."""
        return self.get("/api/tracked-queries", Page[TrackedQueryHeld], limit=limit, offset=offset)

    def track(self, new: TrackedQueryNew) -> TrackedQueryHeld:
        """Track a question."""
        return self.post("/api/tracked-queries", TrackedQueryHeld, new)

    def change_query(self, id_: str, change: TrackedQueryChange) -> TrackedQueryHeld:
        """Change a tracked query."""
        return self.patch(f"/api/tracked-queries/{id_}", TrackedQueryHeld, change)

    def remove_query(self, id_: str, removal: Removal) -> TrackedQueryHeld:
        """Hide a tracked query."""
        return self.post(f"/api/tracked-queries/{id_}/remove", TrackedQueryHeld, removal)

    def runs(self, *, state: str = "", playbook: str = "", limit: int = 100, offset: int = 0) -> Page[RunHeld]:
        """Runs, newest first."""
        asked = {"state": state, "playbook": playbook, "limit": limit, "offset": offset}
        return self.get("/api/runs", Page[RunHeld], **{name: given for name, given in asked.items() if given != ""})

    def run(self, id_: str) -> RunHeld:
        """One run and how far it is."""
        return self.get(f"/api/runs/{id_}", RunHeld)

    def start_run(self, new: RunNew) -> RunHeld:
        """Ask for a run; the one that its deduplication key has already, where there is one."""
        return self.post("/api/runs", RunHeld, new)

    def cancel_run(self, id_: str) -> RunHeld:
        """Call a run off."""
        return self.post(f"/api/runs/{id_}/cancel", RunHeld)

    def findings(self, id_: str) -> dict[str, Any]:
        """What a run found; ``NotFound`` where it handed over nothing."""
        return self.get(f"/api/runs/{id_}/findings", dict[str, Any])

    def schedules(self, *, limit: int = 100, offset: int = 0) -> Page[ScheduleHeld]:
        """Schedules by name."""
        return self.get("/api/schedules", Page[ScheduleHeld], limit=limit, offset=offset)

    def add_schedule(self, new: ScheduleNew) -> ScheduleHeld:
        """Make a schedule."""
        return self.post("/api/schedules", ScheduleHeld, new)

    def change_schedule(self, id_: str, change: ScheduleChange) -> ScheduleHeld:
        """Change, pause or resume a schedule."""
        return self.patch(f"/api/schedules/{id_}", ScheduleHeld, change)

    def remove_schedule(self, id_: str, removal: Removal) -> ScheduleHeld:
        """Hide a schedule."""
        return self.post(f"/api/schedules/{id_}/remove", ScheduleHeld, removal)

    def message_body(self, digest: str) -> MessageBody:
        """What a message says, by the SHA-256 of its bytes; the look is recorded."""
        return self.get(f"/api/messages/{digest}/body", MessageBody)

    def message_source(self, digest: str) -> bytes:
        """The bytes of a message; the look is recorded."""
        return send(self.http, "GET", f"/api/messages/{digest}/source").content

    def audit(self, asked: AuditAsked | None = None) -> list[AuditHeld]:
        """A page of audit records, newest first."""
        given = (asked or AuditAsked()).model_dump(exclude_defaults=True)
        return TypeAdapter(list[AuditHeld]).validate_json(send(self.http, "GET", "/api/audit", params=given).content)

    def verify_audit(self) -> AuditVerdict:
        """Prove the audit trail."""
        answer = send(self.http, "POST", "/api/audit/verify", timeout=VERIFY_SECONDS)
        return AuditVerdict.model_validate_json(answer.content)

    def export_audit(self) -> Iterator[bytes]:
        """The whole audit trail in pieces of NDJSON."""
        with self.http.stream("GET", "/api/audit/export", timeout=VERIFY_SECONDS) as answer:
            yield from checked(answer).iter_bytes()

    def outbox(self) -> OutboxHeld:
        """How far the event store is behind the ledger."""
        return self.get("/api/outbox", OutboxHeld)

    def get(self, path: str, shown: type[T], **asked: object) -> T:
        """Read one thing."""
        given: Any = asked
        return TypeAdapter(shown).validate_json(send(self.http, "GET", path, params=given).content)

    def post(self, path: str, shown: type[T], asked: Asked | None = None) -> T:
        """Do one thing; it is never done twice."""
        what = {"json": _json(asked)} if asked is not None else {}
        return TypeAdapter(shown).validate_json(send(self.http, "POST", path, **what).content)

    def patch(self, path: str, shown: type[T], change: Change) -> T:
        """Change one thing; it is never done twice."""
        return TypeAdapter(shown).validate_json(send(self.http, "PATCH", path, json=_json(change)).content)

    def close(self) -> None:
        """Let go of connections."""
        self.http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


class LogIn(Client):
    """A log-in with a password, to make a token with or to change the password; it ends with its context.

    Behind a proxy its cookies are for TLS only, and yet it comes without, from the same machine: it sends them itself.
    """

    def __init__(self, address: str, name: str, password: str, *, trust: ssl.SSLContext | bool = True) -> None:
        super().__init__(address, trust=trust)
        try:
            answer = send(self.http, "POST", "/api/login", json={"name": name, "password": password})
        except WorkbenchError:
            super().close()
            raise
        self.who = Me.model_validate_json(answer.content)
        cookies = dict(self.http.cookies)
        self.http.headers["x-workbench-xsrf"] = next(cookies[each] for each in cookies if "workbench-xsrf" in each)
        self.http.headers["cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())

    def change_password(self, old: str, new: str) -> None:
        """Change the password that was logged in with."""
        send(self.http, "POST", "/api/password", json={"old": old, "new": new})

    def make_token(self, new: TokenNew) -> TokenMade:
        """Make a token of one's own."""
        return self.post("/api/tokens", TokenMade, new)

    def close(self) -> None:
        """Log out."""
        send(self.http, "POST", "/api/logout")
        super().close()


def _json(asked: Asked) -> object:
    """What was set, with secrets: they are what is sent."""
    given = asked.model_dump(mode="json", exclude_unset=True)
    return {name: _plain(getattr(asked, name), value) for name, value in given.items()}


def _plain(value: object, shown: object) -> object:
    reveal = getattr(value, "get_secret_value", None)
    return reveal() if reveal else shown
