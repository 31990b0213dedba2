"""Tags: unique names, one name on all entries, and a deletion that leaves entries as they were."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from hourhand.core import removals, tags, time_entries
from hourhand.core.actor import Actor
from hourhand.core.errors import Invalid, NotFound, Problem
from hourhand.core.places import Place
from hourhand.core.tags import Changes, Draft, Tag
from hourhand.core.time_entries import TimeEntry
from hourhand.core.timing import Said
from hourhand.db import Database
from tests.clock import Clock
from tests.conftest import NOW
from tests.core.cast import Cast


def test_a_member_creates_a_tag_with_its_event(cast: Cast) -> None:
    tag = _tag(cast, " billed ")
    assert tag == Tag(tag.id, cast.acme, "billed", NOW, NOW, None)
    assert cast.act("cleo", tags.visible, tag.id) == tag
    assert cast.events("tag", tag.id) == ["created"]


def test_a_stranger_and_who_left_neither_create_nor_see_tags(cast: Cast) -> None:
    tag = _tag(cast, "billed")
    for name in ("dan", "eve"):
        assert _problems(cast, name, tags.create, Draft(cast.acme, "x")) == [("workspace_id", "unreachable")]
        for verb in (tags.visible, removals.delete_tag):
            with pytest.raises(NotFound):
                cast.act(name, verb, tag.id)
        with pytest.raises(NotFound):
            cast.act(name, tags.update, tag.id, Changes("x"))
        with pytest.raises(NotFound):
            cast.act(name, tags.of_workspace, cast.acme)
        assert cast.act(name, tags.listing, [cast.acme]) == []


@pytest.mark.parametrize("tag_id", [0, -1, 1, 1 << 62, 1 << 80])
def test_a_number_that_is_no_id_is_not_found(cast: Cast, tag_id: int) -> None:
    with pytest.raises(NotFound):
        cast.act("ann", tags.visible, tag_id)


def test_a_name_is_unique_in_its_workspace_alone(cast: Cast) -> None:
    _tag(cast, "billed")
    with pytest.raises(Invalid) as refused:
        _tag(cast, "billed")
    assert refused.value.problems == (Problem("tag", "name", "taken", {"name": "billed"}),)
    assert cast.act("eve", tags.create, Draft(cast.elsewhere, "billed")).name == "billed"
    assert _tag(cast, "Billed").name == "Billed"


def test_a_name_has_one_to_128_characters(cast: Cast) -> None:
    assert _tag(cast, "ä" * 128).name == "ä" * 128
    assert _problems(cast, "bob", tags.create, Draft(cast.acme, "ä" * 129)) == [("name", "too_long")]
    for blank in (None, "", "  "):
        assert _problems(cast, "bob", tags.create, Draft(cast.acme, blank)) == [("name", "blank")]


def test_all_problems_are_said_at_once(cast: Cast) -> None:
    found = _problems(cast, "eve", tags.create, Draft(cast.acme, None))
    assert found == [("name", "blank"), ("workspace_id", "unreachable")]


def test_a_new_name_shows_on_all_entries_without_touching_them(cast: Cast, clock: Clock) -> None:
    entry = _entry(cast, "bob", "billed", "urgent")
    clock.advance(60)
    [tag] = [tag for tag in cast.act("bob", tags.listing) if tag.name == "billed"]
    renamed = cast.act("cleo", tags.update, tag.id, Changes("invoiced"))
    assert (renamed.name, renamed.at) == ("invoiced", NOW + 60)
    assert cast.events("tag", tag.id) == ["created", "updated"]
    shown = cast.act("bob", time_entries.visible, entry.id)
    assert (shown.tags, shown.at) == (("invoiced", "urgent"), NOW)


def test_a_rename_to_a_taken_name_is_refused_and_to_the_own_is_not(cast: Cast) -> None:
    tag = _tag(cast, "billed")
    _tag(cast, "urgent")
    assert _problems(cast, "bob", tags.update, tag.id, Changes("urgent")) == [("name", "taken")]
    assert _problems(cast, "bob", tags.update, tag.id, Changes(None)) == [("name", "blank")]
    assert cast.act("bob", tags.visible, tag.id) == tag
    assert cast.act("bob", tags.update, tag.id, Changes("billed")).name == "billed"


def test_deleting_takes_a_tag_off_entries_whose_time_of_change_stays(cast: Cast, clock: Clock) -> None:
    entry = _entry(cast, "bob", "billed", "urgent")
    [tag] = [tag for tag in cast.act("bob", tags.listing) if tag.name == "billed"]
    clock.advance(60)
    deleted = cast.act("cleo", removals.delete_tag, tag.id)
    assert deleted.deleted_at == NOW + 60
    assert cast.events("tag", tag.id) == ["created", "deleted"]
    shown = cast.act("bob", time_entries.visible, entry.id)
    assert (shown.tags, shown.at) == (("urgent",), NOW)
    assert cast.events("time_entry", entry.id) == ["created"]
    with pytest.raises(NotFound):
        cast.act("cleo", removals.delete_tag, tag.id)


def test_the_name_of_a_deleted_tag_is_free_again(cast: Cast) -> None:
    gone = _tag(cast, "billed")
    cast.act("bob", removals.delete_tag, gone.id)
    entry = _entry(cast, "bob", "billed")
    assert cast.act("bob", time_entries.visible, entry.id).tags == ("billed",)
    [tag] = cast.act("bob", tags.listing)
    assert tag.id != gone.id


def test_lists_are_newest_first_over_all_ones_workspaces(cast: Cast, clock: Clock) -> None:
    cast.join("bob", cast.elsewhere, "member")
    for workspace_id, name in ((cast.acme, "one"), (cast.elsewhere, "two"), (cast.acme, "three")):
        cast.act("bob", tags.create, Draft(workspace_id, name))
        clock.advance(1)
    assert [tag.name for tag in cast.act("bob", tags.listing)] == ["three", "two", "one"]
    assert [tag.name for tag in cast.act("bob", tags.of_workspace, cast.acme)] == ["three", "one"]
    assert [tag.name for tag in cast.act("eve", tags.listing)] == ["two"]


def test_a_list_since_a_time_has_what_changed_and_what_was_deleted(cast: Cast, clock: Clock) -> None:
    kept, renamed, gone = (_tag(cast, name) for name in ("kept", "renamed", "gone"))
    clock.advance(60)
    cast.act("bob", tags.update, renamed.id, Changes("new"))
    cast.act("bob", removals.delete_tag, gone.id)
    found = {tag.id: tag.deleted_at for tag in cast.act("bob", tags.listing, since=NOW + 60)}
    assert found == {renamed.id: None, gone.id: NOW + 60}
    assert len(cast.act("bob", tags.listing, since=NOW)) == 3
    assert [tag.id for tag in cast.act("bob", tags.listing)] == [renamed.id, kept.id]


def test_naming_finds_tags_and_creates_those_that_are_missing(cast: Cast) -> None:
    billed = _tag(cast, "billed")
    found = cast.act("bob", tags.named, cast.acme, [" urgent ", "billed", "", "billed", "urgent"])
    [urgent] = [tag for tag in cast.act("bob", tags.listing) if tag.name == "urgent"]
    assert found == [urgent.id, billed.id]
    assert cast.events("tag", urgent.id) == ["created"]
    assert cast.act("bob", tags.named, cast.acme, ["billed", "urgent"]) == [billed.id, urgent.id]
    assert cast.act("bob", tags.named, cast.acme, ["", " "]) == []
    assert _problems(cast, "bob", tags.named, cast.acme, ["x" * 129]) == [("name", "too_long")]


def test_many_who_name_one_new_tag_at_once_make_one_tag(cast: Cast, database: Database) -> None:
    bob = cast.id_of("bob")

    def name_it(_: int) -> list[int]:
        return database.write_now(lambda tx: tags.named(tx, Actor(bob, tx.now), cast.acme, ["billed"]))

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(name_it, range(16)))
    [tag] = cast.act("bob", tags.listing)
    assert found == [[tag.id]] * 16
    assert cast.events("tag", tag.id) == ["created"]


def _tag(cast: Cast, name: str) -> Tag:
    return cast.act("bob", tags.create, Draft(cast.acme, name))


def _entry(cast: Cast, name: str, *labels: str) -> TimeEntry:
    draft = time_entries.Draft(
        place=Place(cast.acme), said=Said(start=NOW - 60, duration=60), tags=labels, created_with="tests"
    )
    return cast.act(name, time_entries.create, draft)


def _problems(cast: Cast, name: str, verb: object, *args: object) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        cast.act(name, verb, *args)  # type: ignore[arg-type]
    return [(problem.field, problem.reason) for problem in refused.value.problems]
