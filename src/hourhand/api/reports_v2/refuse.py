"""Refusals in this dialect's words and codes. The one place that turns what is refused into an answer.

In English whatever the caller's profile says: programs read them, and some match on a text. `Warning` says the same
as the message; clients look for it to tell failures, so that no success may have one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException
from msgspec import Struct

from hourhand.api import http
from hourhand.api.openapi import Refused
from hourhand.core import dates, projects
from hourhand.core.errors import Conflict, Forbidden, Invalid, Malformed, NotFound, Problem, TooMany, Unauthenticated
from hourhand.db import Overloaded, StorageFull, Unavailable

AnyRequest = Request[Any, Any, Any]
_TRY_AGAIN = "Wait for as long as Retry-After says, and send the request again"
_CHANGE = "Change your request and try again; the arguments are listed in the documentation of the Reports API v2"
_INTRODUCE = (
    "You should specify the name of your application or your email address, so that whoever runs this server can get in"
    " touch with you in case you're doing something wrong; a header does not count"
)
_OPERATOR = "Please contact whoever runs this server"
_TOKEN = "You can find your API token in your profile; passwords are taken at /login alone"  # noqa: S105 - words about it
_MESSAGES = {
    "blank": "Required parameter '{name}' is missing from request",
    "invalid": "{name} must be {expected}",
    "too_many": "{name} must be {limit} ids at most",
    "before_since": "until must not be before since",
    "too_long": "until must be within a year from since",
    "year": f"{{name}} must be in the years {dates.FIRST_YEAR} to {dates.LAST_YEAR}",
    "mismatch": "{name} must fit the grouping",
    "rows": "A report of more than {limit} rows does not fit into this format: ask for .xlsx or .csv",
}


class ErrorOut(Struct):
    """What is wrong, and what to do about it."""

    message: str
    tip: str
    code: int


class RefusalOut(Struct):
    """What every refusal of this dialect looks like."""

    error: ErrorOut


# Of any endpoint.
REFUSED = tuple(
    Refused(status, words, RefusalOut, http.JSON)
    for status, words in (
        (400, "Bad arguments; all of them are named"),
        (401, "Missing or wrong credentials"),
        (403, "Not in the workspace, or there is none"),
        (404, "No such path, or no such project"),
        (405, "Another method than `GET`"),
        (429, "Too many requests: see `Retry-After`"),
        (503, "The database does not answer: see `Retry-After`"),
        (507, "The disk is full"),
    )
)


def said(status: int, message: str, tip: str, headers: dict[str, str] | None = None) -> Response[Any]:
    """A refusal."""
    body = msgspec.json.encode(RefusalOut(ErrorOut(message, tip, status)))
    return http.Answer(body, status_code=status, headers={"Warning": message, **(headers or {})})


def misrouted(request: AnyRequest, error: HTTPException) -> Response[Any]:
    """What the router refuses below the path of this dialect."""
    if error.status_code == 405:
        allowed = (error.headers or {}).get("allow", "")
        headers = {"Allow": ", ".join(sorted(allowed.split(", ")))}
        return said(405, "Method not allowed", "Use one of the methods of the Allow header", headers)
    if error.status_code == 404:
        return said(404, "There is nothing at this path", "See /reports/api/v2/index for the paths there are")
    if error.status_code >= 500:
        raise error
    return said(error.status_code, error.detail, _CHANGE)


def invalid(request: AnyRequest, error: Invalid) -> Response[Any]:
    """All that is wrong with the arguments."""
    first = error.problems[0]
    tip = _INTRODUCE if (first.field, first.reason) == ("user_agent", "blank") else _CHANGE
    return said(400, "; ".join(dict.fromkeys(map(_message, error.problems))), tip)


def malformed(request: AnyRequest, error: Malformed) -> Response[Any]:
    """What cannot be read."""
    return said(400, "The request cannot be read", _CHANGE)


def not_found(request: AnyRequest, error: NotFound) -> Response[Any]:
    """Absent, deleted or hidden."""
    if error.noun == projects.NOUN:
        return said(404, "There is no such project in the workspace", "Check project_id and workspace_id")
    return said(403, "You are not in this workspace", "Check workspace_id: it must be one that you are a member of")


def forbidden(request: AnyRequest, error: Forbidden) -> Response[Any]:
    """Not allowed, where the caller may know of the thing."""
    return said(403, "You may not do this", "Ask an admin of the workspace")


def conflict(request: AnyRequest, error: Conflict) -> Response[Any]:
    """The thing as it stands does not allow it."""
    return said(400, "This cannot be done as things are", _CHANGE)


def too_many(request: AnyRequest, error: TooMany) -> Response[Any]:
    """Slow down."""
    return said(429, f"Too many {error.limit}", _TRY_AGAIN, {"Retry-After": str(max(1, error.retry_after))})


def unauthenticated(request: AnyRequest, error: Unauthenticated) -> Response[Any]:
    """Bad or missing credentials. No challenge, so that browsers do not remember Basic credentials."""
    left = {} if error.attempts_left is None else {"X-Remaining-Login-Attempts": str(error.attempts_left)}
    return said(401, "api token missing", _TOKEN, left)


def unavailable(request: AnyRequest, error: Exception) -> Response[Any]:
    """The database cannot answer now."""
    return said(503, "The database is not available", _TRY_AGAIN, {"Retry-After": "1"})


def storage_full(request: AnyRequest, error: StorageFull) -> Response[Any]:
    """No room left."""
    return said(507, "The disk is full", _OPERATOR)


def _message(problem: Problem) -> str:
    reason = "rows" if problem.field == "rows" else problem.reason
    return _MESSAGES[reason].format(name=problem.field, **problem.about)


REFUSALS: dict[int | type[Exception], Callable[[AnyRequest, Any], Response[Any]]] = {
    Invalid: invalid,
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
