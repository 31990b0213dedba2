"""Random questions for reports, asked of a world by anybody in it: mostly such that something is found."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, get_args

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from msgspec import Struct

from hourhand.reports import dashboards, detailed, orders, summary, weekly
from hourhand.reports.filters import Filter
from tests.properties.worlds import PEOPLE, Stage, World

READERS = ["ann", "cleo", "ann", "bob", "eve", "gus"]
_PARTS = ["", "", "é", "É", "ss", "ß", "σ", "i", "İ", "A", "%", "_", " ", "no such"]
_FIELDS = ("client_ids", "project_ids", "account_ids", "group_ids", "or_group_ids", "tag_ids", "task_ids", "entry_ids")


class Asked(Struct, frozen=True):
    """One reader's questions about the same entries."""

    reader: str
    summary: summary.Question
    weekly: weekly.Question
    detailed: detailed.Question
    dashboard: dashboards.Question


@st.composite
def questions(draw: DrawFn, stage: Stage, world: World) -> Asked:
    """Any questions."""

    def pick(choices: Any) -> Any:
        return draw(st.sampled_from(choices))

    def flag() -> bool:
        return bool(draw(st.booleans()))

    asked = draw(filters(stage, world))
    grouping = pick(get_args(summary.Grouping))
    return Asked(
        pick(READERS),
        summary.Question(
            asked,
            grouping,
            pick(summary.SUBGROUPINGS[grouping]),
            pick(["title", *get_args(summary.Order)]),
            flag(),
            flag(),
            flag(),
            flag(),
        ),
        weekly.Question(
            asked, pick(get_args(weekly.Grouping)), pick(["title", *get_args(weekly.Order)]), flag(), flag()
        ),
        detailed.Question(asked, pick(["date", *get_args(orders.Order)]), flag(), pick([1, 1, 1, 2])),
        dashboards.Question(
            stage.acme,
            pick([row["id"] for row in world.rows["projects"]]),
            pick([1, 1, 2]),
            pick(get_args(dashboards.Order)),
            flag(),
        ),
    )


@st.composite
def filters(draw: DrawFn, stage: Stage, world: World) -> Filter:
    """Any days around those of a world, and up to three things that narrow them."""
    since = world.anchor + timedelta(draw(st.sampled_from([-3, -2, -1, 0, 1, 2, -100])))
    until = since + timedelta(draw(st.sampled_from([6, 4, 1, 0, 2, 30, 365])))
    narrowed: dict[str, Any] = {}
    for _ in range(draw(st.sampled_from([0, 0, 1, 1, 2, 3]))):
        field = draw(st.sampled_from([*_FIELDS, "billable", "description", "described"]))
        narrowed[field] = draw(_values(field, stage, world))
    rounded = draw(st.booleans())
    return Filter(workspace_id=stage.acme, since=since, until=until, rounded=rounded, **narrowed)


def _values(field: str, stage: Stage, world: World) -> st.SearchStrategy[Any]:
    if field in ("billable", "described"):
        return st.sampled_from([True, False, None])
    if field == "description":
        return st.sampled_from(_PARTS)
    if field == "account_ids":
        ids = [stage.people[name].id for name in PEOPLE]
    else:
        table = {"entry": "time_entries"}.get(kind := field.removeprefix("or_").removesuffix("_ids"), f"{kind}s")
        ids = [row["id"] for row in world.rows[table]]
    # 0 is what has none; the others are nobody's, another kind's, and too large for any.
    ids += [0, 0, 4096 * 77, stage.acme, (1 << 60) + 5]
    return st.frozensets(st.sampled_from(ids), max_size=4)
