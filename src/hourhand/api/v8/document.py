"""The OpenAPI document of API v8, at `/openapi.json` below the dialect's path."""

from __future__ import annotations

from functools import cache

from litestar.handlers import HTTPRouteHandler

from hourhand import __version__
from hourhand.api import openapi
from hourhand.api.auth import COOKIE, SECURE_COOKIE
from hourhand.api.v8.wire import REFUSED, Wrapper

_WORDS = """\
Bodies are JSON whatever their Content-Type says, and wrap their entity. Numbers and flags may be sent as text, nulls as
defaults; unknown members are ignored. Every success is 200 with a JSON body. Members without a value are left out."""
_SCHEMES = {
    "basic": {
        "type": "http",
        "scheme": "basic",
        "description": "An API token and the word `api_token`, or an e-mail address and its password",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": f"What `POST /sessions` sets; `{SECURE_COOKIE}` on a server that is reached by https",
    },
}


@cache
def written(base: str, handlers: tuple[HTTPRouteHandler, ...]) -> bytes:
    """The document of these handlers, as JSON. Written when it is first asked for."""
    info = {"title": "Hourhand: API v8", "version": __version__, "description": _WORDS.replace("\n", " ")}
    return openapi.document(info, base, handlers, REFUSED, _SCHEMES, Wrapper)
