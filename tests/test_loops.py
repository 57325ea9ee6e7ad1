"""A browser's driver leaves a loop running in the thread of the tests; tests that come after it must not meet it."""

import asyncio
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module")
def driver() -> Iterator[asyncio.AbstractEventLoop]:
    """A loop that runs in this thread between tests, as that of Playwright does."""
    before = asyncio._get_running_loop()
    loop = asyncio.new_event_loop()
    asyncio._set_running_loop(loop)
    yield loop
    assert asyncio._get_running_loop() is loop
    asyncio._set_running_loop(before)
    loop.close()


@pytest.mark.parametrize("_turn", range(2))
def test_a_loop_that_a_driver_left_is_in_nobodys_way(driver: asyncio.AbstractEventLoop, _turn: int) -> None:
    assert not driver.is_closed()
    assert asyncio.run(asyncio.sleep(0, result="ran")) == "ran"
    with pytest.raises(RuntimeError):
        asyncio.get_running_loop()
