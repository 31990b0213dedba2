"""Refusals in API v8's words and codes. The one place that turns what the core refuses into an answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from litestar import Request, Response

from hourhand.api import http
from hourhand.api.http import Caller
from hourhand.api.v8 import messages
from hourhand.api.v8.wire import BadPath, BadRange, WrapperMissing, in_batch
from hourhand.core.errors import Conflict, Forbidden, Invalid, Malformed, NotFound, Problem, TooMany, Unauthenticated
from hourhand.db import Overloaded, StorageFull, Unavailable
from hourhand.languages import Translator, translator

AnyRequest = Request[Any, Any, Any]


def failed(request: AnyRequest, *lines: str) -> Response[Any]:
    """A failed create or update, as the mode says it."""
    if _recorded(request):
        return http.text(400, lines[0])
    return _json(404, list(lines))


def invalid(request: AnyRequest, error: Invalid) -> Response[Any]:
    """Everything that is wrong with what was sent."""
    say = _translator(request)
    return failed(request, *dict.fromkeys(messages.message(problem, say) for problem in error.problems))


def malformed(request: AnyRequest, error: Malformed) -> Response[Any]:
    """What cannot be read as JSON of the right shape."""
    return failed(request, str(error))


def bad_argument(request: AnyRequest, error: Invalid) -> Response[Any]:
    """What is wrong first with what was sent, where nothing is created or updated."""
    return http.text(400, messages.message(error.problems[0], _translator(request)))


def bad_body(request: AnyRequest, error: Malformed) -> Response[Any]:
    """What cannot be read, where nothing is created or updated."""
    return http.text(400, str(error))


def wrapper_missing(request: AnyRequest, error: WrapperMissing) -> Response[Any]:
    """A body without its entity."""
    return failed(request, messages.wrapper_missing(error.name, _translator(request)))


def not_found(request: AnyRequest, error: NotFound) -> Response[Any]:
    """Absent, deleted or hidden. A create or update says it as its failure, the rest as `null`."""
    if request.method in ("GET", "DELETE"):
        return _json(404, None)
    about = {"id": error.key, "account_id": _account_id(request)}
    line = messages.message(Problem(error.noun, "id", "unreachable", about), _translator(request))
    if _recorded(request):
        if error.noun == "time_entry":
            return _json(404, line)
        if error.noun == "member":
            return http.text(404, line)
    return failed(request, line)


def forbidden(request: AnyRequest, error: Forbidden) -> Response[Any]:
    """Not allowed, where the caller may know of the thing."""
    return http.text(403, messages.forbidden(error.right, _translator(request)))


def conflict(request: AnyRequest, error: Conflict) -> Response[Any]:
    """The thing as it stands does not allow it."""
    line = messages.message(Problem(error.noun, "", error.reason, error.about), _translator(request))
    return http.text(403, line) if request.method == "DELETE" else failed(request, line)


def too_many(request: AnyRequest, error: TooMany) -> Response[Any]:
    """Slow down."""
    line = messages.too_many(error.limit, _translator(request))
    return http.text(429, line, {"Retry-After": str(max(1, error.retry_after))})


def unauthenticated(request: AnyRequest, error: Unauthenticated) -> Response[Any]:
    """Bad or missing credentials. No challenge, so that browsers do not remember Basic credentials."""
    left = {} if error.attempts_left is None else {"X-Remaining-Login-Attempts": str(error.attempts_left)}
    return http.text(403, "", left)


def bad_path(request: AnyRequest, error: BadPath) -> Response[Any]:
    """An id that is no number."""
    return http.text(400, error.line)


def bad_range(request: AnyRequest, error: BadRange) -> Response[Any]:
    """A list from or to what is no time."""
    return http.text(400, messages.bad_range(error.bound, _translator(request)))


def unavailable(request: AnyRequest, error: Exception) -> Response[Any]:
    """The database cannot answer now; nothing was done, or it is safe to repeat with the same guid."""
    return http.text(503, f"The database is not available: {error}".splitlines()[0], {"Retry-After": "1"})


def storage_full(request: AnyRequest, error: StorageFull) -> Response[Any]:
    """No room left."""
    return http.text(507, str(error))


def _json(status: int, content: Any) -> Response[Any]:
    return Response(content=msgspec.json.encode(content) + b"\n", status_code=status, media_type=http.JSON)


def _recorded(request: AnyRequest) -> bool:
    # In a batch whatever the mode, because clients that send batches take the 404 of an element for "gone".
    return in_batch(request) or request.app.state.house.settings.v8_mode == "recorded"


def _account_id(request: AnyRequest) -> int | None:
    caller = _caller(request)
    return caller.account.id if caller else None


def _translator(request: AnyRequest) -> Translator:
    """Who says it in the caller's language, or in the one that a stranger has asked for."""
    caller = _caller(request)
    return translator(caller.account.language if caller else request.scope.get("state", {}).get("language"))


def _caller(request: AnyRequest) -> Caller | None:
    caller: Caller | None = request.scope.get("state", {}).get("caller")
    return caller


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
    BadRange: bad_range,
    Overloaded: unavailable,
    Unavailable: unavailable,
    StorageFull: storage_full,
}
# Instead, where nothing is created or updated by what is sent.
ARGUMENTS: dict[int | type[Exception], Callable[[AnyRequest, Any], Response[Any]]] = {
    Invalid: bad_argument,
    Malformed: bad_body,
}
