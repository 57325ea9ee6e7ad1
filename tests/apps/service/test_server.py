"""The service as a process: where it listens, who may, one for a workspace, what it believes, and how it ends."""

import json
import os
import shutil
import signal
import socket
import ssl
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.apps.service.conftest import PASSWORD, PROOF, Site, as_served, to_be_found, workspace_at
from workbench.apps.service import Listen, proved
from workbench.apps.service.lock import held
from workbench.apps.service.server import _door, _write, refuse_unprotected
from workbench.base.access import Role
from workbench.base.config import ServiceSettings, Workspace
from workbench.base.errors import BadSetting, ServiceDown, WorkbenchError
from workbench.ledger.api import LogIn as Given
from workbench.ledger.api import NoteNew, TokenNew
from workbench.ledger.client import Client, LogIn, connect, find_service, trust_of

RUN = "from workbench.apps.cli import main; main()"
ADMIN = Role.GLOBAL_ADMINISTRATOR


@contextmanager
def served(workspace: Workspace, *words: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """The service as a process of its own, and its address."""
    child = subprocess.Popen(
        [sys.executable, "-c", RUN, "--home", str(workspace.home), "serve", *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield child, child.stdout.readline().rpartition(" ")[2].strip()
    finally:
        child.kill()
        child.communicate()


@contextmanager
def entered(home: Path, ready_made: Path, settings: str, **listen: object) -> Iterator[tuple[Site, uvicorn.Server]]:
    """A service with such settings."""
    workspace = workspace_at(home, settings)
    shutil.copy(ready_made, workspace.ledger)
    with as_served(workspace, Listen(**listen)) as up:
        yield up


def test_it_tells_where_it_is_ends_when_asked_and_only_one_runs(tmp_path: Path) -> None:
    workspace = workspace_at(tmp_path / "home")
    with served(workspace) as (child, address):
        found = find_service(workspace)
        assert (found.address, found.pid) == (address, child.pid)
        assert stat.S_IMODE(workspace.service.stat().st_mode) == 0o600
        assert httpx.get(f"{address}/health").json()["boot"] == found.boot
        assert httpx.get(f"{address}/ready").json()["ready"] is True
        with pytest.raises(WorkbenchError, match="A service of this workspace runs already"), held(workspace):
            pytest.fail("two services")
        child.send_signal(signal.SIGTERM)
        assert child.wait(30) == 0
        assert f"Nobody can administer accounts yet: stop this, then workbench --home {workspace.home} init" in (
            child.stderr.read()
        )
    assert not workspace.service.exists()
    assert find_service(workspace) is None
    lines = [json.loads(line) for line in (workspace.home / "logs" / "service.log").read_text().splitlines()]
    assert {"time", "request", "route", "status", "ms", "account"} <= lines[0].keys()
    assert stat.S_IMODE((workspace.home / "logs" / "service.log").stat().st_mode) == 0o600
    assert (workspace.home / "store" / "WorkbenchAudit").is_dir(), "the outbox was emptied at the stop"
    assert proved(workspace).fault is None


def test_what_a_killed_service_left_is_known_for_stale(tmp_path: Path) -> None:
    workspace, way = workspace_at(tmp_path / "home"), tmp_path / "s"
    with served(workspace, "--socket", str(way)) as (child, _):
        os.kill(child.pid, signal.SIGKILL)
        child.wait(30)
        assert workspace.service.exists()
        assert way.is_socket()
        assert find_service(workspace) is None
        with pytest.raises(ServiceDown, match="No control service runs"):
            connect(workspace)
    with to_be_found(workspace, Listen(socket=way)) as site:
        assert site.address == f"unix:{way.resolve()}"
        assert stat.S_IMODE(way.stat().st_mode) == 0o600
        assert find_service(workspace).pid == os.getpid()
        with connect(workspace) as client:
            assert client.ready().ready
    assert not way.exists()
    assert find_service(workspace) is None


@pytest.mark.parametrize("left", [b"", b"{", b"[]", b'{"address": 1}', b"\xff" * 50, b'{"pid": "x"}'])
def test_whatever_stands_where_the_service_wrote_itself_down_is_no_service(left: bytes, tmp_path: Path) -> None:
    workspace = workspace_at(tmp_path / "home")
    workspace.service.write_bytes(left)
    assert find_service(workspace) is None


def test_a_file_in_the_way_of_the_socket_is_not_removed(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("somebody's")
    with pytest.raises(WorkbenchError, match="The socket file cannot be made"):
        _door(ServiceSettings(), Listen(socket=tmp_path / "s")).__enter__()
    assert (tmp_path / "s").read_text() == "somebody's"


def half(port: int, body: bytes) -> socket.socket:
    """A log-in of which half of the body was sent."""
    opened = socket.create_connection(("127.0.0.1", port), timeout=30)
    head = f"POST /api/login HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncontent-length: {len(body)}\r\n"
    opened.sendall(f"{head}content-type: application/json\r\n\r\n".encode() + body[:10])
    return opened


def test_a_stop_lets_what_was_begun_be_done_and_nothing_new_begin(tmp_path: Path, ready_made: Path) -> None:
    with entered(tmp_path / "home", ready_made, "") as (site, server):
        site.account("ada", ADMIN)
        body = Given(name="ada", password=PASSWORD).model_dump_json().replace("*" * 10, PASSWORD).encode()
        with (
            closing(half(site.port, body)) as begun,
            closing(socket.create_connection(("127.0.0.1", site.port))) as idle,
        ):
            time.sleep(0.3)
            server.should_exit = True
            time.sleep(0.5)
            assert idle.recv(10) == b""
            with pytest.raises(httpx.ConnectError):
                httpx.get(f"{site.address}/health")
            begun.sendall(body[10:])
            assert begun.recv(4096).startswith(b"HTTP/1.1 200")
        assert site.told("session.create")[0]["actor"] == "ada"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "workbench.northgate.example"])
def test_an_address_others_can_reach_needs_protection(host: str) -> None:
    with pytest.raises(BadSetting, match="without TLS"):
        refuse_unprotected(ServiceSettings(), Listen(host))
    with pytest.raises(BadSetting, match="without TLS"):
        refuse_unprotected(ServiceSettings(host=host), Listen())
    refuse_unprotected(ServiceSettings(behind_proxy=True), Listen(host))
    refuse_unprotected(ServiceSettings(certificate="a", key="b"), Listen(host))
    with pytest.raises(BadSetting, match="go together"):
        refuse_unprotected(ServiceSettings(certificate="a"), Listen(host))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost"])
def test_this_machine_needs_none(host: str) -> None:
    refuse_unprotected(ServiceSettings(), Listen(host))


@pytest.mark.parametrize("proxy", ["*", "", "proxy.northgate.example", "10.0.0.1,", "10.0.0.0/99"])
def test_a_proxy_is_named_by_its_address(proxy: str) -> None:
    with pytest.raises(BadSetting, match="is no address"):
        refuse_unprotected(ServiceSettings(behind_proxy=True, proxy=proxy), Listen())
    refuse_unprotected(ServiceSettings(behind_proxy=True, proxy="10.0.0.1, 2001:db8::/32"), Listen())


def certify(folder: Path) -> None:
    """A certificate of our own for this machine, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    folder.mkdir()
    (folder / "chain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )


def test_with_a_certificate_everything_goes_by_tls(tmp_path: Path, ready_made: Path) -> None:
    (tmp_path / "home").mkdir()
    certify(tmp_path / "home" / "tls")
    tls = '[service]\ncertificate = "tls/chain.pem"\nkey = "tls/key.pem"\n'
    with entered(tmp_path / "home", ready_made, tls, host="0.0.0.0") as (site, _):
        assert site.address.startswith("https://127.0.0.1:")
        site.account("ada", ADMIN)
        trust = trust_of(site.service.workspace)
        with httpx.Client(base_url=site.address, verify=trust, trust_env=False) as browser:
            answer = browser.post("/api/login", json={"name": "ada", "password": PASSWORD})
            for cookie in answer.headers.get_list("set-cookie"):
                assert cookie.startswith("__Host-workbench-")
                assert {"Secure", "Path=/", "SameSite=strict"} <= {part.strip() for part in cookie.split(";")}
            proof = {PROOF: browser.cookies[site.service.cookies.proof], "origin": site.address}
            assert browser.post("/api/notes", json={}, headers=proof).status_code == 422
            proof["origin"] = site.address.replace("https:", "http:")
            assert browser.post("/api/notes", json={}, headers=proof).status_code == 403
            assert browser.get("/login", headers={"accept": "text/html"}).status_code == 303
        with LogIn(site.address, "ada", PASSWORD, trust=trust) as session:
            token = session.make_token(TokenNew(name="t")).secret
        with Client(site.address, token, trust=trust) as client:
            assert client.me().name == "ada"
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            httpx.get(f"{site.address}/health")
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{site.address.replace('https', 'http')}/health")


def test_another_certificate_is_not_believed(tmp_path: Path, ready_made: Path) -> None:
    """Programs of this workspace trust exactly the certificate of its settings."""
    for name in ("home", "other"):
        (tmp_path / name).mkdir()
        certify(tmp_path / name / "tls")
    tls = '[service]\ncertificate = "tls/chain.pem"\nkey = "tls/key.pem"\n'
    with entered(tmp_path / "home", ready_made, tls) as (site, _):
        with Client(site.address, trust=trust_of(workspace_at(tmp_path / "other", tls))) as client:
            with pytest.raises(ServiceDown):
                client.me()
        assert isinstance(trust_of(site.service.workspace), ssl.SSLContext)


FORWARDED = {"x-forwarded-for": "203.0.113.9, 198.51.100.7", "x-forwarded-proto": "https"}


def address_told(site: Site, client: httpx.Client, **headers: str) -> str:
    """The address that the audit has of a log-in that failed."""
    client.post("/api/login", json={"name": "ada", "password": "wrong"}, headers=headers)
    return site.told("session.refused")[0]["address"]


def test_only_the_proxy_is_believed_whom_it_forwards_for(tmp_path: Path, ready_made: Path) -> None:
    behind = '[service]\nbehind_proxy = true\nproxy = "{}"\nnames = ["workbench.northgate.example"]\n'
    with entered(tmp_path / "one", ready_made, behind.format("127.0.0.1")) as (site, _):
        assert address_told(site, site.anyone(), **FORWARDED) == "198.51.100.7", "the last one is the proxy's own word"
        assert address_told(site, site.anyone()) == "127.0.0.1"
    with entered(tmp_path / "two", ready_made, behind.format("192.0.2.1")) as (site, _):
        assert address_told(site, site.anyone(), **FORWARDED) == "127.0.0.1"
    with entered(tmp_path / "three", ready_made, "") as (site, _):
        assert address_told(site, site.anyone(), **FORWARDED) == "127.0.0.1"


@pytest.mark.parametrize("by_socket", [False, True])
def test_browsers_and_programs_work_behind_a_proxy(by_socket: bool, tmp_path: Path, ready_made: Path) -> None:
    """The proxy ends TLS: whatever it says of that, browsers come from the one origin that can be."""
    settings = '[service]\nbehind_proxy = true\nnames = ["workbench.northgate.example"]\n'
    listen = {"socket": tmp_path / "s"} if by_socket else {}
    with entered(tmp_path / "home", ready_made, settings, **listen) as (site, _):
        site.account("ada", ADMIN)
        way = httpx.HTTPTransport(uds=str(tmp_path / "s")) if by_socket else None
        base = "http://workbench.northgate.example" if by_socket else site.address
        seen = {"host": "workbench.northgate.example", "x-forwarded-for": "203.0.113.9"}
        with httpx.Client(base_url=base, transport=way, headers=seen, trust_env=False) as proxy:
            assert address_told(site, proxy) == "203.0.113.9"
            answer = proxy.post("/api/login", json={"name": "ada", "password": PASSWORD})
            cookies = dict(each.partition(";")[0].split("=", 1) for each in answer.headers.get_list("set-cookie"))
            assert all(name.startswith("__Host-") for name in cookies)
            proxy.headers["cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
            proxy.headers[PROOF] = cookies[site.service.cookies.proof]
            for origin, status in (("https://workbench.northgate.example", 422), ("https://evil.example", 403)):
                assert proxy.post("/api/notes", json={}, headers={"origin": origin}).status_code == status
        with LogIn(site.address, "ada", PASSWORD) as session:
            token = session.make_token(TokenNew(name="t")).secret
        with Client(site.address, token) as client:
            assert client.write_note(NoteNew(entity="domain", value="evil.example", text="x")).created_by == "ada"


def test_a_service_writes_itself_down_for_its_owner_only(tmp_path: Path, ready_made: Path) -> None:
    with entered(tmp_path / "home", ready_made, "") as (site, _), _door(ServiceSettings(), Listen()) as door:
        _write(site.service, door)
        written = site.service.workspace.service
        assert stat.S_IMODE(written.stat().st_mode) == 0o600
        assert json.loads(written.read_bytes())["address"] == door.address
        assert [each.name for each in written.parent.iterdir() if each.name.startswith(".service")] == []
