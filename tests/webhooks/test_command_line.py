"""`hourhand webhooks`: what an operator sees of subscriptions and their deliveries, and does about them."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.clock import Clock
from tests.webhooks.receiver import Call, Reply, agree
from tests.webhooks.site import Site


class Now(Clock):
    """The world's time, for the command line has no other."""

    def __call__(self) -> float:
        return time.time()


@pytest.fixture
def clock() -> Clock:
    """The time that the site sees."""
    return Now(0)


@pytest.fixture
def cli(site: Site, tmp_path: Path) -> Cli:
    """The command line on the database of the site."""
    return Cli(tmp_path, site.database.url)


def test_who_is_told_is_listed_with_how_it_goes(site: Site, cli: Cli) -> None:
    assert cli.done("webhooks") == ""
    on, off = site.subscribe(description="one\tline"), site.subscribe(enabled=False, description="off")
    site.receiver.answer = silent
    unproven = site.subscribe(description="unproven")
    site.receiver.answer = agree
    failing = site.subscribe(description="failing", url_callback=f"{site.receiver.url}/gone")
    site.receiver.answer = lambda call: refuse(call) if call.path.endswith("/gone") else agree(call)
    tagged(site, "news")
    site.deliver()
    states = {on["subscription_id"]: "on", off["subscription_id"]: "off"}
    states |= {unproven["subscription_id"]: "unproven", failing["subscription_id"]: "failing"}
    lines = [line.split("\t") for line in cli.done("webhooks", "list").splitlines()]
    assert {int(line[0]): line[1] for line in lines} == states
    told = json.loads(cli.done("webhooks", "list", "--json"))
    assert [it["id"] for it in told] == [int(line[0]) for line in lines]
    first = next(it for it in told if it["id"] == on["subscription_id"])
    assert first == {
        "id": on["subscription_id"],
        "state": "on",
        "workspace_id": site.cast.acme.id,
        "user_id": site.cast.ann.id,
        "pending": False,
        "url": site.receiver.url,
        "description": "one\tline",
    }
    assert next(line for line in lines if line[1] == "on")[6] == "one\N{REPLACEMENT CHARACTER}line"


def test_what_came_of_each_event_is_listed_the_latest_first(site: Site, cli: Cli) -> None:
    made = subscribed(site)
    taken = tagged(site, "taken")
    site.deliver()
    site.receiver.answer = refuse
    refused = tagged(site, "refused")
    site.deliver()
    told = json.loads(cli.done("webhooks", "deliveries", made, "--json"))
    assert [(it["noun"], it["id"], it["state"], it["attempts"], it["error"]) for it in told] == [
        ("tag", refused, "failing", 1, "it answered with 5xx"),
        ("tag", taken, "delivered", 1, ""),
    ]
    assert told[1]["event_id"] == site.receiver.events[0]["event_id"]
    lines = cli.done("webhooks", "deliveries", made).splitlines()
    assert [line.split("\t")[0] for line in lines] == [str(it["event_id"]) for it in told]


def test_what_failed_is_told_again_at_once(site: Site, cli: Cli) -> None:
    made = subscribed(site)
    assert cli.done("webhooks", "replay", made) == "0 events will be told again\n"
    site.receiver.answer = refuse
    tagged(site, "one")
    tagged(site, "two")
    site.deliver()
    site.receiver.answer = agree
    site.deliver()
    assert len(site.receiver.events) == 2
    assert cli.done("webhooks", "replay", made) == "2 events will be told again\n"
    site.deliver()
    assert [it["payload"]["name"] for it in site.receiver.events[2:]] == ["one", "two"]


def test_one_event_is_told_again_even_if_it_was_delivered(site: Site, cli: Cli) -> None:
    made = subscribed(site)
    tagged(site, "one")
    tagged(site, "two")
    site.deliver()
    first = site.receiver.events[0]
    told = cli.done("webhooks", "replay", made, "--event", str(first["event_id"]))
    assert told == "1 event will be told again\n"
    site.deliver()
    assert site.receiver.events[2:] == [site.receiver.events[2]]
    assert site.receiver.events[2]["event_id"] == first["event_id"]
    # The same place in another workspace's log is another event.
    elsewhere = str(first["event_id"] ^ 1)
    assert cli.refused("webhooks", "replay", made, "--event", elsewhere) == (
        f"subscription {made} was not told of event {elsewhere}"
    )


def test_nothing_more_is_told_once_the_operator_says_so(site: Site, cli: Cli) -> None:
    made = subscribed(site)
    site.receiver.answer = refuse
    tagged(site, "one")
    site.deliver()
    assert cli.done("webhooks", "disable", made) == f"subscription {made} is off\n"
    said = cli.done("webhooks", "replay", made)
    assert said == "1 event will be told again once it is on: it is off\n"
    site.receiver.answer = agree
    tagged(site, "two")
    site.deliver()
    assert len(site.receiver.events) == 1
    status, again = site.call("PATCH", f"/subscriptions/{site.cast.acme.id}/{made}", site.cast.ann, {"enabled": True})
    assert (status, again["enabled"]) == (200, True)
    site.deliver()
    assert site.receiver.events[1]["payload"]["name"] == "one"


@pytest.mark.parametrize("verb", ["deliveries", "replay", "disable"])
def test_a_subscription_that_is_not_there_is_refused_in_one_line(cli: Cli, verb: str) -> None:
    assert cli.refused("webhooks", verb, "8197") == "there is no subscription 8197"
    assert "ID" in cli.refused("webhooks", verb, "all")


def subscribed(site: Site) -> str:
    """The id of a new subscription, as it is typed."""
    return str(site.subscribe()["subscription_id"])


def tagged(site: Site, name: str) -> int:
    """A new tag's id."""
    made: dict[str, Any] = site.api.data(
        "POST", "/tags", site.cast.ann, {"tag": {"name": name, "wid": site.cast.acme.id}}
    )
    found: int = made["id"]
    return found


def refuse(call: Call) -> Reply:
    return 500, {}, b""


def silent(call: Call) -> Reply:
    return 200, {}, b""
