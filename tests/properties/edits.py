"""What people change in a world while its reports are asked for: by the core's own verbs, which the log tells of."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from hourhand.core import (
    accounts,
    groups,
    project_members,
    projects,
    removals,
    tags,
    time_entries,
    undeletions,
    workspaces,
)
from hourhand.core.actor import OPERATOR, Actor
from hourhand.core.errors import Refusal
from hourhand.core.places import Place
from hourhand.core.timing import Said
from hourhand.db import Tx
from tests.properties.slow_entries import began
from tests.properties.worlds import CURRENCIES, MINUTES, SECONDS, TEXTS, ZONES, Stage, World

# Makes a change, and tells whether it was made.
Edit = Callable[[], bool]
_PRICES = [None, Decimal(0), Decimal("0.01"), Decimal("33.33"), Decimal(90)]
_WRITERS = ["ann", "bob", "eve", "gus"]


@st.composite
def edits(draw: DrawFn, stage: Stage, world: World) -> Edit:
    """Any change."""
    drawing = _Drawing(draw, stage, world)
    kind = draw(
        st.sampled_from(
            [
                drawing.create,
                drawing.create,
                drawing.update,
                drawing.update,
                drawing.update,
                drawing.delete,
                drawing.stop,
                drawing.move,
                drawing.bring_back,
                drawing.delete_something,
                drawing.change_project,
                drawing.change_workspace,
                drawing.change_zone,
                drawing.change_people,
                drawing.change_groups,
                drawing.rename_tag,
            ]
        )
    )
    who, verb, *arguments = kind()
    return partial(_done, stage, who, verb, arguments)


def _done(stage: Stage, who: str | None, verb: Callable[..., Any], arguments: list[Any]) -> bool:
    def work(tx: Tx) -> None:
        actor = Actor(OPERATOR, tx.now) if who is None else stage.people[who].at(tx)
        verb(tx, actor, *arguments)

    try:
        stage.database.write_now(work)
    except Refusal:
        return False
    return True


class _Drawing:
    """Each change is by whom, with which verb, of what."""

    def __init__(self, draw: DrawFn, stage: Stage, world: World) -> None:
        self.draw, self.stage, self.world = draw, stage, world

    def any(self, choices: Any) -> Any:
        return self.draw(st.sampled_from(choices))

    def one(self, table: str) -> int:
        """The id of something that was there at first; perhaps of nothing."""
        return int(self.any([row["id"] for row in self.world.rows[table]] or [0]))

    def start(self) -> int:
        return began(self.world.anchor, self.any(ZONES)) + int(self.any([0, -1, 1, 7200, -90_000]))

    def project(self) -> int | None:
        found: int | None = self.any([None, self.one("projects")])
        return found

    def named(self) -> tuple[str, ...]:
        return tuple(self.draw(st.sets(st.sampled_from(["b", "B", "new"]))))

    def create(self) -> tuple[Any, ...]:
        draft = time_entries.Draft(
            Place(self.stage.acme, self.project()),
            Said(self.start(), None, self.any([*SECONDS, -1])),
            self.any(TEXTS),
            self.named(),
            billable=self.any([True, False]),
            created_with="tests",
        )
        return self.any(_WRITERS), time_entries.create, draft

    def update(self) -> tuple[Any, ...]:
        changes = self.any(
            [
                time_entries.Changes(said=Said(self.start(), None, self.any(SECONDS))),
                time_entries.Changes(description=self.any(TEXTS)),
                time_entries.Changes(tags=self.named()),
                time_entries.Changes(billable=self.any([True, False])),
                time_entries.Changes(place=Place(project_id=self.project())),
                time_entries.Changes(said=Said(None, None, -1)),
            ]
        )
        return "ann", time_entries.update, sorted({self.one("time_entries"), self.one("time_entries")}), changes

    def delete(self) -> tuple[Any, ...]:
        return "ann", time_entries.delete, [self.one("time_entries")]

    def stop(self) -> tuple[Any, ...]:
        return "ann", time_entries.stop, self.one("time_entries")

    def move(self) -> tuple[Any, ...]:
        place = Place(self.any([self.stage.other, self.stage.acme]), None)
        return "ann", time_entries.update, [self.one("time_entries")], time_entries.Changes(place=place)

    def bring_back(self) -> tuple[Any, ...]:
        noun = self.any(["time_entry", "time_entry", "project", "client", "tag", "task"])
        table = {"time_entry": "time_entries"}.get(noun, f"{noun}s")
        return None, undeletions.undelete, noun, self.one(table)

    def delete_something(self) -> tuple[Any, ...]:
        verb, thing = self.any(
            [
                (removals.delete_tag, self.one("tags")),
                (removals.delete_client, self.one("clients")),
                (removals.delete_projects, [self.one("projects")]),
                (removals.delete_tasks, [self.one("tasks")]),
                (removals.delete_group, self.one("groups")),
            ]
        )
        return "ann", verb, thing

    def change_project(self) -> tuple[Any, ...]:
        changes = self.any(
            [
                projects.Changes(is_private=self.any([True, False])),
                projects.Changes(client_id=self.any([None, self.one("clients")])),
                projects.Changes(name="renamed"),
                projects.Changes(rate=self.any(_PRICES)),
                projects.Changes(currency=self.any(CURRENCIES)),
            ]
        )
        return "ann", projects.update, self.one("projects"), changes

    def change_workspace(self) -> tuple[Any, ...]:
        changes = self.any(
            [
                workspaces.Changes(rounding=self.any([-1, 0, 1]), rounding_minutes=self.any(MINUTES)),
                workspaces.Changes(default_hourly_rate=self.any(_PRICES[1:])),
                workspaces.Changes(default_currency=self.any(CURRENCIES)),
                workspaces.Changes(only_admins_see_billable_rates=self.any([True, False])),
            ]
        )
        return "ann", workspaces.update, self.stage.acme, changes

    def change_zone(self) -> tuple[Any, ...]:
        return self.any(_WRITERS), accounts.update, accounts.Changes(timezone=self.any(ZONES))

    def change_people(self) -> tuple[Any, ...]:
        someone = self.stage.people[self.any(_WRITERS)].id
        draft = project_members.Draft(
            self.one("projects"), [someone], manager=self.any([True, False]), rate=self.any(_PRICES)
        )
        member_id = self.one("project_members")
        rate = project_members.Changes(rate=self.any(_PRICES))
        found: tuple[Any, ...] = self.any(
            [
                ("ann", project_members.create, draft),
                ("ann", project_members.delete, [member_id]),
                ("ann", project_members.update, [member_id], rate),
            ]
        )
        return found

    def change_groups(self) -> tuple[Any, ...]:
        inside = [self.stage.people[name].id for name in self.draw(st.sets(st.sampled_from(_WRITERS)))]
        return "ann", groups.set_members, self.one("groups"), inside

    def rename_tag(self) -> tuple[Any, ...]:
        return "ann", tags.update, self.one("tags"), tags.Changes("renamed")
