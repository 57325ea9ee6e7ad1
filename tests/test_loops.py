"""A browser's driver leaves a loop running in the thread of the tests; tests that come after it must not meet it."""

import asyncio
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module")
def chromium() -> Iterator[asyncio.AbstractEventLoop]:
    """In place of the browser: a loop that runs in this thread between tests, as that of its driver does."""
    before, loop = asyncio._get_running_loop(), asyncio.new_event_loop()
    asyncio._set_running_loop(loop)
    yield loop
    assert asyncio._get_running_loop() is loop
    asyncio._set_running_loop(before)
    loop.close()


@pytest.fixture(scope="module")
def seen() -> asyncio.AbstractEventLoop | None:
    """The loop that a fixture of many tests is made in."""
    return asyncio._get_running_loop()


def test_a_test_with_a_browser_has_the_loop_of_its_driver(chromium: asyncio.AbstractEventLoop) -> None:
    assert asyncio._get_running_loop() is chromium


def test_other_tests_and_their_fixtures_do_not_meet_it(seen: asyncio.AbstractEventLoop | None) -> None:
    assert seen is None
    assert asyncio.run(asyncio.sleep(0, result="ran")) == "ran"
    with pytest.raises(RuntimeError):
        asyncio.get_running_loop()


def test_the_next_test_with_a_browser_has_it_again(chromium: asyncio.AbstractEventLoop) -> None:
    assert asyncio._get_running_loop() is chromium
