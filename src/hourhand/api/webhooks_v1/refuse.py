"""Refusals in this dialect's words and codes: a status, and a JSON string with the reason.

The words are those of the public documentation, because clients show them; where it is silent, they are of its kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException

from hourhand.api import http
from hourhand.api.openapi import Refused
from hourhand.core import workspaces
from hourhand.core.errors import Conflict, Forbidden, Invalid, Malformed, NotFound, Problem, TooMany, Unauthenticated
from hourhand.db import Overloaded, StorageFull, Unavailable
from hourhand.webhooks.payloads import MODELS

AnyRequest = Request[Any, Any, Any]
_WORD = re.compile(r"\w+", re.ASCII)
_MESSAGES = {
    ("description", "blank"): "Subscription description must not be empty",
    ("description", "taken"): "Subscription description '{description}' is already in use for workspace {workspace_id}",
    ("description", "too_long"): "Subscription description must not be longer than {limit} characters",
    ("filters", "blank"): "The list of event filters must not be empty",
    ("filters", "too_many"): "The limit of {limit} event filters for your subscription has been exceeded"
    " as you're trying to set {count} filters",
    ("filters", "taken"): "The following event filter appears more than once for your subscription: {filter}",
    ("entity", "blank"): "The entity field for each subscription event filter must be non-empty",
    ("entity", "strange"): "The value '{value}' for the filter entity can only contain letters, numbers and '_'"
    " or be '*' to match all entities",
    ("entity", "invalid"): "Invalid value '{value}' for event filter entity",
    ("action", "blank"): "The action field for each subscription event filter must be non-empty",
    ("action", "strange"): "The value '{value}' for the filter action can only contain letters, numbers and '_'"
    " or be '*' to match all actions",
    ("action", "invalid"): "Invalid value '{value}' for event filter action",
    ("url", "blank"): "Subscription url_callback must not be empty",
    ("url", "too_long"): "Subscription url_callback must not be longer than {limit} characters",
    ("url", "unreachable"): "URL endpoint {url} request failed with error: {error}",
    ("url", "refused"): "URL endpoint {url} responded with status {status} instead of 2xx",
    ("secret", "blank"): "Subscription secret must not be empty",
    ("secret", "too_long"): "Subscription secret must not be longer than {limit} characters",
}
_CONFLICTS = {
    "too_many": "User {account_id} already reached the limit of {limit} enabled subscriptions"
    " for workspace {workspace_id}",
    "validated": "subscription {id} has already been validated",
}
REFUSED = tuple(
    Refused(status, words, str, http.JSON)
    for status, words in (
        (400, "A bad argument, an address that does not answer, or a limit"),
        (401, "Missing or wrong credentials"),
        (403, "Not in the workspace, or there is none"),
        (404, "No such subscription, or no such path"),
        (405, "Another method"),
        (429, "Too many requests: see `Retry-After`"),
        (503, "The database does not answer: see `Retry-After`"),
        (507, "The disk is full"),
    )
)


class WrongCode(Exception):
    """A code that validates nothing; the message is the answer."""


def said(status: int, reason: str, headers: dict[str, str] | None = None) -> Response[Any]:
    """A refusal."""
    return http.Answer(msgspec.json.encode(reason), status_code=status, headers=headers)


def misrouted(request: AnyRequest, error: HTTPException) -> Response[Any]:
    """What the router refuses below the path of this dialect."""
    if error.status_code == 405:
        allowed = (error.headers or {}).get("allow", "")
        return said(405, "Method not allowed", {"Allow": ", ".join(sorted(allowed.split(", ")))})
    if error.status_code >= 500:
        raise error
    return said(error.status_code, "Not found" if error.status_code == 404 else error.detail)


def invalid(request: AnyRequest, error: Invalid) -> Response[Any]:
    """The first thing that is wrong."""
    return said(400, _message(error.problems[0]))


def wrong_code(request: AnyRequest, error: WrongCode) -> Response[Any]:
    """A code of nothing, or of another subscription."""
    return said(400, str(error))


def malformed(request: AnyRequest, error: Malformed) -> Response[Any]:
    """What cannot be read."""
    return said(400, "JSON is not valid")


def not_found(request: AnyRequest, error: NotFound) -> Response[Any]:
    """Absent, deleted or hidden; of a workspace, as if one were not in it."""
    if error.noun == workspaces.NOUN:
        return said(403, "User not found/accessible for workspace")
    workspace_id = request.path_params.get("workspace_id")
    return said(404, f"subscription {error.key} for workspace {workspace_id} was not found")


def forbidden(request: AnyRequest, error: Forbidden) -> Response[Any]:
    """Not allowed, where the caller may know of the thing."""
    return said(403, "User not found/accessible for workspace")


def conflict(request: AnyRequest, error: Conflict) -> Response[Any]:
    """As things are, it cannot be done."""
    return said(400, _CONFLICTS[error.reason].format(**error.about))


def too_many(request: AnyRequest, error: TooMany) -> Response[Any]:
    """Slow down."""
    return said(429, f"Too many {error.limit}", {"Retry-After": str(max(1, error.retry_after))})


def unauthenticated(request: AnyRequest, error: Unauthenticated) -> Response[Any]:
    """Bad or missing credentials. No challenge, so that browsers do not remember Basic credentials."""
    return said(401, "Incorrect username and/or password")


def unavailable(request: AnyRequest, error: Exception) -> Response[Any]:
    """The database cannot answer now."""
    return said(503, "The database is not available", {"Retry-After": "1"})


def storage_full(request: AnyRequest, error: StorageFull) -> Response[Any]:
    """No room left."""
    return said(507, "The disk is full")


def _message(problem: Problem) -> str:
    about, reason = dict(problem.about), problem.reason
    if reason == "invalid" and not _WORD.fullmatch(about["value"]):
        reason = "strange"
    if problem.field == "filters" and reason == "taken":
        about["filter"] = f"{MODELS.get(about['noun'], about['noun'])}.{about['action']}"
    return _MESSAGES[problem.field, reason].format(**about)


REFUSALS: dict[int | type[Exception], Callable[[AnyRequest, Any], Response[Any]]] = {
    Invalid: invalid,
    WrongCode: wrong_code,
    Malformed: malformed,
    NotFound: not_found,
    Forbidden: forbidden,
    Conflict: conflict,
    TooMany: too_many,
    Unauthenticated: unauthenticated,
    Overloaded: unavailable,
    Unavailable: unavailable,
    StorageFull: storage_full,
}
