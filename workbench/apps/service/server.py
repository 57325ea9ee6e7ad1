"""Run the service: one process for a workspace, on loopback unless it is protected, until it is asked to stop."""

import os
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from pathlib import Path
from types import FrameType

import orjson
import uvicorn
from starlette.types import ASGIApp

from workbench.apps.service import logs
from workbench.apps.service.app import Options, make_app
from workbench.apps.service.durable import working
from workbench.apps.service.lock import held
from workbench.apps.service.mail import reading
from workbench.apps.service.projector import projecting
from workbench.apps.service.proxied import by_socket
from workbench.apps.service.service import Hook, Service
from workbench.base.config import ServiceSettings, Workspace
from workbench.base.errors import BadSetting, WorkbenchError
from workbench.ledger.changes import open_ledger, sole

HOOKS: tuple[Hook, ...] = (projecting, reading, working)
"""What lives as long as the service, in this order."""
GRACE_SECONDS = 20
"""How long running requests have when the service is asked to stop."""
_BACKLOG, _AT_ONCE = 256, 512
_PROTECT = (
    "Set certificate and key in [service] of workbench.toml, or behind_proxy = true where a proxy of yours does TLS."
)


@dataclass(frozen=True)
class Listen:
    """Where to listen, as the command line says; what it leaves out is as the settings say."""

    host: str = ""
    port: int | None = None
    socket: Path | None = None
    origins: tuple[str, ...] = ()
    pages: tuple[tuple[str, str], ...] = ()
    """Titles and addresses of the pages of Voila, which ours link; without their token."""


@dataclass(frozen=True)
class Door:
    """An open listening socket, and how the service is reached by it."""

    listening: socket.socket = field(repr=False)
    address: str
    """Such as ``http://127.0.0.1:8123`` or ``unix:/path``."""
    port: int
    secure: bool
    """Whether browsers reach it by TLS."""


def serve(workspace: Workspace, listen: Listen, told: Callable[[str], None] = lambda _: None) -> None:
    """Serve until SIGTERM or SIGINT; running requests end, and outbox and anchor are written.

    ``told`` gets the address once it answers.

    Raises:
        BadSetting: the address is one that others can reach, and nothing protects it.
        WorkbenchError: a service of this workspace runs already, or the address cannot be listened on.
        Refused: another workspace has the ledger.
    """
    settings = workspace.settings.service
    refuse_unprotected(settings, listen)
    with (
        held(workspace),
        _quiet_signals(),
        _door(settings, listen) as door,
        sole(workspace),
        open_ledger(workspace) as ledger,
    ):
        options = Options(door.port, door.secure, listen.origins, listen.pages, hooks=(*HOOKS, _announcing(door, told)))
        logs.install(workspace)
        app = make_app(workspace, ledger, options)
        uvicorn.Server(_config(settings, _entered(app, settings, door), workspace.home)).run(sockets=[door.listening])


def refuse_unprotected(settings: ServiceSettings, listen: Listen) -> None:
    """Passwords and mail never cross a network in the clear.

    Raises:
        BadSetting: they would.
    """
    if bool(settings.certificate) != bool(settings.key):
        raise BadSetting("service: certificate and key go together", next_step="Set both, or none.")
    if settings.behind_proxy:
        _check_proxy(settings.proxy)
    host = listen.host or settings.host
    if listen.socket or _is_loopback(host) or settings.certificate or settings.behind_proxy:
        return
    raise BadSetting(f"The service does not listen on {host} without TLS: others could read along", next_step=_PROTECT)


def _check_proxy(proxy: str) -> None:
    for each in proxy.split(","):
        try:
            ip_network(each.strip())
        except ValueError:
            advice = "Give its address, or several with commas; what anybody may say is worth nothing."
            raise BadSetting(f"service: proxy = {proxy!r} is no address", next_step=advice) from None


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


@contextmanager
def _door(settings: ServiceSettings, listen: Listen) -> Iterator[Door]:
    path, secure = listen.socket, bool(settings.certificate) or settings.behind_proxy
    listening = _socket_file(path) if path else _port(settings, listen)
    try:
        listening.listen(_BACKLOG)
        if path:
            yield Door(listening, f"unix:{path.resolve()}", 0, secure)
        else:
            host, port = listening.getsockname()[:2]
            scheme = "https" if settings.certificate else "http"
            yield Door(listening, f"{scheme}://{_from_here(host)}:{port}", port, secure)
    finally:
        listening.close()
        if path:
            path.unlink(missing_ok=True)


def _from_here(host: str) -> str:
    """The host by which programs of this machine reach an address that is listened on."""
    address = ip_address(host)
    if address.is_unspecified:
        return "127.0.0.1" if address.version == 4 else "[::1]"
    return host if address.version == 4 else f"[{host}]"


def _port(settings: ServiceSettings, listen: Listen) -> socket.socket:
    host = (listen.host or settings.host).strip("[]")
    port = settings.port if listen.port is None else listen.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        why = error.strerror or str(error)
        raise WorkbenchError(f"Port {port} of {host} cannot be used: {why}", next_step="Name another: --port") from None
    return listening


def _socket_file(path: Path) -> socket.socket:
    """A socket file that only its owner may use; what a killed service left there goes."""
    if path.is_socket():
        path.unlink()
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listening.bind(str(path))
    except OSError as error:
        listening.close()
        raise WorkbenchError(f"The socket file cannot be made: {error.strerror or error}", where=str(path)) from None
    finally:
        os.umask(before)
    return listening


def _entered(app: ASGIApp, settings: ServiceSettings, door: Door) -> ASGIApp:
    return by_socket(app, settings.proxy) if settings.behind_proxy and door.address.startswith("unix:") else app


def _config(settings: ServiceSettings, app: ASGIApp, home: Path) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="on",
        ws="none",
        server_header=False,
        proxy_headers=settings.behind_proxy,
        forwarded_allow_ips=settings.proxy if settings.behind_proxy else "",
        ssl_certfile=str(home / settings.certificate) if settings.certificate else None,
        ssl_keyfile=str(home / settings.key) if settings.key else None,
        timeout_graceful_shutdown=GRACE_SECONDS,
        limit_concurrency=_AT_ONCE,
    )


def _announcing(door: Door, told: Callable[[str], None]) -> Hook:
    """The last to begin and the first to end: whoever finds the service can use it."""

    @asynccontextmanager
    async def announced(service: Service) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            _write(service, door)
            stack.callback(service.workspace.service.unlink, missing_ok=True)
            told(door.address)
            yield

    return announced


def _write(service: Service, door: Door) -> None:
    path = service.workspace.service
    content = {
        "address": door.address,
        "pid": os.getpid(),
        "boot": service.boot,
        "started_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.touch(mode=0o600)
    temporary.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2) + b"\n")
    temporary.replace(path)


@contextmanager
def _quiet_signals() -> Iterator[None]:
    """The server handles both signals while it runs and sends them again when it is done: nobody is to die of that."""

    def heed(_number: int, _frame: FrameType | None) -> None:
        return

    before = {each: signal.signal(each, heed) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
