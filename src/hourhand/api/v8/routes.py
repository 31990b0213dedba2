"""The router of API v8: all its endpoints, with its refusals attached."""

from __future__ import annotations

from litestar import Router

from hourhand.api.body import JsonBody, JsonRequest
from hourhand.api.v8 import clients, me, projects, tags, tasks, time_entries, unfinished, workspaces
from hourhand.api.v8.refuse import REFUSALS
from hourhand.api.v8.wire import V8Answer

PATH = "/api/v8"
_PARTS = (me, workspaces, clients, projects, tags, tasks, time_entries, unfinished)


def router() -> Router:
    """A fresh router; Litestar binds one to one application."""
    return Router(
        path=PATH,
        route_handlers=[handler for part in _PARTS for handler in part.ROUTES],
        dto=JsonBody,
        return_dto=None,
        request_class=JsonRequest,
        response_class=V8Answer,
        exception_handlers=REFUSALS,
    )
