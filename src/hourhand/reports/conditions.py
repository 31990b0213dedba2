"""What of a scope the database judges by itself: what only it knows, and what its indexes make cheap."""

from __future__ import annotations

from typing import Any, NamedTuple

from hourhand.reports.filters import WITHOUT
from hourhand.reports.scopes import Scope

# Of so many ids, a statement is worth narrowing by them.
_FEW = 256
_LIVE_TAGS = """
select 1 from time_entry_tags et join tags t on t.bucket = et.bucket and t.id = et.tag_id and t.deleted_at is null
where et.bucket = e.bucket and et.time_entry_id = e.id
"""
_TAGGED = f"exists ({_LIVE_TAGS} and t.id in (:tag_ids))"
_UNTAGGED = f"not exists ({_LIVE_TAGS})"


class Condition(NamedTuple):
    """What stands after a `where`, each part with its `and`, about the entries `e`; and the values in it."""

    text: str
    named: dict[str, Any]


def narrowing(scope: Scope) -> Condition:
    """What a scope asks of entries beside their owner and their time. It is for `Scope` to judge what is left out."""
    parts: list[str] = []
    named: dict[str, Any] = {}
    asked = scope.asked
    if asked.billable is not None:
        parts.append("e.billable = :billable")
        named["billable"] = asked.billable
    if asked.entry_ids is not None:
        parts.append("e.id in (:entry_ids)")
        named["entry_ids"] = sorted(asked.entry_ids)
    if scope.tag_ids is not None:
        parts.append(f"({_UNTAGGED} or {_TAGGED})" if WITHOUT in scope.tag_ids else _TAGGED)
        named["tag_ids"] = sorted(scope.tag_ids)
    for ids, name, text in (
        (scope.project_ids, "project_ids", "e.project_id in (:project_ids)"),
        (asked.task_ids, "task_ids", "e.task_id in (:task_ids)"),
    ):
        if ids is not None and WITHOUT not in ids and len(ids) <= _FEW:
            parts.append(text)
            named[name] = sorted(ids)
    return Condition("".join(f" and {part}" for part in parts), named)
