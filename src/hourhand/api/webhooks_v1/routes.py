"""The router of the Webhooks API v1: all its endpoints, with its refusals attached."""

from __future__ import annotations

from litestar import Router

from hourhand.api import auth, http
from hourhand.api.body import JsonBody, JsonRequest
from hourhand.api.openapi import handler
from hourhand.api.webhooks_v1 import about, document, pings, subscriptions
from hourhand.api.webhooks_v1.refuse import REFUSALS

PATH = "/webhooks/api/v1"
_PARTS = (about, subscriptions, pings)
_HANDLERS = tuple(it for part in _PARTS for it in part.ROUTES)


def router() -> Router:
    """A fresh router; Litestar binds one to one application."""
    return Router(
        path=PATH,
        route_handlers=[*_HANDLERS, handler(openapi)],
        dto=JsonBody,
        return_dto=None,
        request_class=JsonRequest,
        response_class=http.Answer,
        before_request=auth.admit_without_password,
        exception_handlers=REFUSALS,
    )


def openapi() -> bytes:
    """The dialect's OpenAPI document, as JSON."""
    return document.written(PATH, _HANDLERS)
