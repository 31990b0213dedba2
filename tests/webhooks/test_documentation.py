"""The examples of the public documentation: what they send is taken, and what they show is answered in its order.

What is more than they show is named beside them. `...` is any value.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.webhooks.receiver import Call, Reply
from tests.webhooks.site import Site

_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"
MICROSECONDS = re.compile(_TIME + r"\.\d{6}Z")
MILLISECONDS = re.compile(_TIME + r"\.\d{3}Z")
NANOSECONDS = re.compile(_TIME + r"\.\d{9}Z")
OFFSET = re.compile(_TIME + r"\+00:00")
SECONDS = re.compile(_TIME + "Z")
DIGITS = re.compile("[1-9][0-9]*")

CREATED = {
    "subscription_id": ...,
    "workspace_id": ...,
    "user_id": ...,
    "enabled": True,
    "description": "My first Webhooks subscription",
    "event_filters": [{"entity": "project", "action": "created"}, {"entity": "tag", "action": "*"}],
    "url_callback": ...,
    "secret": ...,
    "validated_at": None,
    "has_pending_events": False,
    "created_at": MICROSECONDS,
}
# Of the specification, which has no order.
MORE = {"updated_at": MICROSECONDS, "deleted_at": None}
PING = {
    "event_id": 0,
    "created_at": NANOSECONDS,
    "creator_id": ...,
    "metadata": {"request_type": "POST", "event_user_id": ...},
    "payload": "ping",
    "subscription_id": ...,
    "timestamp": NANOSECONDS,
    "url_callback": ...,
}
METADATA = {
    "path": "/api/v8/projects",
    "model": "project",
    "action": "created",
    "project_id": DIGITS,
    "request_type": "POST",
    "workspace_id": DIGITS,
    "event_user_id": DIGITS,
}
TOLD = {
    "event_id": ...,
    "created_at": MILLISECONDS,
    "creator_id": ...,
    "metadata": ...,
    "payload": ...,
    "consumer_id": ...,
    "last_delivery_attempt": MICROSECONDS,
    "last_delivery_error": None,
    "failed_delivery_attempts": 0,
}
ENTITIES = [
    *("client", "project", "project_group", "project_user", "tag", "task", "time_entry"),
    *("workspace", "workspace_user"),
]
# As third parties have recorded one; the body of the request is not kept here.
ENTRY_METADATA = {
    "action": "updated",
    "event_user_id": DIGITS,
    "model": "time_entry",
    "model_owner_id": DIGITS,
    "path": re.compile(r"/api/v8/time_entries/\d+/stop"),
    "request_type": "PUT",
    "time_entry_id": DIGITS,
    "workspace_id": DIGITS,
}
ENTRY = {
    "at": OFFSET,
    "billable": False,
    "description": "Reading",
    "duration": 60,
    "duronly": False,
    "id": ...,
    "pid": ...,
    "project_id": ...,
    "server_deleted_at": None,
    "start": SECONDS,
    "stop": SECONDS,
    "tag_ids": [...],
    "tags": ["billed"],
    "task_id": None,
    "uid": ...,
    "user_id": ...,
    "wid": ...,
    "workspace_id": ...,
}


def test_a_subscription_is_made_changed_listed_and_ended_as_the_examples_show(site: Site) -> None:
    site.receiver.answer = silent
    workspace, ann = site.cast.acme.id, site.cast.ann
    sent = {
        "url_callback": site.receiver.url,
        "event_filters": [{"entity": "project", "action": "created"}, {"entity": "tag", "action": "*"}],
        "enabled": True,
        "description": "My first Webhooks subscription",
    }
    made = answered(site, "POST", f"/subscriptions/{workspace}", sent)
    check(CREATED, made, MORE)
    assert (made["workspace_id"], made["user_id"], made["url_callback"]) == (workspace, ann.id, site.receiver.url)
    check([CREATED], answered(site, "GET", f"/subscriptions/{workspace}"), MORE)
    path = f"/subscriptions/{workspace}/{made['subscription_id']}"
    everything = [{"entity": "*", "action": "*"}]
    changed = answered(site, "PUT", path, {**sent, "event_filters": everything, "secret": "new secret string"})
    check({**CREATED, "event_filters": everything, "secret": "new secret string"}, changed, MORE)
    switched = answered(site, "PATCH", path, {"enabled": False})
    check({**CREATED, "event_filters": everything, "enabled": False}, switched, MORE)
    ended = answered(site, "DELETE", path)
    check({**CREATED, "event_filters": everything, "enabled": False}, ended, {**MORE, "deleted_at": MICROSECONDS})
    assert answered(site, "GET", f"/subscriptions/{workspace}") == []


def test_a_ping_is_sent_and_validated_as_the_examples_show(site: Site) -> None:
    site.receiver.answer = silent
    made = site.subscribe()
    ids = f"{site.cast.acme.id}/{made['subscription_id']}"
    check({"status": "OK"}, answered(site, "POST", f"/ping/{ids}"))
    said = site.receiver.calls[-1].said
    check(PING, said, {"validation_code": ..., "validation_code_url": ...})
    assert said["validation_code_url"].endswith(f"/webhooks/api/v1/validate/{ids}/{said['validation_code']}")
    assert site.call("GET", f"/validate/{ids}/{said['validation_code']}") == (200, "OK")
    check({"status": "OK"}, answered(site, "POST", f"/ping/{ids}"))
    check(PING, site.receiver.calls[-1].said)


def test_the_events_of_a_subscription_are_shown_as_the_example_shows(site: Site) -> None:
    made = site.subscribe(event_filters=[{"entity": "project", "action": "created"}])
    for name in ("one", "two"):
        site.api.data("POST", "/projects", site.cast.ann, {"project": {"name": name, "wid": site.cast.acme.id}})
    site.deliver()
    found = answered(site, "GET", f"/subscriptions/{site.cast.acme.id}/{made['subscription_id']}/events")
    check({"total": 2, "events": [TOLD, TOLD]}, found)
    for event in found["events"]:
        # In the order of events that are delivered: the alphabet's, and not that of the example.
        check(dict(sorted(METADATA.items())), event["metadata"], {"project_is_private": "true"})
        assert list(event["metadata"]) == sorted(event["metadata"])
        assert event["consumer_id"] == made["subscription_id"]


def test_a_time_entry_is_told_as_it_was_recorded(site: Site) -> None:
    site.subscribe(event_filters=[{"entity": "time_entry", "action": "updated"}])
    entry = {"description": "Reading", "pid": site.cast.public.id, "tags": ["billed"], "billable": False}
    running = site.api.data(
        "POST", "/time_entries/start", site.cast.ann, {"time_entry": {**entry, "created_with": "tests"}}
    )
    site.clock.now += 60
    site.api.data("PUT", f"/time_entries/{running['id']}/stop", site.cast.ann)
    site.deliver()
    [event] = site.receiver.events
    check({**PING, "event_id": ..., "created_at": MILLISECONDS, "metadata": ENTRY_METADATA, "payload": ENTRY}, event)


@pytest.mark.parametrize(
    ("path", "example", "more"),
    [
        ("/status", {"status": "OK"}, {}),
        ("/limits/{}", {"max_webhooks": ..., "max_events_per_webhook": ...}, {"webhooks": 0}),
        (
            "/event_filters",
            {entity: ["created", "updated", "deleted"] for entity in ENTITIES},
            {},
        ),
    ],
)
def test_what_there_is_to_subscribe_to_is_said_as_specified(
    site: Site, path: str, example: dict[str, Any], more: dict[str, Any]
) -> None:
    check(example, answered(site, "GET", path.format(site.cast.acme.id)), more)


def answered(site: Site, method: str, path: str, sent: object = None) -> Any:
    """What Ann is answered, which must be a success."""
    status, content = site.call(method, path, site.cast.ann, sent)
    assert status == 200, content
    return content


def check(example: Any, content: Any, more: dict[str, Any] | None = None) -> None:
    """Compare what was said with an example: the same members in the same order, and behind them `more`."""
    if isinstance(example, dict):
        assert [name for name in content if name in example] == list(example)
        assert {*content} - {*example} == {*(more or {})}
        for name, value in {**example, **(more or {})}.items():
            check(value, content[name])
    elif isinstance(example, list):
        assert len(content) == len(example)
        for one, other in zip(example, content, strict=True):
            check(one, other, more)
    elif isinstance(example, re.Pattern):
        assert example.fullmatch(content), f"{content} is not like {example.pattern}"
    elif example is not ...:
        assert content == example


def silent(call: Call) -> Reply:
    """Take it, and prove nothing."""
    return 200, {}, b""
