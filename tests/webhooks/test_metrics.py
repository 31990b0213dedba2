"""What the metrics tell of webhooks: what waits for a receiver, and for how long."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hourhand.api.http import House
from hourhand.settings import Settings
from tests.api.conftest import Api
from tests.scraping import TOKEN, Scrape, scrape
from tests.webhooks.site import Site

QUIET = {"deliveries_waiting": 0, "lanes_failing": 0, "subscriptions_failing": 0, "oldest_delivery_seconds": 0}


@pytest.fixture
def watched(site: Site) -> Iterator[Api]:
    """The site, with metrics."""
    api = Api(House(site.database, site.cast.vault, Settings(log="off", rate_limit="off", metrics_token=TOKEN)))
    yield api
    api.close()


def webhooks(found: Scrape) -> dict[str, float]:
    """The metrics of webhooks but the first."""
    return {name: found.sum(f"hourhand_webhook_{name}") for name in QUIET}


def tag(site: Site, name: str) -> None:
    site.api.data("POST", "/tags", site.cast.ann, {"tag": {"name": name, "wid": site.cast.acme.id}})


def test_an_event_that_no_courier_has_seen_gets_older(site: Site, watched: Api) -> None:
    site.subscribe()
    site.deliver()
    assert scrape(watched).sum("hourhand_webhook_oldest_event_seconds") == 0
    tag(site, "one")
    site.clock.advance(40)
    found = scrape(watched)
    assert found.sum("hourhand_webhook_oldest_event_seconds") == 40
    assert webhooks(found) == QUIET
    site.deliver()
    assert scrape(watched).sum("hourhand_webhook_oldest_event_seconds") == 0


def test_the_lag_grows_while_a_receiver_is_down_and_is_over_when_all_is_delivered(site: Site, watched: Api) -> None:
    site.subscribe()
    site.receiver.answer = lambda call: (503, {}, b"")
    tag(site, "one")
    site.deliver()
    down = {"deliveries_waiting": 1, "lanes_failing": 1, "subscriptions_failing": 1, "oldest_delivery_seconds": 0}
    assert webhooks(scrape(watched)) == down
    site.clock.advance(30)
    tag(site, "two")
    site.deliver()
    assert webhooks(scrape(watched)) == {
        **down,
        "deliveries_waiting": 2,
        "lanes_failing": 2,
        "oldest_delivery_seconds": 30,
    }
    site.clock.advance(3600)
    site.receiver.answer = lambda call: (200, {}, b"")
    assert webhooks(scrape(watched))["oldest_delivery_seconds"] == 3630
    site.deliver()
    assert webhooks(scrape(watched)) == QUIET
