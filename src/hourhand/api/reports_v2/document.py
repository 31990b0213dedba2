"""The OpenAPI document of the Reports API v2, at `/openapi.json` below the dialect's path."""

from __future__ import annotations

from functools import cache

from litestar.handlers import HTTPRouteHandler

from hourhand import __version__
from hourhand.api import openapi
from hourhand.api.reports_v2.refuse import REFUSED

_WORDS = """\
Sums, lists and files of time. Every argument is in the query; those that are not known are let pass. Durations are
milliseconds, times in the caller's zone, nulls are printed. `.json` may stand behind what answers JSON."""


@cache
def written(base: str, handlers: tuple[HTTPRouteHandler, ...]) -> bytes:
    """The document of these handlers, as JSON. Written when it is first asked for."""
    info = {"title": "Hourhand: Reports API v2", "version": __version__, "description": _WORDS.replace("\n", " ")}
    return openapi.document(info, base, handlers, REFUSED, openapi.TOKEN_SCHEMES)
