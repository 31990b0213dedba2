"""Tags: unique names, one name on all entries, and a deletion that leaves entries as they were."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from hourhand.core import members, removals, tags, time_entries
from hourhand.core.entry_rows import TimeEntry
from hourhand.core.errors import Invalid, NotFound, Problem
from hourhand.core.places import Place
from hourhand.core.tags import Changes, Draft, Tag
from hourhand.core.timing import Said
from hourhand.db import Database
from tests.cast import Cast
from tests.clock import Clock
from tests.conftest import NOW
from tests.core.acts import act, history, problems


def test_a_member_creates_a_tag_that_all_members_see(database: Database, cast: Cast) -> None:
    tag = create(database, cast, " billed ")
    assert tag == Tag(tag.id, cast.acme.id, "billed", NOW, NOW, None)
    assert act(database, cast.cleo, tags.visible, tag.id) == tag
    assert history(database, "tag", tag.id) == ["created"]


def test_a_stranger_and_who_left_neither_create_nor_see_tags(database: Database, cast: Cast) -> None:
    tag = create(database, cast, "billed")
    for person in (cast.dan, cast.eve):
        refused = problems(database, person, tags.create, Draft(cast.acme.id, "x"))
        assert refused == [("workspace_id", "unreachable")]
        with pytest.raises(NotFound):
            act(database, person, tags.visible, tag.id)
        with pytest.raises(NotFound):
            act(database, person, tags.update, tag.id, Changes("x"))
        with pytest.raises(NotFound):
            act(database, person, removals.delete_tag, tag.id)
        with pytest.raises(NotFound):
            act(database, person, tags.of_workspace, cast.acme.id)
        assert act(database, person, tags.listing, [cast.acme.id]) == []


@pytest.mark.parametrize("tag_id", [0, -1, 1, 1 << 62, 1 << 80])
def test_a_number_that_is_no_id_is_not_found(database: Database, cast: Cast, tag_id: int) -> None:
    with pytest.raises(NotFound):
        act(database, cast.ann, tags.visible, tag_id)


def test_a_name_is_unique_in_its_workspace_alone(database: Database, cast: Cast) -> None:
    create(database, cast, "billed")
    with pytest.raises(Invalid) as refused:
        create(database, cast, "billed")
    assert refused.value.problems == (Problem("tag", "name", "taken", {"name": "billed"}),)
    assert act(database, cast.eve, tags.create, Draft(cast.eve.home, "billed")).name == "billed"
    assert create(database, cast, "Billed").name == "Billed"


def test_a_name_has_one_to_128_characters(database: Database, cast: Cast) -> None:
    assert create(database, cast, "ä" * 128).name == "ä" * 128
    too_long = Draft(cast.acme.id, "ä" * 129)
    assert problems(database, cast.bob, tags.create, too_long) == [("name", "too_long")]
    for blank in (None, "", "  "):
        assert problems(database, cast.bob, tags.create, Draft(cast.acme.id, blank)) == [("name", "blank")]


def test_all_that_is_wrong_is_said_at_once(database: Database, cast: Cast) -> None:
    found = problems(database, cast.eve, tags.create, Draft(cast.acme.id, None))
    assert found == [("name", "blank"), ("workspace_id", "unreachable")]


def test_a_new_name_shows_on_all_entries_without_touching_them(database: Database, cast: Cast, clock: Clock) -> None:
    entry = track(database, cast, "billed", "urgent")
    [tag] = [tag for tag in act(database, cast.bob, tags.listing) if tag.name == "billed"]
    clock.advance(60)
    renamed = act(database, cast.cleo, tags.update, tag.id, Changes("invoiced"))
    assert (renamed.name, renamed.at) == ("invoiced", NOW + 60)
    assert history(database, "tag", tag.id) == ["created", "updated"]
    shown = act(database, cast.bob, time_entries.visible, entry.id)
    assert (shown.tags, shown.at) == (("invoiced", "urgent"), NOW)


def test_a_rename_to_a_taken_name_is_refused_and_to_its_own_is_not(database: Database, cast: Cast) -> None:
    tag = create(database, cast, "billed")
    create(database, cast, "urgent")
    assert problems(database, cast.bob, tags.update, tag.id, Changes("urgent")) == [("name", "taken")]
    assert problems(database, cast.bob, tags.update, tag.id, Changes(None)) == [("name", "blank")]
    assert act(database, cast.bob, tags.visible, tag.id) == tag
    assert act(database, cast.bob, tags.update, tag.id, Changes("billed")).name == "billed"


def test_deleting_takes_a_tag_off_entries_and_leaves_them_as_they_were(
    database: Database, cast: Cast, clock: Clock
) -> None:
    entry = track(database, cast, "billed", "urgent")
    [tag] = [tag for tag in act(database, cast.bob, tags.listing) if tag.name == "billed"]
    clock.advance(60)
    assert act(database, cast.cleo, removals.delete_tag, tag.id).deleted_at == NOW + 60
    assert history(database, "tag", tag.id) == ["created", "deleted"]
    shown = act(database, cast.bob, time_entries.visible, entry.id)
    assert (shown.tags, shown.at) == (("urgent",), NOW)
    assert history(database, "time_entry", entry.id) == ["created"]
    with pytest.raises(NotFound):
        act(database, cast.cleo, removals.delete_tag, tag.id)


def test_the_name_of_a_deleted_tag_is_free_again(database: Database, cast: Cast) -> None:
    gone = create(database, cast, "billed")
    act(database, cast.bob, removals.delete_tag, gone.id)
    entry = track(database, cast, "billed")
    assert act(database, cast.bob, time_entries.visible, entry.id).tags == ("billed",)
    [tag] = act(database, cast.bob, tags.listing)
    assert tag.id != gone.id


def test_lists_are_newest_first_over_all_ones_workspaces(database: Database, cast: Cast, clock: Clock) -> None:
    act(database, cast.eve, members.join, cast.eve.home, cast.bob.id, "member")
    for workspace_id, name in ((cast.acme.id, "one"), (cast.eve.home, "two"), (cast.acme.id, "three")):
        act(database, cast.bob, tags.create, Draft(workspace_id, name))
        clock.advance(1)
    assert [tag.name for tag in act(database, cast.bob, tags.listing)] == ["three", "two", "one"]
    assert [tag.name for tag in act(database, cast.bob, tags.of_workspace, cast.acme.id)] == ["three", "one"]
    assert [tag.name for tag in act(database, cast.eve, tags.listing)] == ["two"]


def test_a_list_since_a_time_has_what_changed_and_what_was_deleted(
    database: Database, cast: Cast, clock: Clock
) -> None:
    kept, renamed, gone = (create(database, cast, name) for name in ("kept", "renamed", "gone"))
    clock.advance(60)
    act(database, cast.bob, tags.update, renamed.id, Changes("new"))
    act(database, cast.bob, removals.delete_tag, gone.id)
    found = {tag.id: tag.deleted_at for tag in act(database, cast.bob, tags.listing, since=NOW + 60)}
    assert found == {renamed.id: None, gone.id: NOW + 60}
    assert len(act(database, cast.bob, tags.listing, since=NOW)) == 3
    assert [tag.id for tag in act(database, cast.bob, tags.listing)] == [renamed.id, kept.id]


def test_naming_finds_tags_and_creates_those_that_are_missing(database: Database, cast: Cast) -> None:
    billed = create(database, cast, "billed")
    found = act(database, cast.bob, tags.named, cast.acme.id, [" urgent ", "billed", "", "billed", "urgent"])
    [urgent] = [tag for tag in act(database, cast.bob, tags.listing) if tag.name == "urgent"]
    assert found == [urgent.id, billed.id]
    assert history(database, "tag", urgent.id) == ["created"]
    assert act(database, cast.bob, tags.named, cast.acme.id, ["billed", "urgent"]) == [billed.id, urgent.id]
    assert act(database, cast.bob, tags.named, cast.acme.id, ["", " "]) == []
    assert problems(database, cast.bob, tags.named, cast.acme.id, ["x" * 129]) == [("name", "too_long")]


def test_many_who_name_one_new_tag_at_once_make_one_tag(database: Database, cast: Cast) -> None:
    with ThreadPoolExecutor(8) as threads:
        naming = [threads.submit(act, database, cast.bob, tags.named, cast.acme.id, ["billed"]) for _ in range(16)]
        found = [future.result() for future in naming]
    [tag] = act(database, cast.bob, tags.listing)
    assert found == [[tag.id]] * 16
    assert history(database, "tag", tag.id) == ["created"]


def create(database: Database, cast: Cast, name: str) -> Tag:
    """A tag of Acme, by Bob."""
    return act(database, cast.bob, tags.create, Draft(cast.acme.id, name))


def track(database: Database, cast: Cast, *names: str) -> TimeEntry:
    """An entry of Bob's in Acme with these tags."""
    draft = time_entries.Draft(
        place=Place(cast.acme.id), said=Said(start=NOW - 60, duration=60), tags=names, created_with="tests"
    )
    return act(database, cast.bob, time_entries.create, draft)
