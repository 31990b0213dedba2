"""Several entries changed at once, where one of them running means that another stops."""

from __future__ import annotations

import pytest

from hourhand.core import time_entries
from hourhand.core.entry_rows import TimeEntry
from hourhand.core.errors import Invalid, NotFound
from hourhand.core.places import Place
from hourhand.core.time_entries import Changes, Draft
from hourhand.core.timing import Said
from hourhand.db import Database
from tests.cast import Cast
from tests.core.acts import act


@pytest.fixture
def entries(database: Database, cast: Cast) -> list[TimeEntry]:
    """Bob's: one that has stopped, and one that runs."""
    draft = Draft(Place(cast.acme.id), created_with="tests")
    return [act(database, cast.bob, time_entries.start, draft) for _ in range(2)]


@pytest.mark.parametrize("turned", [1, -1])
def test_of_several_that_are_to_run_the_last_does(
    database: Database, cast: Cast, entries: list[TimeEntry], turned: int
) -> None:
    entry_ids = [entry.id for entry in entries][::turned]
    changes = Changes(said=Said(duration=-1), description="again")
    changed = act(database, cast.bob, time_entries.update, entry_ids, changes)
    assert [(entry.id, entry.running, entry.description) for entry in changed] == [
        (entry_ids[0], False, "again"),
        (entry_ids[1], True, "again"),
    ]
    assert act(database, cast.bob, time_entries.current) == changed[1]


def test_others_stay_as_they_are_when_one_cannot_be_changed(
    database: Database, cast: Cast, entries: list[TimeEntry]
) -> None:
    changes = Changes(said=Said(stop=entries[0].start - 1))
    with pytest.raises(NotFound):
        act(database, cast.bob, time_entries.update, [entries[0].id, entries[0].id + (1 << 40)], Changes(duronly=True))
    with pytest.raises(Invalid, match="before_start"):
        act(database, cast.bob, time_entries.update, [entry.id for entry in entries], changes)
    assert [act(database, cast.bob, time_entries.visible, entry.id).at for entry in entries] == [
        entry.at for entry in entries
    ]
