"""What is told of a workspace's members and groups: to each what their own look at the lists would show."""

from __future__ import annotations

import json
from typing import Any

from hourhand.core import accounts, groups, members, removals
from hourhand.core.ids import bucket_of
from hourhand.db import Database, Tx
from tests.cast import Cast, Person
from tests.core.acts import act
from tests.server import Peer, Server
from tests.stream.conftest import Asks, Listens
from tests.stream.mirror import Mirror


def test_a_change_of_a_member_is_told_as_each_sees_them(
    server: Server, cast: Cast, listens: Listens, asks: Asks
) -> None:
    people = (cast.ann, cast.bob, cast.cleo)
    devices, peers = [listens(person) for person in people], [asks(person) for person in people]
    with server.visit() as (database, _):
        price(database, cast, cast.bob)
        act(database, cast.ann, members.tell_of, cast.bob.id)
    for device, peer in zip(devices, peers, strict=True):
        told = device.until(lambda it: it["model"] == "workspace_user" and it["data"]["wid"] == cast.acme.id)
        assert (told["action"], told["data"]) == ("update", listed(peer, cast, cast.bob))
    anns, bobs, cleos = (listed(peer, cast, cast.bob) for peer in peers)
    assert [(it["rate"], it["can_be_removed"]) for it in (anns, bobs, cleos)] == [
        (12.5, True),
        (None, True),
        (None, False),
    ]


def test_who_comes_and_who_goes_is_told_to_the_others(server: Server, cast: Cast, listens: Listens, asks: Asks) -> None:
    bob, strangers, ann = listens(cast.bob), [listens(cast.eve), listens(cast.dan)], asks(cast.ann)
    with server.visit() as (database, _):
        member = act(database, cast.ann, members.join, cast.acme.id, cast.dan.id, "member")
    assert bob.take(1) == [("insert", "workspace_user", listed(asks(cast.bob), cast, cast.dan))]
    ann.v8("DELETE", f"/workspace_users/{member.id}")
    [(action, model, data)] = bob.take(1)
    assert (action, model, data["id"], data["can_be_removed"]) == ("delete", "workspace_user", member.id, False)
    assert data["server_deleted_at"] == data["at"]
    assert strangers[0].silent() == []


def test_an_invited_member_is_told_and_is_told_nothing(server: Server, cast: Cast, listens: Listens) -> None:
    bob, eve = listens(cast.bob), listens(cast.eve)

    def invite(tx: Tx) -> None:
        # Told of before it is active; nothing of the workspace is theirs yet.
        member = members.join(tx, cast.ann.at(tx), cast.acme.id, cast.eve.id, "member")
        for table, bucket in (("members", bucket_of(member.id)), ("memberships", bucket_of(cast.eve.id))):
            tx.run(
                f"update {table} set active = :no where bucket = :bucket"
                " and workspace_id = :acme and account_id = :eve",
                no=False,
                bucket=bucket,
                acme=cast.acme.id,
                eve=cast.eve.id,
            )

    with server.visit() as (database, _):
        database.write_now(invite)
    [(action, model, data)] = bob.take(1)
    assert (action, model, data["uid"], data["active"]) == ("insert", "workspace_user", cast.eve.id, False)
    assert eve.silent() == []


def test_groups_are_told_to_admins_and_who_is_in_them_to_everybody(
    server: Server, cast: Cast, listens: Listens, asks: Asks
) -> None:
    ann_listens, bob_listens, ann, bob = listens(cast.ann), listens(cast.bob), asks(cast.ann), asks(cast.bob)
    made = ann.v8("POST", "/groups", {"group": {"name": "Team", "wid": cast.acme.id}}).data
    [shown] = ann.v8("GET", f"/workspaces/{cast.acme.id}/groups").json()
    assert ann_listens.take(1) == [("insert", "group", shown)]
    renamed = ann.v8("PUT", f"/groups/{made['id']}", {"group": {"name": "Crew"}}).data
    assert ann_listens.take(1) == [("update", "group", renamed)]
    with server.visit() as (database, _):
        act(database, cast.ann, groups.set_members, made["id"], [cast.cleo.id])
    assert [it[:2] for it in ann_listens.take(2)] == [("update", "group"), ("update", "workspace_user")]
    cleo = listed(bob, cast, cast.cleo)
    assert cleo["group_ids"] == [made["id"]]
    # The first thing that a member is told of all this.
    assert bob_listens.take(1) == [("update", "workspace_user", cleo)]
    ann.v8("DELETE", f"/groups/{made['id']}")
    group, member = ann_listens.take(2)
    assert (*group[:2], group[2]["server_deleted_at"]) == ("delete", "group", group[2]["at"])
    assert bob_listens.take(1) == [("update", "workspace_user", member[2] | {"can_be_removed": False})]
    assert bob_listens.silent() == []


def test_who_becomes_an_admin_is_told_of_the_groups_and_loses_them_with_the_right(
    server: Server, cast: Cast, listens: Listens, asks: Asks
) -> None:
    ann, bob = asks(cast.ann), asks(cast.bob)
    ann.v8("POST", "/groups", {"group": {"name": "Team", "wid": cast.acme.id}})
    with server.visit() as (database, _):
        price(database, cast, cast.cleo)
    member_id, device, mirror = listed(bob, cast, cast.bob)["id"], listens(cast.bob), Mirror(bob)
    for admin in (True, False):
        ann.v8("PUT", f"/workspace_users/{member_id}", {"workspace_user": {"admin": admin}})
        mirror.follow(device)
        assert len(mirror.things["group"]) == admin
        cleo = next(it for it in mirror.things["workspace_user"].values() if it["uid"] == cast.cleo.id)
        assert cleo["rate"] == (12.5 if admin else None)


def test_a_new_name_of_somebody_is_told_where_others_see_it(cast: Cast, listens: Listens, asks: Asks) -> None:
    bob_listens, eve_listens, ann, bob = listens(cast.bob), listens(cast.eve), asks(cast.ann), asks(cast.bob)
    ann.v8("PUT", "/me", {"user": {"fullname": "Anna"}})
    assert bob_listens.take(1) == [("update", "workspace_user", listed(bob, cast, cast.ann))]
    assert listed(bob, cast, cast.ann)["name"] == "Anna"
    ann.v8("PUT", "/me", {"user": {"beginning_of_week": 0, "date_format": "DD.MM.YYYY"}})
    assert (bob_listens.silent(), eve_listens.silent(0.1)) == ([], [])


def test_a_disabled_account_is_told_to_those_who_share_a_workspace(
    server: Server, cast: Cast, listens: Listens
) -> None:
    bob, eve = listens(cast.bob), listens(cast.eve)
    with server.visit() as (database, _):
        database.write_now(lambda tx: accounts.disable(tx, cast.ann.account, tx.now))
    [(action, model, data)] = bob.take(1)
    assert (action, model, data["uid"], data["inactive"]) == ("update", "workspace_user", cast.ann.id, True)
    assert eve.silent() == []


def test_who_comes_back_is_told_what_became_of_members_and_groups(
    server: Server, cast: Cast, listens: Listens, asks: Asks
) -> None:
    ann = asks(cast.ann)
    teams = [ann.v8("POST", "/groups", {"group": {"name": name, "wid": cast.acme.id}}).data for name in ("A", "B")]
    mirrors = [Mirror(asks(person)) for person in (cast.ann, cast.bob)]
    since = ann.v8("GET", "/me").json()["since"]
    with server.visit() as (database, _):
        act(database, cast.ann, groups.set_members, teams[0]["id"], [cast.bob.id, cast.cleo.id])
        act(database, cast.ann, members.join, cast.acme.id, cast.eve.id, "member")
        act(database, cast.ann, removals.delete_group, teams[1]["id"])
    asks(cast.cleo).v8("DELETE", f"/workspaces/{cast.acme.id}/leave")
    for mirror, person in zip(mirrors, (cast.ann, cast.bob), strict=True):
        mirror.follow(listens(person, since=since))


def test_somebody_in_very_many_groups_is_told_of_without_them(server: Server, cast: Cast, listens: Listens) -> None:
    bob = listens(cast.bob)

    def crowd(tx: Tx) -> None:
        ann = cast.ann.at(tx)
        for number in range(1500):
            group = groups.create(tx, ann, groups.Draft(cast.acme.id, f"Team {number}"))
            tx.run(
                "insert into group_members (bucket, workspace_id, group_id, account_id)"
                " values (:bucket, :acme, :group_id, :bob)",
                bucket=bucket_of(group.id),
                acme=cast.acme.id,
                group_id=group.id,
                bob=cast.bob.id,
            )
        members.tell_of(tx, ann, cast.bob.id)

    with server.visit() as (database, _):
        database.write_now(crowd)
    told = bob.until(lambda it: it["data"].get("wid") == cast.acme.id)
    assert (told["left_out"], told["data"]["uid"]) == (["group_ids"], cast.bob.id)
    assert "group_ids" not in told["data"]
    assert len(json.dumps(told)) < 1000


def listed(peer: Peer, cast: Cast, person: Person) -> Any:
    """Somebody as the list of Acme's people shows them to a caller."""
    found = peer.v8("GET", f"/workspaces/{cast.acme.id}/workspace_users").json()
    return next(it for it in found if it["uid"] == person.id)


def price(database: Database, cast: Cast, person: Person) -> None:
    """Let an hour of somebody have a rate."""
    database.write_now(
        lambda tx: tx.run(
            "update members set rate = 1250 where bucket = :bucket and workspace_id = :acme and account_id = :who",
            bucket=bucket_of(cast.acme.id),
            acme=cast.acme.id,
            who=person.id,
        )
    )
