import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from workbench.base.errors import WorkbenchError
from workbench.views.publish import process
from workbench.views.publish.process import Server, answers, free_port, running

HERE = "127.0.0.1"
PARENT = """
import http.server, os, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open(sys.argv[2], "w").write(f"{os.getpid()} {child.pid}")
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()
"""


def server(folder: Path, program: str, *arguments: str, port: int | None = None) -> Server:
    number = port or free_port(HERE)
    command = (sys.executable, "-c", program, str(number), *arguments)
    return Server("Test server", command, dict(os.environ), folder, folder / "logs" / "test.log", number, "/")


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_a_free_port_can_be_listened_on() -> None:
    with socket.socket() as line:
        line.bind((HERE, free_port(HERE)))


def test_a_server_answers_inside_the_block_and_is_gone_after_it_with_its_children(tmp_path: Path) -> None:
    made = server(tmp_path, PARENT, str(tmp_path / "pids"))
    with running(HERE, made):
        assert answers(HERE, made.port)
        pids = [int(each) for each in (tmp_path / "pids").read_text().split()]
        assert not any(gone(pid) for pid in pids)
    deadline = time.monotonic() + 5
    while not all(gone(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert all(gone(pid) for pid in pids)
    assert not answers(HERE, made.port)


def test_servers_start_side_by_side_and_end_together(tmp_path: Path) -> None:
    both = [server(tmp_path / name, PARENT, str(tmp_path / name / "pids")) for name in ("one", "two")]
    for each in both:
        each.folder.mkdir()
    with running(HERE, *both):
        assert all(answers(HERE, each.port) for each in both)
    assert not any(answers(HERE, each.port) for each in both)


def test_a_server_is_stopped_when_the_block_fails(tmp_path: Path) -> None:
    made = server(tmp_path, PARENT, str(tmp_path / "pids"))
    with pytest.raises(KeyError), running(HERE, made):
        raise KeyError
    assert not answers(HERE, made.port)


def test_a_server_that_ends_at_once_is_reported_with_the_end_of_its_log(tmp_path: Path) -> None:
    made = server(tmp_path, "import sys; print('the port is taken'); sys.exit(3)")
    with (
        pytest.raises(WorkbenchError, match=r"(?s)ended while starting \(exit code 3\).*the port is taken"),
        running(HERE, made),
    ):
        pass


def test_a_silent_server_is_given_up_and_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "PATIENCE", 0.5)
    monkeypatch.setattr(process, "GRACE", 0.2)
    before = set(psutil.Process().children())
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    with pytest.raises(WorkbenchError, match="did not answer"), running(HERE, server(tmp_path, stubborn)):
        pass
    left = set(psutil.Process().children()) - before
    assert not [each for each in left if each.status() != psutil.STATUS_ZOMBIE]


def test_only_http_without_a_fault_of_the_server_is_an_answer(tmp_path: Path) -> None:
    reply = """
import socket, sys
listening = socket.create_server(("127.0.0.1", int(sys.argv[1])))
for text in (b"HTTP/1.1 503 busy\\r\\n\\r\\n", b"SSH-2.0 hello\\r\\n", b"HTTP/1.1 404 no\\r\\n\\r\\n"):
    line, _ = listening.accept()
    line.recv(999); line.sendall(text); line.close()
"""
    made = server(tmp_path, reply)
    with running(HERE, made):
        assert made.log.exists()


ORPHANS = """
import sys, time
from pathlib import Path
from tests.views.publish.test_process import HERE, PARENT, server
from workbench.views.publish.process import running
folder = Path(sys.argv[1])
with running(HERE, server(folder, PARENT, str(folder / "pids"))):
    print("up", flush=True)
    time.sleep(60)
"""


def test_servers_end_with_the_process_that_began_them_though_it_is_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", ORPHANS, str(tmp_path)], stdout=subprocess.PIPE)
    assert parent.stdout.readline() == b"up\n"
    children = psutil.Process(parent.pid).children(recursive=True)
    parent.kill()
    parent.communicate()
    assert len(children) >= 2
    assert psutil.wait_procs(children, timeout=5)[1] == []


def test_a_tether_that_is_asked_to_end_ends_its_program(tmp_path: Path) -> None:
    made = server(tmp_path, PARENT, str(tmp_path / "pids"))
    with running(HERE, made):
        programs = [psutil.Process(int(each)) for each in (tmp_path / "pids").read_text().split()]
        programs[0].parent().terminate()
        assert psutil.wait_procs(programs, timeout=5)[1] == []


def test_nobody_else_may_read_the_log_of_a_server(tmp_path: Path) -> None:
    made = server(tmp_path, PARENT, str(tmp_path / "pids"))
    with running(HERE, made):
        assert (made.log.stat().st_mode & 0o777, made.log.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_waiting_for_a_server_is_given_up_when_that_is_asked_for(tmp_path: Path) -> None:
    def go_on() -> None:
        raise KeyError

    began = time.monotonic()
    silent = server(tmp_path, "import time; time.sleep(60)")
    with pytest.raises(KeyError), running(HERE, silent, go_on=go_on):
        pytest.fail("it never answered")
    assert time.monotonic() - began < process.GRACE
