"""Nobody is told what they may not know: judged when it is told, and not when it happened."""

from __future__ import annotations

from typing import Any

from hourhand.core import members, removals
from tests.cast import Person
from tests.webhooks.site import Site


def test_members_are_told_what_they_may_know(site: Site) -> None:
    """Bob is a member, Cleo is in the private project, Ann administers all of it."""
    told = subscribed(site, "ann", "bob", "cleo")
    for project in (site.cast.public, site.cast.private):
        path = f"/projects/{project.id}"
        site.api.data("PUT", path, site.cast.ann, {"project": {"name": f"{project.name}!"}})
        site.api.data("POST", "/tasks", site.cast.ann, {"task": {"name": f"Task of {project.name}", "pid": project.id}})
    site.deliver()
    assert names(told(site.cast.bob)) == {"Public!", "Task of Public"}
    everything = {"Public!", "Private!", "Task of Public", "Task of Private"}
    assert names(told(site.cast.cleo)) == names(told(site.cast.ann)) == everything
    private = [it for it in told(site.cast.ann) if "project_is_private" in it["metadata"]]
    flags = {(it["payload"]["name"], it["metadata"]["project_is_private"]) for it in private}
    assert {("Public!", "false"), ("Private!", "true"), ("Task of Private", "true")} <= flags


def test_time_is_told_to_its_owner_and_to_admins(site: Site) -> None:
    told = subscribed(site, "ann", "bob", "cleo")
    body = {"time_entry": {"description": "Bob's", "wid": site.cast.acme.id, "start": "2023-11-14T10:00:00Z"}}
    body["time_entry"] |= {"duration": 60, "created_with": "tests"}
    site.api.data("POST", "/time_entries", site.cast.bob, body)
    site.deliver()
    [event] = told(site.cast.bob)
    assert event["payload"]["description"] == "Bob's"
    assert event["metadata"]["model_owner_id"] == str(site.cast.bob.id)
    assert len(told(site.cast.ann)) == 1
    assert told(site.cast.cleo) == []


def test_rates_are_told_to_those_who_see_them(site: Site) -> None:
    workspace, ann = site.cast.acme.id, site.cast.ann
    site.api.data("PUT", f"/workspaces/{workspace}", ann, {"workspace": {"only_admins_see_billable_rates": True}})
    told = subscribed(site, "ann", "bob", "cleo")
    for project in (site.cast.public, site.cast.private):
        site.api.data("PUT", f"/projects/{project.id}", ann, {"project": {"rate": 50, "currency": "EUR"}})
    site.api.data("PUT", f"/workspaces/{workspace}", ann, {"workspace": {"default_hourly_rate": 70}})
    site.deliver()
    rates = {(it["payload"]["name"], it["payload"]["rate"]) for it in of(told(site.cast.cleo), "project")}
    # Cleo manages the private one.
    assert rates == {("Public", None), ("Private", 50)}
    assert {it["payload"]["rate"] for it in of(told(site.cast.bob), "project")} == {None}
    assert {it["payload"]["rate"] for it in of(told(ann), "project")} == {50}
    assert {it["payload"]["default_hourly_rate"] for it in of(told(site.cast.bob), "workspace")} == {None}
    assert {it["payload"]["default_hourly_rate"] for it in of(told(ann), "workspace")} == {70}
    # That rates may be seen again shows none that were hidden when they were set.
    site.api.data("PUT", f"/workspaces/{workspace}", ann, {"workspace": {"only_admins_see_billable_rates": False}})
    site.deliver()
    [last] = of(told(site.cast.bob), "workspace")[-1:]
    assert last["payload"]["default_hourly_rate"] == 70


def test_who_has_left_is_told_nothing_more_not_even_what_was(site: Site) -> None:
    told = subscribed(site, "bob")
    tagged(site, "before he left")
    acme = site.cast.acme.id

    def leave(tx: Any) -> None:
        removals.leave_workspace(tx, site.cast.bob.at(tx), acme)

    site.database.write_now(leave)
    tagged(site, "after he left")
    site.deliver()
    assert told(site.cast.bob) == []
    [listed] = site.call("GET", f"/subscriptions/{acme}", site.cast.ann)[1]
    # Nothing is kept for him either.
    assert not listed["has_pending_events"]
    site.database.write_now(lambda tx: members.join(tx, site.cast.ann.at(tx), acme, site.cast.bob.id, "member"))
    tagged(site, "back again")
    site.deliver()
    assert names(told(site.cast.bob)) >= {"back again"}
    assert not names(told(site.cast.bob)) & {"before he left", "after he left"}


def test_a_project_that_turns_private_takes_its_past_along(site: Site) -> None:
    told = subscribed(site, "bob")
    path = f"/projects/{site.cast.public.id}"
    site.api.data("PUT", path, site.cast.ann, {"project": {"name": "Secret"}})
    site.api.data("PUT", path, site.cast.ann, {"project": {"is_private": True}})
    site.deliver()
    assert told(site.cast.bob) == []


def test_other_workspaces_are_none_of_ones_business(site: Site) -> None:
    told = subscribed(site, "ann")
    site.api.data("POST", "/tags", site.cast.eve, {"tag": {"name": "Eve's", "wid": site.cast.eve.home}})
    site.api.data("POST", "/tags", site.cast.ann, {"tag": {"name": "at home", "wid": site.cast.ann.home}})
    site.deliver()
    assert told(site.cast.ann) == []


def test_no_key_is_told_to_anybody(site: Site) -> None:
    told = subscribed(site, "ann")
    acme = site.cast.acme.id
    site.api.data("POST", f"/workspaces/{acme}/invite", site.cast.ann, {"emails": ["new@example.org"]})
    site.api.data("PUT", f"/workspaces/{acme}", site.cast.ann, {"workspace": {"name": "Renamed"}})
    site.deliver()
    events = told(site.cast.ann)
    assert {it["metadata"]["model"] for it in events} >= {"workspace", "workspace_user"}
    said = repr(events)
    for word in ("api_token", "invite_url", "invitation_code", "ical_token", site.cast.ann.token):
        assert word not in said


def subscribed(site: Site, *who: str) -> Any:
    """Have some of the cast subscribe to everything; gives what each was told."""
    people: list[Person] = [getattr(site.cast, name) for name in who]
    of_person = {person.id: site.subscribe(person, description=person.account.name) for person in people}

    def told(person: Person) -> list[dict[str, Any]]:
        known = of_person[person.id]["subscription_id"]
        return [it for it in site.receiver.events if it["subscription_id"] == known]

    return told


def names(events: list[dict[str, Any]]) -> set[str]:
    return {it["payload"]["name"] for it in events if it["metadata"]["model"] in ("project", "task", "tag")}


def of(events: list[dict[str, Any]], model: str) -> list[dict[str, Any]]:
    return [it for it in events if it["metadata"]["model"] == model]


def tagged(site: Site, name: str) -> None:
    site.api.data("POST", "/tags", site.cast.ann, {"tag": {"name": name, "wid": site.cast.acme.id}})
