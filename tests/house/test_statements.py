"""The recorder of statements, which watches every test that has a database: what it sees, and that its list is true."""

from __future__ import annotations

from pathlib import Path

import pytest

from hourhand.core import (
    accounts,
    batches,
    codes,
    credentials,
    deliveries,
    invitations,
    lost_passwords,
    members,
    new_accounts,
    removals,
    subscriptions,
    tags,
    time_entries,
    tokens,
)
from hourhand.core.deliveries import Failure
from hourhand.core.event_filters import EVERY, EventFilter
from hourhand.core.ids import bucket_of
from hourhand.core.places import Place
from hourhand.core.timing import Said
from hourhand.db import Database, Tx
from tests.cast import Cast, assemble
from tests.statements import CROSSING, Recorder, Statement, examined

ROUTED = [
    "select name from tags where bucket = :bucket and id = :id",
    "select t.name from tags t where t.bucket in (:buckets) and t.id in (:ids)",
    "select t.name from tags t join members m on m.bucket = t.bucket where m.bucket = :bucket",
    "select p.id from projects p left join tasks t on t.bucket = p.bucket and t.project_id = p.id where p.bucket = :b",
    "select e.id, t.name from (select * from time_entries where bucket = :b) e left join tags t on t.bucket = e.bucket",
    "select t.id from tags t where t.bucket = :b and exists (select 1 from members m where m.bucket = t.bucket)",
    "select 1",
    "set local statement_timeout = 100",
]
UNROUTED = {
    "select name from tags where id = :id": "tags tags is not in a bucket",
    "select name from tags where bucket = :b or id = :id": "tags tags is not in a bucket",
    "select name from tags where bucket > :b": "tags tags is not in a bucket",
    "select 1 from tags t join members m on m.workspace_id = t.workspace_id where t.bucket = :b": (
        "members m is not in a bucket"
    ),
    "select 1 from tags t where t.bucket = :b and t.id in (select tag_id from time_entry_tags)": (
        "time_entry_tags time_entry_tags is not in a bucket"
    ),
    "insert into tags (id, name) values (:id, :name)": "tags is written without a bucket",
    "insert into tags (id, bucket) values (:id, 7)": "tags is written in a bucket that no parameter names",
    "update tags set name = :name where id = :id": "tags tags is not in a bucket",
    "delete from tags where id = :id": "tags tags is not in a bucket",
    "update tags set at = now() where bucket = :bucket": "now()",
    "select current_timestamp": "the database's own clock",
}
WRITING = {
    "insert into tags (id, bucket) values (:id, :here)": "here",
    "insert into tags (bucket, id) values (:here, :id) on conflict (bucket, id) do nothing": "here",
    "update tags set name = :name where id = :id and bucket = :here": "here",
    "delete from tags where bucket = :here and id = :id": "here",
    "select name from tags where bucket = :here for update": None,
}


@pytest.mark.parametrize("text", ROUTED)
def test_a_statement_that_names_every_bucket_passes(text: str) -> None:
    assert examined(text) == Statement(None, ())


@pytest.mark.parametrize("text", UNROUTED)
def test_a_statement_that_asks_everywhere_or_makes_things_up_is_seen(text: str) -> None:
    assert examined(text).faults == (UNROUTED[text],)


@pytest.mark.parametrize("text", WRITING)
def test_the_bucket_that_is_written_to_is_known(text: str) -> None:
    assert examined(text) == Statement(WRITING[text], ())


def test_the_list_of_actions_that_cross_is_true(database: Database, recorder: Recorder, tmp_path: Path) -> None:
    cast = assemble(database, tmp_path)
    _cross(database, cast)
    assert recorder.crossings == set(CROSSING)


def test_an_action_that_is_not_on_the_list_may_not_cross(
    database: Database, recorder: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = assemble(database, tmp_path)
    assert recorder.faults == set()
    monkeypatch.delitem(CROSSING, "removals.leave_workspace")
    database.write_now(lambda tx: removals.leave_workspace(tx, cast.bob.at(tx), cast.acme.id))
    assert [fault.split(":")[0] for fault in recorder.faults] == ["removals.leave_workspace"]
    recorder.faults.clear()


def _cross(database: Database, cast: Cast) -> None:
    """Whatever there is that has to do with two owners, with Bob's time in Ann's workspace."""

    def account(tx: Tx) -> None:
        bob = cast.bob.at(tx)
        draft = new_accounts.Draft(email="new@example.org")
        new_accounts.sign_up(tx, cast.vault, draft, "a hash", invited_only=False)
        accounts.update(tx, bob, accounts.Changes(email="robert@example.org"))
        tokens.reset(tx, cast.vault, bob, bob.account_id)
        credentials.log_in_by_code(tx, credentials.desktop_code(tx, bob))
        session_id = credentials.log_in(tx, bob)
        credentials.update(tx, bob, accounts.Changes(name="Robert"), "another hash", session_id)
        credentials.reset_token(tx, bob, cast.vault, session_id)
        lost_passwords.tell(tx, cast.vault, lost_passwords.Asked("robert@example.org"), 1)
        code = codes.issue(tx, lost_passwords.KIND, accounts.find(tx, bob.account_id), 60)
        lost_passwords.reset(tx, code, "a third hash")

    def entries(tx: Tx) -> None:
        bob = cast.bob.at(tx)
        draft = time_entries.Draft(Place(cast.acme.id), Said(bob.now, None, -1), created_with="tests")
        created = time_entries.create(tx, bob, draft)
        started = time_entries.start(tx, bob, draft)
        time_entries.stop(tx, bob, started.id)
        time_entries.update(tx, bob, [created.id], time_entries.Changes(said=Said(duration=-1)))
        time_entries.delete(tx, bob, [created.id])
        batches.run(tx, bob, [lambda tx: time_entries.start(tx, bob, draft)], ())

    def workspaces(tx: Tx) -> None:
        ann = cast.ann.at(tx)
        removed = members.join(tx, ann, cast.acme.id, cast.dan.id, "member")
        members.remove(tx, ann, removed)
        removals.remove_member(tx, ann, members.join(tx, ann, cast.acme.id, cast.dan.id, "member").id)
        removals.leave_workspace(tx, cast.bob.at(tx), cast.acme.id)

    def guests(tx: Tx) -> None:
        ann, eve = cast.ann.at(tx), cast.eve.at(tx)
        emails = ["guest@example.org", "eve@example.org"]
        invited = invitations.invite(tx, ann, cast.vault, cast.acme.id, emails)
        sealed = invitations.sealed(tx, invited.members)
        new, known = (invitations.code(cast.vault, it.id, sealed[it.id]) or "" for it in invited.members)
        invitations.accept_as_new(tx, cast.vault, new, new_accounts.Draft(None), "a hash")
        invitations.accept(tx, eve, known)

    def webhooks(tx: Tx) -> None:
        bob = cast.bob.at(tx)
        wanted = subscriptions.Draft("http://1.1.1.1/", [EventFilter(EVERY, EVERY)], "hook")
        proposal = subscriptions.proposed(tx, bob, cast.acme.id, wanted, cast.vault, 5)
        subscriptions.save(tx, bob, proposal, 5, validated=True)

    def failure(tx: Tx) -> None:
        [due] = deliveries.waiting(tx, 1)
        parcel = deliveries.take(tx, due.subscription_id)
        assert parcel is not None
        deliveries.fail(tx, parcel, Failure("it is gone", gone=True), cast.vault)

    def tag(tx: Tx) -> None:
        tags.create(tx, cast.ann.at(tx), tags.Draft(cast.acme.id, "tag"))

    def fan_out(tx: Tx) -> None:
        deliveries.fan_out(tx, bucket_of(cast.acme.id), 10)

    for work in (account, webhooks, tag, fan_out, failure, entries, workspaces, guests):
        database.write_now(work)
