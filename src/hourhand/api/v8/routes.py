"""The router of API v8: all its endpoints, with its refusals attached."""

from __future__ import annotations

from litestar import Router
from litestar.routes import HTTPRoute

from hourhand.api.body import JsonBody, JsonRequest
from hourhand.api.openapi import handler
from hourhand.api.v8 import (
    batch_updates,
    clients,
    dashboard,
    desktop,
    document,
    feedback,
    groups,
    logos,
    lost_passwords,
    me,
    project_users,
    projects,
    status,
    tags,
    tasks,
    time_entries,
    timeline,
    workspace_users,
    workspaces,
)
from hourhand.api.v8.refuse import REFUSALS
from hourhand.api.v8.wire import V8Answer

PATH = "/api/v8"
_PARTS = (
    *(
        me,
        lost_passwords,
        desktop,
        workspaces,
        workspace_users,
        groups,
        logos,
        clients,
        projects,
        project_users,
        tags,
        tasks,
    ),
    *(time_entries, timeline, dashboard, batch_updates, status, feedback),
)
_HANDLERS = tuple(it for part in _PARTS for it in part.ROUTES)


def router() -> Router:
    """A fresh router; Litestar binds one to one application."""
    made = Router(
        path=PATH,
        route_handlers=[*_HANDLERS, handler(openapi)],
        dto=JsonBody,
        return_dto=None,
        request_class=JsonRequest,
        response_class=V8Answer,
        exception_handlers=REFUSALS,
    )
    for route in made.routes:
        if isinstance(route, HTTPRoute):
            # Litestar answers OPTIONS with the methods of the handler that came first; made anew by the
            # application, which gets them all at once, the answer names them all.
            route.route_handlers = [it for it in route.route_handlers if it.http_methods != {"OPTIONS"}]
    return made


def openapi() -> bytes:
    """The dialect's OpenAPI document, as JSON."""
    return document.written(PATH, _HANDLERS)
