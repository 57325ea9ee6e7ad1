import asyncio
import threading

from tests.apps.ui.stores import mail, opened
from workbench.apps.session.aside import apart, aside
from workbench.base.errors import BadInput, WorkbenchError


def test_outside_of_a_kernel_work_is_waited_for() -> None:
    found: list[object] = []
    aside(threading.current_thread, found.append)
    assert found == [threading.current_thread()]


def test_in_a_kernel_a_thread_works_and_the_loop_goes_on() -> None:
    found: list[object] = []

    async def page() -> None:
        done = asyncio.Event()
        free = threading.Event()
        aside(lambda: free.wait(30), lambda value: (found.extend([value, threading.current_thread()]), done.set()))
        await asyncio.sleep(0)
        assert found == []
        free.set()
        await asyncio.wait_for(done.wait(), 30)

    asyncio.run(page())
    assert found == [True, threading.main_thread()]


def test_what_goes_wrong_is_handed_on() -> None:
    def failing() -> None:
        raise BadInput("no")

    found: list[object] = []
    aside(failing, found.append)
    assert isinstance(found[0], WorkbenchError)


def test_a_catalog_apart_has_a_process_of_its_own(tmp_path: object) -> None:
    workbench = opened(tmp_path, EmailEvents=[mail(0)])  # type: ignore[arg-type]
    one, two = apart(workbench), apart(workbench)
    assert one._worker is not two._worker is not workbench.catalog._worker
    assert one.rows("EmailEvents", None) == 1
