"""Who may subscribe to what, at which address, and how an address is proven to be theirs."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from hourhand.core.event_filters import MOST_FILTERS
from tests.webhooks.receiver import Call, Reply
from tests.webhooks.site import EVERYTHING, Site

MEMBERS = [
    *("subscription_id", "workspace_id", "user_id", "enabled", "description", "event_filters", "url_callback"),
    *("secret", "validated_at", "has_pending_events", "created_at", "updated_at", "deleted_at"),
]


def test_a_subscription_that_answers_with_its_code_is_validated_at_once(site: Site) -> None:
    made = site.subscribe(description=" First ", event_filters=[{"entity": "tag", "action": "*"}])
    assert list(made) == MEMBERS
    assert made["description"] == "First"
    assert made["event_filters"] == [{"entity": "tag", "action": "*"}]
    assert (made["workspace_id"], made["user_id"]) == (site.cast.acme.id, site.cast.ann.id)
    assert made["validated_at"] == made["created_at"] == "2023-11-14T22:13:20.000000Z"
    assert (made["enabled"], made["has_pending_events"], made["deleted_at"]) == (True, False, None)
    assert len(made["secret"]) >= 16
    [call] = site.receiver.calls
    assert list(call.said) == [
        *("event_id", "created_at", "creator_id", "metadata", "payload", "subscription_id", "timestamp"),
        *("url_callback", "validation_code", "validation_code_url"),
    ]
    assert call.said["event_id"] == 0
    assert call.said["metadata"] == {"request_type": "POST", "event_user_id": site.cast.ann.id}
    path = f"/webhooks/api/v1/validate/{site.cast.acme.id}/{made['subscription_id']}/{call.said['validation_code']}"
    assert call.said["validation_code_url"] == f"https://hours.example{path}"


def test_whoever_has_the_code_may_validate_without_credentials(site: Site) -> None:
    site.receiver.answer = silent
    made, other = site.subscribe(), site.subscribe(description="other")
    assert made["validated_at"] is None
    code = site.receiver.calls[0].said["validation_code"]
    workspace, known = site.cast.acme.id, made["subscription_id"]
    for wrong in (
        f"/validate/{workspace}/{other['subscription_id']}/{code}",
        f"/validate/{site.cast.eve.home}/{known}/{code}",
        f"/validate/{workspace}/{known}/{code[:-1]}",
        f"/validate/{workspace}/abc/{code}",
    ):
        status, words = site.call("GET", wrong)
        assert status == 400
        assert words.startswith("subscription ")
        assert words.endswith("was not found")
    tagged(site, "before")
    assert site.call("GET", f"/validate/{workspace}/{known}/{code}") == (200, "OK")
    assert site.call("GET", f"/validate/{workspace}/{known}/{code}") == (
        400,
        f"subscription {known} has already been validated",
    )
    tagged(site, "after")
    site.deliver()
    assert [it["payload"]["name"] for it in site.receiver.events] == ["after"]


def test_another_address_has_to_be_validated_anew(site: Site) -> None:
    made = site.subscribe()
    site.receiver.answer = silent
    path = f"/subscriptions/{site.cast.acme.id}/{made['subscription_id']}"
    body = {"url_callback": made["url_callback"], "event_filters": EVERYTHING, "description": "renamed"}
    status, same = site.call("PUT", path, site.cast.ann, body)
    assert (status, same["validated_at"], same["secret"]) == (200, made["validated_at"], made["secret"])
    body = {**body, "url_callback": made["url_callback"] + "/2", "secret": "s"}
    status, moved = site.call("PUT", path, site.cast.ann, body)
    assert (status, moved["validated_at"], moved["secret"]) == (200, None, "s")
    tagged(site, "one")
    site.deliver()
    assert site.receiver.events == []


def test_an_address_that_does_not_answer_makes_no_subscription(site: Site) -> None:
    site.receiver.answer = lambda call: (500, {}, b"secret of the receiver")
    status, words = site.call("POST", f"/subscriptions/{site.cast.acme.id}", site.cast.ann, body(site))
    assert (status, words) == (400, f"URL endpoint {site.receiver.url} responded with status 5xx instead of 2xx")
    url = "http://127.0.0.1:1/"
    status, words = site.call(
        "POST", f"/subscriptions/{site.cast.acme.id}", site.cast.ann, body(site, url_callback=url)
    )
    assert (status, words) == (400, f"URL endpoint {url} request failed with error: there is no connection")
    assert site.call("GET", f"/subscriptions/{site.cast.acme.id}", site.cast.ann) == (200, [])
    # One that is not enabled is not tried.
    assert site.call("POST", f"/subscriptions/{site.cast.acme.id}", site.cast.ann, body(site, enabled=False))[0] == 200


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"description": ""}, "Subscription description must not be empty"),
        ({"description": " "}, "Subscription description must not be empty"),
        ({"description": None}, "Subscription description must not be empty"),
        ({"event_filters": []}, "The list of event filters must not be empty"),
        ({"event_filters": None}, "The list of event filters must not be empty"),
        (
            {"event_filters": EVERYTHING * (MOST_FILTERS + 1)},
            f"The limit of {MOST_FILTERS} event filters for your subscription has been exceeded as you're trying to set"
            f" {MOST_FILTERS + 1} filters",
        ),
        (
            {"event_filters": EVERYTHING * 2},
            "The following event filter appears more than once for your subscription: *.*",
        ),
        (
            {"event_filters": [{"action": "*"}]},
            "The entity field for each subscription event filter must be non-empty",
        ),
        (
            {"event_filters": [{"entity": "t-g", "action": "*"}]},
            "The value 't-g' for the filter entity can only contain letters, numbers and '_' or be '*' to match all"
            " entities",
        ),
        ({"event_filters": [{"entity": "member", "action": "*"}]}, "Invalid value 'member' for event filter entity"),
        (
            {"event_filters": [{"entity": "tag", "action": ""}]},
            "The action field for each subscription event filter must be non-empty",
        ),
        (
            {"event_filters": [{"entity": "tag", "action": "**"}]},
            "The value '**' for the filter action can only contain letters, numbers and '_' or be '*' to match all"
            " actions",
        ),
        ({"event_filters": [{"entity": "tag", "action": "made"}]}, "Invalid value 'made' for event filter action"),
        ({"url_callback": ""}, "Subscription url_callback must not be empty"),
        (
            {"url_callback": "ftp://x.example/"},
            "URL endpoint ftp://x.example/ request failed with error: the address begins neither with http:// nor with"
            " https://",
        ),
        (
            {"url_callback": "http://10.0.0.1/"},
            "URL endpoint http://10.0.0.1/ request failed with error: the address is not allowed",
        ),
        # Even where nothing is sent there yet.
        (
            {"url_callback": "http://10.0.0.1/", "enabled": False},
            "URL endpoint http://10.0.0.1/ request failed with error: the address is not allowed",
        ),
        ({"secret": "s" * 257}, "Subscription secret must not be longer than 256 characters"),
        ({"description": "d" * 256}, "Subscription description must not be longer than 255 characters"),
        ({"event_filters": "*"}, "JSON is not valid"),
        ({"enabled": "perhaps"}, "JSON is not valid"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(site: Site, change: dict[str, Any], words: str) -> None:
    answer = site.call("POST", f"/subscriptions/{site.cast.acme.id}", site.cast.ann, body(site, **change))
    assert answer == (400, words)
    assert site.call("GET", f"/subscriptions/{site.cast.acme.id}", site.cast.ann) == (200, [])
    assert site.receiver.calls == []


def test_a_description_is_there_once_in_a_workspace(site: Site) -> None:
    made = site.subscribe(description="one")
    workspace = site.cast.acme.id
    taken = f"Subscription description 'one' is already in use for workspace {workspace}"
    assert site.call("POST", f"/subscriptions/{workspace}", site.cast.bob, body(site, description="one")) == (
        400,
        taken,
    )
    two = site.subscribe(description="two")
    path = f"/subscriptions/{workspace}/{two['subscription_id']}"
    assert site.call("PUT", path, site.cast.ann, body(site, description="one")) == (400, taken)
    path = f"/subscriptions/{workspace}/{made['subscription_id']}"
    assert site.call("DELETE", path, site.cast.ann)[0] == 200
    assert site.call("POST", f"/subscriptions/{workspace}", site.cast.bob, body(site, description="one"))[0] == 200


def test_subscriptions_are_ones_own_and_an_admins(site: Site) -> None:
    anns, bobs = site.subscribe(site.cast.ann), site.subscribe(site.cast.bob, description="Bob's")
    workspace = site.cast.acme.id
    listed = {who: site.call("GET", f"/subscriptions/{workspace}", who) for who in (site.cast.ann, site.cast.bob)}
    assert [it["subscription_id"] for it in listed[site.cast.bob][1]] == [bobs["subscription_id"]]
    assert len(listed[site.cast.ann][1]) == 2
    foreign = f"/subscriptions/{workspace}/{anns['subscription_id']}"
    absent = f"/subscriptions/{workspace}/{99 << 12 | anns['subscription_id'] & 4095}"
    for path in (foreign, absent, f"/subscriptions/{workspace}/1", f"/subscriptions/{workspace}/x"):
        known = path.rpartition("/")[2]
        refused = (404, f"subscription {known} for workspace {workspace} was not found")
        for method, sent in (("PUT", body(site)), ("PATCH", {"enabled": False}), ("DELETE", None)):
            assert site.call(method, path, site.cast.bob, sent) == refused
        assert site.call("GET", f"{path}/events", site.cast.bob) == refused
        assert site.call("POST", path.replace("subscriptions", "ping"), site.cast.bob) == refused
    # An admin changes what others have made, and it stays theirs.
    path = f"/subscriptions/{workspace}/{bobs['subscription_id']}"
    status, changed = site.call("PUT", path, site.cast.ann, body(site, description="Ann was here"))
    assert (status, changed["user_id"]) == (200, site.cast.bob.id)
    for stranger in (site.cast.eve, site.cast.dan):
        for path in (f"/subscriptions/{workspace}", f"/limits/{workspace}"):
            assert site.call("GET", path, stranger) == (403, "User not found/accessible for workspace")
            assert site.call("GET", path.replace(str(workspace), "5"), stranger)[0] == 403


def test_there_is_a_limit_to_those_that_are_enabled(site: Site) -> None:
    workspace, ann = site.cast.acme.id, site.cast.ann
    made = [site.subscribe(description=f"number {number}") for number in range(5)]
    full = (400, f"User {ann.id} already reached the limit of 5 enabled subscriptions for workspace {workspace}")
    assert site.call("POST", f"/subscriptions/{workspace}", ann, body(site)) == full
    status, spare = site.call("POST", f"/subscriptions/{workspace}", ann, body(site, enabled=False))
    assert status == 200
    path = f"/subscriptions/{workspace}/{spare['subscription_id']}"
    assert site.call("PATCH", path, ann, {"enabled": True}) == full
    assert site.call("GET", f"/limits/{workspace}", ann) == (
        200,
        {"max_webhooks": 5, "max_events_per_webhook": MOST_FILTERS, "webhooks": 5},
    )
    other = f"/subscriptions/{workspace}/{made[0]['subscription_id']}"
    assert site.call("PATCH", other, ann, {"enabled": False})[1]["enabled"] is False
    assert site.call("PATCH", path, ann, {"enabled": True})[1]["enabled"] is True
    assert site.call("GET", f"/limits/{workspace}", site.cast.bob)[1]["webhooks"] == 0


def test_what_was_switched_off_is_told_nothing_of_what_happens_meanwhile(site: Site) -> None:
    made = site.subscribe()
    path = f"/subscriptions/{site.cast.acme.id}/{made['subscription_id']}"
    site.call("PATCH", path, site.cast.ann, {"enabled": False})
    tagged(site, "meanwhile")
    site.call("PATCH", path, site.cast.ann, {"enabled": True})
    tagged(site, "after")
    site.deliver()
    assert [it["payload"]["name"] for it in site.receiver.events] == ["after"]


def test_a_subscription_that_is_deleted_is_told_nothing_more(site: Site) -> None:
    made = site.subscribe()
    site.receiver.answer = lambda call: (500, {}, b"")
    tagged(site, "one")
    site.deliver()
    path = f"/subscriptions/{site.cast.acme.id}/{made['subscription_id']}"
    status, gone = site.call("DELETE", path, site.cast.ann)
    assert (status, gone["enabled"], gone["deleted_at"]) == (200, False, "2023-11-14T22:13:20.000000Z")
    assert site.call("DELETE", path, site.cast.ann)[0] == 404
    site.clock.now += 3600
    tagged(site, "two")
    site.deliver()
    assert len(site.receiver.events) == 1


def test_a_ping_can_be_asked_for_and_not_without_end(site: Site) -> None:
    made = site.subscribe()
    path = f"/ping/{site.cast.acme.id}/{made['subscription_id']}"
    assert site.call("POST", path, site.cast.ann) == (200, {"status": "OK"})
    # It is validated already.
    assert "validation_code" not in site.receiver.calls[-1].said
    answers = [site.api("POST", f"http://127.0.0.1:8300/webhooks/api/v1{path}", site.cast.ann) for _ in range(40)]
    refused = [it for it in answers if it.status_code == 429]
    assert len(refused) >= 20
    assert int(refused[0].headers["Retry-After"]) >= 1


def test_what_a_receiver_answers_is_told_to_nobody(site: Site) -> None:
    site.receiver.answer = lambda call: (200, {}, b'{"validation_code": "guess", "secret": "hidden"}')
    made = site.subscribe()
    assert made["validated_at"] is None
    for odd in (b"", b"[]", b"\xff", b'"x"', b'{"validation_code": 5}', b"[" * 70_000):
        site.receiver.answer = lambda call, odd=odd: (200, {}, odd)  # type: ignore[misc]
        path = f"/ping/{site.cast.acme.id}/{made['subscription_id']}"
        assert site.call("POST", path, site.cast.ann) == (200, {"status": "OK"})
    _, [listed] = site.call("GET", f"/subscriptions/{site.cast.acme.id}", site.cast.ann)
    assert listed["validated_at"] is None


def test_what_there_is_to_subscribe_to_is_for_anybody(site: Site) -> None:
    assert site.call("GET", "/status") == (200, {"status": "OK"})
    status, found = site.call("GET", "/event_filters")
    assert status == 200
    assert list(found) == [
        *("client", "project", "project_group", "project_user", "tag", "task", "time_entry", "workspace"),
        "workspace_user",
    ]
    assert {tuple(actions) for actions in found.values()} == {("created", "updated", "deleted")}


def test_nobody_is_let_in_without_credentials_or_with_a_password(site: Site) -> None:
    workspace = site.cast.acme.id
    for path in (f"/subscriptions/{workspace}", f"/limits/{workspace}"):
        assert site.call("GET", path) == (401, "Incorrect username and/or password")
    assert site.call("GET", "/nothing") == (404, "Not found")
    assert site.call("DELETE", "/status") == (405, "Method not allowed")


def test_no_secret_is_stored_in_the_clear(site: Site) -> None:
    made = site.subscribe(secret="a secret of Ann's")
    code = site.receiver.calls[0].said["validation_code"]
    rows = site.database.write_now(lambda tx: tx.rows("select * from subscriptions"))
    assert "a secret of Ann's" not in repr(rows)
    assert code not in repr(rows)
    assert made["secret"] == "a secret of Ann's"


def body(site: Site, **more: Any) -> dict[str, Any]:
    return {
        "url_callback": site.receiver.url,
        "event_filters": EVERYTHING,
        "enabled": True,
        "description": "another",
        **more,
    }


def silent(call: Call) -> Reply:
    return 200, {}, msgspec.json.encode({"thanks": True})


def tagged(site: Site, name: str) -> None:
    site.api.data("POST", "/tags", site.cast.ann, {"tag": {"name": name, "wid": site.cast.acme.id}})
