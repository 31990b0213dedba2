"""Refusals in API v8's words and codes. The one place that turns what the core refuses into an answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from litestar import Request, Response

from hourhand.api import http
from hourhand.api.v8.messages import message
from hourhand.api.v8.wire import BadPath, WrapperMissing
from hourhand.core.errors import Conflict, Forbidden, Invalid, Malformed, NotFound, Problem, TooMany, Unauthenticated
from hourhand.db import Overloaded, StorageFull, Unavailable

AnyRequest = Request[Any, Any, Any]
# Wrappers of several words are said as they are written, the others as a word.
_AS_WRITTEN = ("time_entry", "project_user", "workspace_user")


def failed(request: AnyRequest, *lines: str) -> Response[Any]:
    """A failed create or update, as the mode says it."""
    if request.app.state.house.settings.v8_mode == "recorded":
        return http.text(400, lines[0])
    return _json(404, list(lines))


def invalid(request: AnyRequest, error: Invalid) -> Response[Any]:
    """Everything that is wrong with what was sent."""
    return failed(request, *dict.fromkeys(message(problem) for problem in error.problems))


def malformed(request: AnyRequest, error: Malformed) -> Response[Any]:
    """What cannot be read as JSON of the right shape."""
    return failed(request, str(error))


def wrapper_missing(request: AnyRequest, error: WrapperMissing) -> Response[Any]:
    """A body without its entity."""
    name = error.name if error.name in _AS_WRITTEN else error.name.capitalize()
    return failed(request, f"{name} can't be blank")


def not_found(request: AnyRequest, error: NotFound) -> Response[Any]:
    """Absent, deleted or hidden. A create or update says it as its failure, the rest as `null`."""
    if request.method in ("GET", "DELETE"):
        return _json(404, None)
    line = message(Problem(error.noun, "id", "unreachable", {"id": error.key, "account_id": _account_id(request)}))
    if request.app.state.house.settings.v8_mode == "recorded":
        if error.noun == "time_entry":
            return _json(404, line)
        if error.noun == "member":
            return http.text(404, line)
    return failed(request, line)


def forbidden(request: AnyRequest, error: Forbidden) -> Response[Any]:
    """Not allowed, where the caller may know of the thing."""
    return http.text(403, _FORBIDDEN.get(error.right, ""))


def conflict(request: AnyRequest, error: Conflict) -> Response[Any]:
    """The thing as it stands does not allow it."""
    line = message(Problem(error.noun, "", error.reason, error.about))
    return http.text(403, line) if request.method == "DELETE" else failed(request, line)


def too_many(request: AnyRequest, error: TooMany) -> Response[Any]:
    """Slow down."""
    return http.text(429, f"Too many {error.limit}", {"Retry-After": str(max(1, error.retry_after))})


def unauthenticated(request: AnyRequest, error: Unauthenticated) -> Response[Any]:
    """Bad or missing credentials. No challenge, so that browsers do not remember Basic credentials."""
    left = {} if error.attempts_left is None else {"X-Remaining-Login-Attempts": str(error.attempts_left)}
    return http.text(403, "", left)


def bad_path(request: AnyRequest, error: BadPath) -> Response[Any]:
    """An id that is no number."""
    return http.text(400, error.line)


def unavailable(request: AnyRequest, error: Exception) -> Response[Any]:
    """The database cannot answer now; nothing was done, or it is safe to repeat with the same guid."""
    return http.text(503, f"The database is not available: {error}".splitlines()[0], {"Retry-After": "1"})


def storage_full(request: AnyRequest, error: StorageFull) -> Response[Any]:
    """No room left."""
    return http.text(507, str(error))


def _json(status: int, content: Any) -> Response[Any]:
    return Response(content=msgspec.json.encode(content) + b"\n", status_code=status, media_type=http.JSON)


def _account_id(request: AnyRequest) -> int | None:
    caller = request.scope.get("state", {}).get("caller")
    return caller.account.id if caller else None


_FORBIDDEN = {
    "sign up": "Sign-up is closed on this server",
    "see members": "Cannot access workspace users",
    "manage project members": "You have no permissions to add users to the project",
}

REFUSALS: dict[int | type[Exception], Callable[[AnyRequest, Any], Response[Any]]] = {
    Invalid: invalid,
    Malformed: malformed,
    WrapperMissing: wrapper_missing,
    NotFound: not_found,
    Forbidden: forbidden,
    Conflict: conflict,
    TooMany: too_many,
    Unauthenticated: unauthenticated,
    BadPath: bad_path,
    Overloaded: unavailable,
    Unavailable: unavailable,
    StorageFull: storage_full,
}
