"""The receiver's ledger: whatever breaks, all that was done is told, in order of each thing, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hourhand.core import deliveries
from tests.webhooks.history import History
from tests.webhooks.inbox import Inbox, receiving_much
from tests.webhooks.ledger import FILTERS, Ledger
from tests.webhooks.receiver import agree
from tests.webhooks.site import Site

HOUR = 3600
EVENTS = 5000
THINGS = 200


@pytest.fixture
def receiver() -> Iterator[Inbox]:
    """Somebody who can be told much."""
    with receiving_much() as inbox:
        yield inbox


def test_what_happens_while_a_receiver_is_down_is_all_told_when_it_is_back(site: Site, receiver: Inbox) -> None:
    site.subscribe(event_filters=FILTERS)
    receiver.answer = ledger = Ledger()
    history = History(site.database, site.cast, THINGS)
    receiver.go_away()
    passed_with(history, site, HOUR)
    # For another hour there is something that answers, but it takes nothing.
    ledger.answer = lambda call: (503, {}, b"")
    receiver.come_back()
    passed_with(history, site, HOUR)
    assert history.length >= EVENTS
    assert ledger.length == 0
    assert len({it.event_id for it in ledger.told}) < len(ledger.told)
    ledger.answer = agree
    for seconds in deliveries.RETRY_SECONDS[:6]:
        site.clock.advance(1.1 * seconds + 1)
        site.deliver(60)
    ledger.assert_tells(history)
    assert ledger.repeats == 0


def passed_with(history: History, site: Site, seconds: int, steps: int = 6) -> None:
    """Let time pass while things are done, half as many as there are to be, and somebody tries to tell them."""
    for _ in range(steps):
        history.go_on(EVENTS // 2 // steps + 1)
        site.deliver(60)
        site.clock.advance(seconds / steps)
