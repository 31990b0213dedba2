"""What every v8 handler is made of: the caller, the wrapper, the answer, ids in paths."""

from __future__ import annotations

import re
from functools import partial
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from litestar import Request
from litestar.params import PathParameter, QueryParameter
from msgspec import Meta, Struct, UnsetType

from hourhand.api import http
from hourhand.api.handler import Handler
from hourhand.api.http import Caller
from hourhand.api.openapi import Refused
from hourhand.api.v8 import times
from hourhand.core.errors import Malformed

T = TypeVar("T")
MOST_IDS = 200
_TOO_MANY = f"At most {MOST_IDS} ids are allowed"
_ID = re.compile(r"[0-9]{1,100}")
_UNFIT = list[str] | str | None
# Of any endpoint. A failed create or update is 404 or 400, as the mode says.
REFUSED = (
    Refused(400, "A bad argument; in the recorded mode also a failed create or update"),
    Refused(403, "Bad or missing credentials, or not allowed"),
    Refused(404, "Absent or hidden: null. A failed create or update: all that is wrong", _UNFIT, http.JSON),
    Refused(413, "The body is too large"),
    Refused(415, "The body has a Content-Encoding other than gzip"),
    Refused(429, "Too many requests: see Retry-After"),
    Refused(503, "The database does not answer: see Retry-After"),
    Refused(507, "The disk is full"),
)
PathId = Annotated[str, PathParameter(description="An id", schema_extra={"pattern": "^[0-9]{1,16}$"})]
PathIds = Annotated[
    str,
    PathParameter(
        description=f"Ids, joined by commas, {MOST_IDS} at most",
        schema_extra={"pattern": f"^[0-9]{{1,16}}(,[0-9]{{1,16}}){{0,{MOST_IDS - 1}}}$"},
    ),
]
FlagGiven = Annotated[str | None, QueryParameter(description="`true`, `1` or `on`")]
ActivityGiven = Annotated[
    str | None,
    QueryParameter(
        description="Which: `true` (default) those in use, `false` the others, `both`",
        schema_extra={"enum": ["true", "false", "both"]},
    ),
]
MomentGiven = Annotated[
    str | None, QueryParameter(description="RFC 3339 with seconds", schema_extra={"format": "date-time"})
]
SecondsGiven = Annotated[
    str | None, QueryParameter(description="Unix seconds", schema_extra={"pattern": "^[0-9]{1,15}$"})
]
Moment = Annotated[str, Meta(description="RFC 3339 with seconds", extra_json_schema={"format": "date-time"})]

# Success is 200 for every method: clients of this API know no other.
route = partial(Handler, status_code=200, media_type=http.JSON)
get = partial(route, http_method="GET")
post = partial(route, http_method="POST")
put = partial(route, http_method="PUT")
delete = partial(route, http_method="DELETE")


class Data(Struct, Generic[T]):
    """The wrapper of single objects and mass results."""

    data: T


class Wrapper(Struct, Generic[T]):
    """What an entity is wrapped in when it is sent: its one member has the entity's name."""

    def sent(self) -> T:
        """The entity. Raises `WrapperMissing`."""
        name = self.__struct_fields__[0]
        entity: T | None = getattr(self, name)
        if entity is None:
            raise WrapperMissing(name)
        return entity


class View(Struct, frozen=True):
    """How a reader wants things shown: their time zone, and the mode of the dialect."""

    zone: str | None
    recorded: bool
    account_id: int

    @classmethod
    def of(cls, caller: Caller) -> View:
        recorded = caller.house.settings.v8_mode == "recorded"
        return cls(None if recorded else caller.account.timezone, recorded, caller.account.id)

    def time(self, seconds: int) -> str:
        """A time on reading."""
        return times.show(seconds, self.zone)


class BadPath(Exception):
    """An id in the path that is no number; `line` is the answer."""

    def __init__(self, line: str) -> None:
        super().__init__(line)
        self.line = line


class BadRange(Exception):
    """The `bound` of a list, `start` or `end`, that is no time."""

    def __init__(self, bound: str) -> None:
        super().__init__(bound)
        self.bound = bound


class WrapperMissing(Exception):
    """A body without the member that should hold the entity; `name` is that member."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class V8Answer(http.Answer):
    """An answer whose empty list is `null` in the recorded mode."""

    def render_for(self, request: Request[Any, Any, Any]) -> bytes:
        if self.content == [] and request.app.state.house.settings.v8_mode == "recorded":
            return b"null"
        if self.content is None:
            return b"null\n"
        return super().render_for(request)


def element_state(caller: Caller) -> dict[str, Any]:
    """The state of a request that is an element of a batch."""
    return {"caller": caller, "in_batch": True}


def in_batch(request: Request[Any, Any, Any]) -> bool:
    """Whether a request is an element of a batch."""
    return "in_batch" in request.scope.get("state", {})


_BAD_ID = {
    "client": "Invalid client_id",
    "client's projects": "Missing or invalid client ID",
    "group": "Invalid group ID",
    "workspace": "Missing or invalid workspace_id",
}


def path_id(noun: str, segment: str) -> int:
    """The id in a path segment. Raises `BadPath`."""
    if not _ID.fullmatch(segment) or int(segment) == 0:
        raise BadPath(_BAD_ID.get(noun, f"{noun}_id must be a positive integer"))
    return int(segment)


def path_ids(noun: str, segment: str) -> list[int]:
    """The ids, joined by commas, of a mass action, without repetition. Raises `BadPath`."""
    parts = segment.split(",")
    if len(parts) > MOST_IDS:
        raise BadPath(_TOO_MANY)
    return list(dict.fromkeys(path_id(noun, part) for part in parts))


def ids_sent(member: str, value: int | str | None) -> list[int]:
    """The ids that a member of a body holds, perhaps joined by commas, without repetition. Raises `Malformed`."""
    parts = [part.strip() for part in str(value or "").split(",")]
    if parts in ([""], ["0"]):
        return []
    if len(parts) > MOST_IDS:
        raise Malformed(_TOO_MANY)
    if not all(map(_ID.fullmatch, parts)):
        raise Malformed(f"{member} must be a positive integer, or several joined by commas")
    return list(dict.fromkeys(map(int, parts)))


def bound(text: str | None, which: str) -> int | None:
    """The start or the end of a range (unix seconds) that a query gives. Raises `BadRange`."""
    if text is None:
        return None
    seconds = times.parse(text)
    if seconds is None:
        raise BadRange(which)
    return seconds


def truth(value: str | None) -> bool:
    """A flag in a query: `true`, `1` or `on`."""
    return (value or "").lower() in ("true", "1", "on", "yes")


def activity(value: str | None) -> bool | None:
    """The `active` filter: true unless said, None for both."""
    return None if (value or "").lower() == "both" else (value or "").lower() not in ("false", "0", "off", "no")


class Ref(Struct):
    """The nested object that some callers send beside an id, or instead of it."""

    id: int | None = None


def workspace_meant(wid: int | UnsetType | None, nested: Ref | None) -> int | None:
    """The workspace that is meant: `wid`, or where that is missing the nested one's; None where neither says."""
    return wid or (nested.id if nested else None) or None


def said(value: T | None) -> T | UnsetType:
    """UNSET for None, where a null changes nothing."""
    return msgspec.UNSET if value is None else value


def shown(value: Any) -> Any:
    """UNSET for None: members whose value is null are left out."""
    return msgspec.UNSET if value is None else value
