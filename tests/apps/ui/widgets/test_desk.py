"""Jobs of a page: one after the other, the last of a kind only, and given up when a reader says so."""

import asyncio
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import pytest
from traitlets import Unicode

from workbench.apps.session import Workbench
from workbench.apps.session.aside import aside, loop_of_kernel
from workbench.apps.ui.widgets import desk as desks
from workbench.apps.ui.widgets.desk import Desk, Job
from workbench.apps.ui.widgets.part import LEFT, Part
from workbench.base.config import Workspace

PATIENCE = 60.0


@dataclass
class Log:
    """What became of jobs, in order; a job that ``waits`` goes on when it is let go."""

    done: list[str] = field(default_factory=list)
    waits: list[str] = field(default_factory=list)
    left: int = 0
    begun: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    def leave(self) -> None:
        self.left += 1

    def job(self, name: str, do: Callable[[], object] = lambda: None, key: str = "") -> Job:
        def work() -> None:
            do()
            self.done.append(name)

        return Job(work, self.waits.append, self.leave, (key,) if key else ())

    def held(self) -> None:
        self.begun.set()
        assert self.go_on.wait(PATIENCE)


@pytest.fixture
def log() -> Log:
    return Log()


def settled(wanted: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not wanted() and time.monotonic() < deadline:
        time.sleep(0.01)
    return wanted()


def test_jobs_are_done_in_their_order_beside_the_thread_that_asks(log: Log) -> None:
    desk, threads = Desk(), []
    for name in "abc":
        desk.put(log.job(name, lambda: threads.append(threading.current_thread())))
    assert settled(lambda: log.done == ["a", "b", "c"])
    assert threading.current_thread() not in threads


def test_of_jobs_of_a_key_that_wait_the_last_is_done(log: Log) -> None:
    desk = Desk()
    desk.put(log.job("first", log.held))
    assert log.begun.wait(PATIENCE)
    desk.put(log.job("old", key="count"))
    desk.put(log.job("other"))
    desk.put(log.job("new", key="count"))
    log.go_on.set()
    assert settled(lambda: len(log.done) == 3)
    assert log.done == ["first", "other", "new"]


def asking(workbench: Workbench, log: Log, held: bool = True) -> Callable[[], None]:
    """Asks one question, waits to be let go, and asks another."""

    def do() -> None:
        workbench.kql("EmailEvents | count")
        if held:
            log.held()
        workbench.kql("EmailEvents | count")

    return do


@pytest.fixture
def opened(northgate: Workspace) -> Workbench:
    return Workbench(northgate)


def test_a_job_of_the_same_key_takes_the_place_of_the_one_at_work(opened: Workbench, log: Log) -> None:
    desk = Desk(opened.catalog)
    desk.put(log.job("old", asking(opened, log), key="count"))
    assert log.begun.wait(PATIENCE)
    desk.put(log.job("new", asking(opened, log, held=False), key="count"))
    log.go_on.set()
    assert settled(lambda: log.done == ["new"])
    assert log.left == 0


def test_a_reader_gives_up_what_is_at_work_and_what_waits_is_done(opened: Workbench, log: Log) -> None:
    desk = Desk(opened.catalog)
    desk.put(log.job("one", asking(opened, log)))
    desk.put(log.job("two", asking(opened, log, held=False)))
    assert log.begun.wait(PATIENCE)
    desk.give_up()
    log.go_on.set()
    assert settled(lambda: log.done == ["two"])
    assert log.left == 1


def test_nothing_is_given_up_where_nothing_is_at_work(log: Log) -> None:
    Desk().give_up()
    assert log.left == 0


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desks, "AFTER", 0.05)


@pytest.mark.usefixtures("impatient")
def test_a_reader_is_told_how_far_a_long_job_is_and_when_it_is_over(opened: Workbench, log: Log) -> None:
    desk = Desk(opened.catalog)
    desk.put(log.job("long", asking(opened, log)))
    assert settled(lambda: bool(log.waits))
    assert log.waits[-1] == "Asking, 0 s; 1 question is answered"
    log.go_on.set()
    assert settled(lambda: log.waits[-1] == "")


def test_a_question_of_a_large_table_ends_at_once_when_it_is_given_up(opened: Workbench, log: Log) -> None:
    desk = Desk(opened.catalog, large=1)
    many = "range a from 1 to 300000 step 1 | extend k = 1"
    endless = f"{many} | join kind=inner ({many} | project-rename b = a) on k | summarize sum(a * b % 7)"

    def do() -> None:
        opened.kql("print a = 1")
        log.begun.set()
        opened.kql(endless)

    desk.put(log.job("endless", do))
    assert log.begun.wait(PATIENCE)
    time.sleep(0.2)
    desk.give_up()
    desk.put(log.job("next", lambda: opened.kql("print a = 1")))
    assert settled(lambda: log.done == ["next"])


class Asker(Part):
    """Answers by its desk."""

    MESSAGES: ClassVar[Mapping[str, str]] = {"ask": "answer", "fail": "fail"}
    text = Unicode()

    def _got_ask(self, _message: object) -> None:
        self.update(text=threading.current_thread().name)

    def _got_fail(self, _message: object) -> None:
        raise RuntimeError


def test_messages_of_a_part_with_a_desk_are_answered_there(caplog: pytest.LogCaptureFixture) -> None:
    part = Asker()
    part.desk = Desk()
    part._receive(part, {"kind": "ask"}, None)
    assert settled(lambda: part.text == "desk")
    part._receive(part, {"kind": "fail"}, None)
    assert settled(lambda: "unexpected RuntimeError" in part.fault)
    assert "message 'fail' failed" in caplog.text


def test_a_part_says_that_it_was_left_as_it_was(opened: Workbench, log: Log) -> None:
    part = Asker()
    part.desk = Desk(opened.catalog)
    part._got_ask = lambda _message: asking(opened, log)()  # type: ignore[method-assign]
    part._receive(part, {"kind": "ask"}, None)
    assert log.begun.wait(PATIENCE)
    part._receive(part, {"kind": "give_up"}, None)
    log.go_on.set()
    assert settled(lambda: part.fault == LEFT)


def test_a_part_without_a_desk_answers_at_once_and_takes_no_other_message() -> None:
    part = Asker()
    part._receive(part, {"kind": "give_up"}, None)
    part._receive(part, {"kind": "ask"}, None)
    assert part.text == threading.current_thread().name


def test_a_job_knows_the_loop_of_the_kernel_that_it_was_put_in() -> None:
    async def put() -> bool:
        told, loop = asyncio.Event(), asyncio.get_running_loop()

        def job() -> None:
            assert loop_of_kernel() is loop
            aside(lambda: "found", lambda _: told.set())

        Desk().put(Job(job, lambda _: None, lambda: None))
        await asyncio.wait_for(told.wait(), PATIENCE)
        return loop_of_kernel() is loop

    assert asyncio.run(put())
    assert loop_of_kernel() is None
