"""What the public documentation's schema asks of a project dashboard, in a shape of our own."""

from __future__ import annotations

from typing import Any

import jsonschema

_NULLABLE = {"string": ["string", "null"], "integer": ["integer", "null"], "number": ["number", "null"]}


def _object(needed: dict[str, str], others: dict[str, Any]) -> dict[str, Any]:
    """An object's schema; a type that ends in `?` may be null."""
    kinds = {name: {"type": _NULLABLE[kind[:-1]] if kind.endswith("?") else kind} for name, kind in needed.items()}
    return {"type": "object", "required": list(needed), "properties": {**kinds, **others}}


def _list(item: dict[str, Any], *, nullable: bool = True) -> dict[str, Any]:
    return {"type": ["array", "null"] if nullable else "array", "uniqueItems": True, "items": item}


def _plain(**kinds: str) -> dict[str, Any]:
    return {name: {"type": _NULLABLE[kind[:-1]] if kind.endswith("?") else kind} for name, kind in kinds.items()}


_SPENT = {"duration": "integer", "billable_amount": "number"}
_LISTS = {
    "users": _list(_object({"name": "string", "billable_duration": "integer", **_SPENT}, {}), nullable=False),
    "top_tasks": _list(_object(_SPENT, _plain(name="string?", estimated_seconds="integer?", asignee="string?"))),
    "tasks_page": _list(_object({"name": "string", **_SPENT}, _plain(assignee="string", estimated_seconds="integer"))),
}
_MEMBERS = {
    "name": "string",
    "duration": "integer",
    "duration_without_task": "integer",
    "billable_duration": "integer?",
    "billable_amount": "number?",
    "tasks_count": "integer",
    "currency": "string",
    "estimated_seconds": "integer?",
    "task_estimated_seconds": "integer?",
    "use_task_estimated_seconds": "boolean",
    "tasks_per_page": "integer",
}
PROJECT_DASHBOARD = _object(_MEMBERS, _LISTS)
PROJECT_DASHBOARD["required"] += list(_LISTS)


def faults(dashboard: Any) -> list[str]:
    """Where a dashboard is not as the schema says."""
    found = jsonschema.Draft4Validator(PROJECT_DASHBOARD).iter_errors(dashboard)
    return sorted(f"{'/'.join(map(str, it.absolute_path))}: {it.message}" for it in found)
