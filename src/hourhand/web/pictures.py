"""`/images/…`: pictures of workspaces and people, and the one of those who have none."""

from __future__ import annotations

import re
from importlib import resources
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import PathParameter

from hourhand.api import http
from hourhand.api.http import House
from hourhand.core import pictures
from hourhand.core.errors import NotFound

_NOBODY = (resources.files("hourhand.web") / "profile.png").read_bytes()
_NAME = re.compile(r"([0-9a-f]{32})\.png")
_ID = re.compile(r"[0-9]{1,16}")
Segment = Annotated[str, PathParameter()]


@get("/images/{noun:str}/{thing_id:str}/{name:str}", include_in_schema=False)
async def get_picture(
    request: Request[Any, Any, Any], noun: Segment, thing_id: Segment, name: Segment
) -> Response[Any]:
    """A picture; a path of one that is no more is unknown."""
    house: House = request.app.state.house
    digest = _NAME.fullmatch(name)
    if digest is None or not _ID.fullmatch(thing_id):
        return http.text(404, "404 page not found")
    try:
        png = await house.database.read(lambda tx: pictures.find(tx, noun, int(thing_id), digest[1]))
    except NotFound:
        return http.text(404, "404 page not found")
    return _shown(png, "public, max-age=31536000, immutable")


@get("/images/profile.png", include_in_schema=False)
async def profile_picture() -> Response[bytes]:
    """The picture of people who have none."""
    return _shown(_NOBODY, "public, max-age=86400")


def _shown(png: bytes, keep: str) -> Response[bytes]:
    return Response(png, media_type="image/png", headers={"Cache-Control": keep})


ROUTES: list[HTTPRouteHandler] = [get_picture, profile_picture]
