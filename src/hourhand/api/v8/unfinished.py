"""The endpoints of API v8 that this version does not have yet: each says so in one line."""

from __future__ import annotations

import litestar
from litestar import Response
from litestar.handlers import HTTPRouteHandler

from hourhand.api import http
from hourhand.api.http import CallerGiven

_ENDPOINTS = {
    "/feedback": ["POST"],
    "/feedback/web": ["POST"],
}


async def _not_yet(caller: CallerGiven) -> Response[str]:
    return http.text(501, "This version of Hourhand does not have this endpoint yet")


ROUTES: list[HTTPRouteHandler] = [
    litestar.route(path, http_method=methods, include_in_schema=False, status_code=501)(_not_yet)  # type: ignore[arg-type]
    for path, methods in _ENDPOINTS.items()
]
