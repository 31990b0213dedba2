"""`/status`, `/updates`: what the desktop client asks before it knows who it works for."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from hourhand.api import http
from hourhand.api.http import House
from hourhand.api.v8.wire import get

AnyRequest = Request[Any, Any, Any]


class Status(Struct):
    """How the server is."""

    status: str = "OK"


@get("/status")
async def get_status(request: AnyRequest) -> Status:
    """Whether the server can take requests; for anybody."""
    house: House = request.app.state.house
    if house.database.failure is not None:
        raise house.database.failure
    return Status()


@get("/updates")
async def get_updates() -> Response[None]:
    """The newer version of the desktop client that this server has to offer: none. For anybody."""
    # To the byte: the client compares the whole body with this word, and takes anything else for an offer.
    return http.Answer(b"null")


ROUTES: list[HTTPRouteHandler] = [get_status, get_updates]
