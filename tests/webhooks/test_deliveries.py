"""What happens is told to those who subscribed: all of it, in order of each thing, until it is taken."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import Any

import pytest

from hourhand.core import deliveries, history, jobs, mails, outcomes, subscriptions, tags
from tests.webhooks.receiver import Call, Reply, agree
from tests.webhooks.site import Site

MINUTE, HOUR, DAY = 60, 3600, 86400


def test_what_happens_is_told_once_and_in_order(site: Site) -> None:
    made = site.subscribe()
    tag = tagged(site, "one")
    site.api.data("PUT", f"/tags/{tag}", site.cast.ann, {"tag": {"name": "two"}})
    assert site.api("DELETE", f"/tags/{tag}", site.cast.ann).status_code == 200
    site.deliver()
    events = site.receiver.events
    assert [it["metadata"]["action"] for it in events] == ["created", "updated", "deleted"]
    assert [it["payload"]["name"] for it in events] == ["one", "two", "two"]
    assert [it["subscription_id"] for it in events] == [made["subscription_id"]] * 3
    ids = [it["event_id"] for it in events]
    assert ids == sorted(set(ids))
    site.deliver()
    assert len(site.receiver.events) == 3


def test_an_event_says_what_was_done_by_whom_and_how(site: Site) -> None:
    made = site.subscribe()
    tag = tagged(site, "one")
    site.deliver()
    [event] = site.receiver.events
    assert list(event) == [
        "event_id",
        "created_at",
        "creator_id",
        "metadata",
        "payload",
        "subscription_id",
        "timestamp",
        "url_callback",
    ]
    assert event["metadata"] == {
        "action": "created",
        "event_user_id": str(site.cast.ann.id),
        "model": "tag",
        "path": "/api/v8/tags",
        "request_type": "POST",
        "tag_id": str(tag),
        "workspace_id": str(site.cast.acme.id),
    }
    assert list(event["metadata"]) == sorted(event["metadata"])
    assert event["payload"] == {
        "at": "2023-11-14T22:13:20+00:00",
        "deleted_at": None,
        "id": tag,
        "name": "one",
        "workspace_id": site.cast.acme.id,
    }
    assert (event["created_at"], event["timestamp"]) == ("2023-11-14T22:13:20.000Z", "2023-11-14T22:13:20.000000000Z")
    assert (event["creator_id"], event["url_callback"]) == (site.cast.ann.id, made["url_callback"])


def test_what_is_not_taken_is_told_again_after_longer_and_longer_pauses(site: Site) -> None:
    site.subscribe()
    site.receiver.answer = refuse
    tagged(site, "one")
    site.deliver()
    began = site.clock.now
    tries = [0.0]
    while len(tries) < 9:
        site.clock.now += 5
        before = len(site.receiver.events)
        site.deliver()
        if len(site.receiver.events) > before:
            tries.append(site.clock.now - began)
        elif len(tries) > 4:
            site.clock.now += 600
    pauses = [later - sooner for sooner, later in pairwise(tries)]
    wanted = [10, MINUTE, 5 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 6 * HOUR]
    assert all(least <= pause <= least * 1.1 + 700 for pause, least in zip(pauses, wanted, strict=True)), pauses
    assert len({it["event_id"] for it in site.receiver.events}) == 1


def test_a_thing_waits_for_its_first_event_and_others_do_not_wait(site: Site) -> None:
    site.subscribe()
    first = tagged(site, "stuck")
    stuck = {"tag_id": str(first)}.items()
    site.receiver.answer = lambda call: refuse(call) if stuck <= call.said["metadata"].items() else (200, {}, b"")
    site.api.data("PUT", f"/tags/{first}", site.cast.ann, {"tag": {"name": "still stuck"}})
    tagged(site, "free")
    site.deliver()
    assert [it["payload"]["name"] for it in site.receiver.events] in (["stuck", "free"], ["free", "stuck"])
    site.receiver.answer = lambda call: (200, {}, b"")
    site.clock.now += MINUTE
    site.deliver()
    assert [it["payload"]["name"] for it in site.receiver.events[2:]] == ["stuck", "still stuck"]


def test_what_happens_to_a_thing_while_it_is_told_waits_for_its_turn(site: Site) -> None:
    site.subscribe()
    tag = tagged(site, "one")

    def change(call: Call) -> Reply:
        if call.said["metadata"]["action"] == "created":
            renamed = tags.Changes(name="two")
            site.database.write_now(lambda tx: tags.update(tx, site.cast.ann.at(tx), tag, renamed))
            # Long enough for the couriers to see it, and to send somebody else if they would.
            time.sleep(0.3)
        return 200, {}, b""

    site.receiver.answer = change
    site.deliver()
    assert [it["payload"]["name"] for it in site.receiver.events] == ["one", "two"]


def test_a_receiver_may_ask_for_more_time(site: Site) -> None:
    site.subscribe()
    site.receiver.answer = lambda call: (503, {"Retry-After": "1000"}, b"")
    tagged(site, "one")
    site.deliver()
    site.receiver.answer = lambda call: (200, {}, b"")
    site.clock.now += 999
    site.deliver()
    assert len(site.receiver.events) == 1
    site.clock.now += 2
    site.deliver()
    assert len(site.receiver.events) == 2


@pytest.mark.parametrize("gone", [True, False])
def test_a_receiver_that_is_gone_or_fails_for_three_days_is_told_nothing_more(site: Site, gone: bool) -> None:
    made = site.subscribe()
    site.receiver.answer = lambda call: (410 if gone else 500, {}, b"")
    tagged(site, "one")
    site.deliver()
    passed = 0
    while not gone and passed < 3 * DAY:
        assert shown(site, made)["enabled"]
        site.clock.now += HOUR
        passed += HOUR
        site.deliver()
    assert not shown(site, made)["enabled"]
    assert len(site.database.write_now(lambda tx: jobs.of_kind(tx, mails.KIND))) == 1
    # Whoever switches it on again is told what was not taken.
    site.receiver.answer = lambda call: (200, {}, b"")
    site.receiver.calls.clear()
    path = f"/subscriptions/{site.cast.acme.id}/{made['subscription_id']}"
    assert site.call("PATCH", path, site.cast.ann, {"enabled": True})[1]["enabled"]
    site.clock.now += 7 * HOUR
    site.deliver()
    assert [it["payload"]["name"] for it in site.receiver.events] == ["one"]


def test_what_was_undone_is_told_to_nobody(site: Site) -> None:
    site.subscribe()
    assert site.api("POST", "/tags", site.cast.ann, {"tag": {"name": "one", "wid": 5}}).status_code != 200
    site.deliver()
    assert site.receiver.events == []


def test_the_events_of_a_subscription_can_be_looked_at(site: Site) -> None:
    made = site.subscribe()
    tagged(site, "taken")
    site.deliver()
    site.receiver.answer = refuse
    tagged(site, "refused")
    site.deliver()
    path = f"/subscriptions/{site.cast.acme.id}/{made['subscription_id']}/events"
    status, found = site.call("GET", path, site.cast.ann)
    assert (status, found["total"]) == (200, 2)
    refused, taken = found["events"]
    assert (taken["payload"]["name"], taken["failed_delivery_attempts"], taken["last_delivery_error"]) == (
        "taken",
        0,
        None,
    )
    assert (refused["failed_delivery_attempts"], refused["last_delivery_error"]) == (1, "it answered with 5xx")
    assert refused["last_delivery_attempt"] == "2023-11-14T22:13:20.000000Z"
    assert shown(site, made)["has_pending_events"]
    assert site.call("GET", path, site.cast.bob)[0] == 404


def test_what_was_given_up_or_taken_can_be_told_again(site: Site) -> None:
    made = site.subscribe()
    tagged(site, "one")
    site.deliver()
    subscription = site.database.write_now(lambda tx: subscriptions.find(tx, made["subscription_id"]))
    [event] = site.receiver.events
    assert site.database.write_now(lambda tx: deliveries.replay(tx, subscription)) == 0
    assert site.database.write_now(lambda tx: deliveries.replay(tx, subscription, event["event_id"])) == 1
    site.deliver()
    assert [it["event_id"] for it in site.receiver.events] == [event["event_id"]] * 2


def refuse(call: Call) -> Reply:
    return 500, {}, b""


def tagged(site: Site, name: str) -> int:
    made: dict[str, Any] = site.api.data(
        "POST", "/tags", site.cast.ann, {"tag": {"name": name, "wid": site.cast.acme.id}}
    )
    tag_id: int = made["id"]
    return tag_id


def shown(site: Site, made: dict[str, Any]) -> dict[str, Any]:
    _, found = site.call("GET", f"/subscriptions/{site.cast.acme.id}", site.cast.ann)
    [one] = [it for it in found if it["subscription_id"] == made["subscription_id"]]
    return dict(one)


def test_what_is_older_than_a_week_is_forgotten(site: Site) -> None:
    made = site.subscribe()
    site.receiver.answer = refuse
    tagged(site, "one")
    site.deliver()
    [bucket] = site.database.write_now(deliveries.followed)
    site.clock.now += 7 * DAY
    assert site.database.write_now(outcomes.with_old) == []
    site.clock.now += 1
    assert site.database.write_now(outcomes.with_old) == [bucket]
    assert site.database.write_now(lambda tx: outcomes.forget_old(tx, bucket=bucket)) == 1
    assert not shown(site, made)["has_pending_events"]
    # Its lane ends too, and nothing is told.
    site.deliver()
    assert len(site.receiver.events) == 1
    assert site.database.write_now(lambda tx: tx.rows("select * from lanes")) == []


def test_what_is_still_to_be_delivered_stays_in_the_log(site: Site) -> None:
    tagged(site, "before")
    site.subscribe()
    tagged(site, "taken")
    site.deliver()
    site.receiver.answer = refuse
    tagged(site, "refused")
    site.deliver()
    tagged(site, "not looked at")
    site.clock.now += 5 * DAY
    tagged(site, "last")
    forget(site)
    site.receiver.answer = agree
    site.deliver()
    names = [it["payload"]["name"] for it in site.receiver.events]
    assert (names[:2], sorted(names[2:])) == (["taken", "refused"], ["last", "not looked at", "refused"])
    forget(site)
    [bucket] = site.database.write_now(deliveries.followed)
    left = site.database.write_now(lambda tx: tx.rows("select 1 from events where bucket = :bucket", bucket=bucket))
    assert len(left) == 1


def test_with_another_key_nothing_is_sent_that_nobody_could_verify(site: Site) -> None:
    made = site.subscribe()
    number = made["subscription_id"]
    seal = "update subscriptions set secret = :secret where bucket = :bucket and id = :id"
    site.database.write_now(lambda tx: tx.run(seal, secret=b"sealed with another key", bucket=number & 4095, id=number))
    tagged(site, "one")
    site.deliver()
    assert site.receiver.events == []
    path = f"/subscriptions/{site.cast.acme.id}/{number}"
    status, found = site.call("GET", f"{path}/events", site.cast.ann)
    error = "its secret was sealed with another key: give it a new one"
    assert (status, found["events"][0]["last_delivery_error"]) == (200, error)
    wanted = {name: made[name] for name in ("url_callback", "event_filters", "description")}
    status, said = site.call("PUT", path, site.cast.ann, {**wanted, "enabled": True})
    assert (status, said) == (400, f"URL endpoint {made['url_callback']} request failed with error: {error}")
    assert site.call("PUT", path, site.cast.ann, {**wanted, "enabled": True, "secret": "new"})[0] == 200
    site.clock.now += MINUTE
    site.deliver()
    assert [it["payload"]["name"] for it in site.receiver.events] == ["one"]


def forget(site: Site) -> None:
    """Let go of all history that is older than a day, as far as that may go."""
    while site.database.write_now(lambda tx: history.forget(tx, tx.now - DAY, 2)):
        continue


def test_who_is_deleted_while_being_told_is_told_nothing_more(site: Site) -> None:
    made = site.subscribe()
    path = f"/subscriptions/{site.cast.acme.id}/{made['subscription_id']}"

    def delete(call: Call) -> Reply:
        site.database.write_now(
            lambda tx: subscriptions.delete(tx, site.cast.ann.at(tx), site.cast.acme.id, made["subscription_id"])
        )
        return 200, {}, b""

    tagged(site, "one")
    tagged(site, "two")
    site.receiver.answer = delete
    site.deliver()
    assert len(site.receiver.events) <= 2
    assert site.call("DELETE", path, site.cast.ann)[0] == 404
    assert site.records == []


def test_an_entry_has_the_ids_of_the_tags_that_are_there(site: Site) -> None:
    ann, older, newer = site.cast.ann, tagged(site, "older"), tagged(site, "newer")
    assert site.api("DELETE", f"/tags/{newer}", ann).status_code == 200
    site.api.data("PUT", f"/tags/{older}", ann, {"tag": {"name": "newer"}})
    site.subscribe()
    entry = {"wid": site.cast.acme.id, "start": "2023-11-14T10:00:00Z", "duration": 60, "tags": ["newer"]}
    site.api.data("POST", "/time_entries", ann, {"time_entry": {**entry, "created_with": "tests"}})
    site.deliver()
    [event] = site.receiver.events
    assert (event["payload"]["tags"], event["payload"]["tag_ids"]) == (["newer"], [older])
