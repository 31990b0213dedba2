"""How often somebody may ask: the burst and the rate are those that were promised, and memory is bounded."""

from __future__ import annotations

import tracemalloc

import pytest

from hourhand.api.addresses import subscriber
from hourhand.api.limits import LeakyBucket
from hourhand.core.errors import TooMany
from tests.clock import Clock

# What the clock says on a machine that has been up for some days.
START = 1_000_000.123


def allowed(bucket: LeakyBucket, key: object) -> bool:
    try:
        bucket.take(key)
    except TooMany:
        return False
    return True


@pytest.mark.parametrize(("rate", "burst"), [(10, 60), (1, 3), (20, 100), (1, 1)])
def test_the_burst_is_exact_and_comes_back_at_the_rate(rate: int, burst: int) -> None:
    clock = Clock(START)
    bucket = LeakyBucket(rate, burst, clock)
    assert [allowed(bucket, "ann") for _ in range(burst + 5)] == [True] * burst + [False] * 5
    for _ in range(3 * burst):
        clock.advance(1 / rate)
        assert [allowed(bucket, "ann") for _ in range(2)] == [True, False]
    clock.advance(burst / rate)
    assert [allowed(bucket, "ann") for _ in range(burst + 1)] == [True] * burst + [False]


@pytest.mark.parametrize(("rate", "burst"), [(10, 60), (1, 3)])
def test_who_asks_too_often_gets_the_rate_that_was_promised(rate: int, burst: int) -> None:
    clock = Clock(START)
    bucket = LeakyBucket(rate, burst, clock)
    while allowed(bucket, "ann"):
        pass
    through = 0
    for _ in range(100 * 7 * rate):
        clock.advance(1 / (7 * rate) - 1e-9)
        through += allowed(bucket, "ann")
    assert through == pytest.approx(100 * rate, rel=0.05)


@pytest.mark.parametrize(("rate", "burst"), [(10, 60), (1, 3), (1, 100)])
def test_who_waits_as_long_as_was_said_is_let_through(rate: int, burst: int) -> None:
    clock = Clock(START)
    bucket = LeakyBucket(rate, burst, clock)
    for _ in range(20):
        while allowed(bucket, "ann"):
            clock.advance(0.013)
        with pytest.raises(TooMany) as refused:
            bucket.take("ann")
        assert refused.value.retry_after == 1
        clock.advance(refused.value.retry_after)
        assert allowed(bucket, "ann")


def test_one_caller_is_nothing_to_another() -> None:
    bucket = LeakyBucket(1, 3, Clock(START))
    assert [allowed(bucket, "ann") for _ in range(4)] == [True, True, True, False]
    assert [allowed(bucket, "bob") for _ in range(4)] == [True, True, True, False]


def test_many_callers_take_no_more_memory_than_the_most_that_are_remembered() -> None:
    bucket = LeakyBucket(1, 3, Clock(START), most_keys=2000)
    tracemalloc.start()
    try:
        _ask_as(bucket, range(4000))
        settled, _ = tracemalloc.get_traced_memory()
        _ask_as(bucket, range(4000, 60_000))
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after < settled * 1.3
    # The latest is remembered still, the first is forgotten.
    assert [allowed(bucket, "caller 59999") for _ in range(3)] == [True, True, False]
    assert [allowed(bucket, "caller 0") for _ in range(3)] == [True, True, True]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("not:an:address", "another", False),
        ("", "", True),
        ("x" * 100, "x" * 200, True),
    ],
)
def test_a_subscriber_is_an_address_or_the_whole_network_they_have(one: str, other: str, same: bool) -> None:
    assert (subscriber(one) == subscriber(other)) is same


def _ask_as(bucket: LeakyBucket, numbers: range) -> None:
    for number in numbers:
        bucket.take(f"caller {number}")
