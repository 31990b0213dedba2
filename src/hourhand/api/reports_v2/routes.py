"""The router of the Reports API v2: all its endpoints, with its refusals attached."""

from __future__ import annotations

from litestar import Router

from hourhand.api import auth, http
from hourhand.api.body import JsonRequest
from hourhand.api.openapi import handler
from hourhand.api.reports_v2 import about, dashboards, detailed, document, summary, weekly
from hourhand.api.reports_v2.refuse import REFUSALS
from hourhand.api.reports_v2.wire import get

PATH = "/reports/api/v2"
_PARTS = (detailed, summary, weekly, dashboards, about)
_HANDLERS = tuple(it for part in _PARTS for it in part.ROUTES)
# What answers JSON does so too when it is asked to.
_SPELT_OUT = [
    get(f"{path}.json", include_in_schema=False)(it.fn)
    for it in _HANDLERS
    if it.media_type == http.JSON and "GET" in it.http_methods
    for path in it.paths
]


def router() -> Router:
    """A fresh router; Litestar binds one to one application."""
    return Router(
        path=PATH,
        route_handlers=[*_HANDLERS, *_SPELT_OUT, handler(openapi)],
        request_class=JsonRequest,
        response_class=http.Answer,
        before_request=auth.admit_without_password,
        exception_handlers=REFUSALS,
    )


def openapi() -> bytes:
    """The dialect's OpenAPI document, as JSON."""
    return document.written(PATH, _HANDLERS)
