from workbench.apps.service.throttle import ACCOUNT, ADDRESS, PAIR, Allowance, Limit, Throttle


def test_waits_double_up_to_a_limit() -> None:
    limit = Limit(3, 60)
    assert [limit.wait(number) for number in (0, 2, 3, 4, 5, 99)] == [0, 0, 1, 2, 4, 60]


def test_an_address_and_an_account_are_slowed_on_their_own() -> None:
    now = [0.0]
    throttle = Throttle(lambda: now[0])
    for number in range(ADDRESS.free):
        throttle.failed(f"name{number}", "192.0.2.1")
    assert throttle.wait("fresh", "192.0.2.1") > 0
    assert throttle.wait("fresh", "192.0.2.2") == 0
    for number in range(ACCOUNT.free + 20):
        throttle.failed("ada", f"198.51.100.{number}")
    assert 0 < throttle.wait("ada", "203.0.113.1") <= ACCOUNT.longest


def test_success_forgets_and_so_does_time() -> None:
    now = [0.0]
    throttle = Throttle(lambda: now[0])
    for _ in range(PAIR.free):
        throttle.failed("ada", "a")
    assert throttle.wait("ada", "a") == 1
    now[0] = 1
    assert throttle.wait("ada", "a") == 0
    throttle.succeeded("ada", "a")
    throttle.failed("ada", "a")
    assert throttle.wait("ada", "a") == 0


def test_an_allowance_is_renewed() -> None:
    now = [0.0]
    allowance = Allowance(2, 60, lambda: now[0])
    assert [allowance.allows("a") for _ in range(3)] == [True, True, False]
    assert allowance.allows("b")
    now[0] = 60
    assert allowance.allows("a")


def test_memory_is_bounded() -> None:
    allowance, throttle = Allowance(1, 60), Throttle()
    for number in range(11_000):
        allowance.allows(str(number))
        throttle.failed(str(number), str(number))
    assert len(allowance._used) <= 10_000
    assert len(throttle._seen) <= 10_000
