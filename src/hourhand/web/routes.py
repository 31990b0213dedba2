"""What is served outside the dialects: the first page, health."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from hourhand.api import http
from hourhand.db import DatabaseError


@get("/health", include_in_schema=False)
async def health() -> dict[str, str]:
    """The process lives and answers."""
    return {"status": "ok"}


@get("/ready", include_in_schema=False)
async def ready(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The database answers too."""
    try:
        await request.app.state.house.database.read(lambda tx: tx.row("select 1"))
    except DatabaseError as error:
        return Response(str(error).encode(), status_code=503, media_type=http.TEXT)
    return Response(b'{"status":"ready"}', media_type=http.JSON)


@get("/", include_in_schema=False)
async def first_page() -> Redirect:
    """Where people come first: what there is to see."""
    return Redirect("/docs")


ROUTES: list[HTTPRouteHandler] = [first_page, health, ready]
