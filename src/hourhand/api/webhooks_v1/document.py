"""The OpenAPI document of the Webhooks API v1, at `/openapi.json` below the dialect's path."""

from __future__ import annotations

from functools import cache

from litestar.handlers import HTTPRouteHandler

from hourhand import __version__
from hourhand.api import openapi
from hourhand.api.webhooks_v1.refuse import REFUSED

_WORDS = """\
Who is told of what happens in a workspace, at which address. A subscription is told of events once it is enabled and
its address has proven that it is the subscriber's."""


@cache
def written(base: str, handlers: tuple[HTTPRouteHandler, ...]) -> bytes:
    """The document of these handlers, as JSON. Written when it is first asked for."""
    info = {"title": "Hourhand: Webhooks API v1", "version": __version__, "description": _WORDS.replace("\n", " ")}
    return openapi.document(info, base, handlers, REFUSED, openapi.TOKEN_SCHEMES)
