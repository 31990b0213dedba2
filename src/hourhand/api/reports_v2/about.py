"""What this API says of itself and of its caller, the log-in, and two errors to try a client on."""

from __future__ import annotations

from typing import Any

from litestar import Response
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct, field

from hourhand import __version__
from hourhand.api import auth, http
from hourhand.api.auth import Cookie
from hourhand.api.http import Caller, CallerGiven
from hourhand.api.reports_v2 import refuse
from hourhand.api.reports_v2.wire import get, post
from hourhand.core import credentials

_PATHS = ("/details", "/summary", "/weekly", "/project", "/index", "/revision", "/env", "/error400", "/error500")
_WARNING = {"Warning": "This URL is intended only for testing"}


class IndexOut(Struct):
    """The paths there are."""

    paths: list[str] = field(name="Welcome to reports api V2. VALID requests are:")


class WorkspaceOut(Struct):
    """Where the caller is at home."""

    id: int


class UserOut(Struct):
    """Who calls."""

    id: int
    api_token: str | None


class EnvOut(Struct):
    """Who calls, and where they are at home."""

    workspace: WorkspaceOut | None
    user: UserOut


@get("/index")
async def get_index() -> IndexOut:
    """The paths of this API; for anybody."""
    return IndexOut([f"GET {path}" for path in _PATHS])


@get("/revision", media_type=http.TEXT)
async def get_revision() -> Response[str]:
    """The version of the server, in the first line; for anybody."""
    return http.text(200, __version__)


@get("/env")
async def get_env(caller: CallerGiven) -> EnvOut:
    """Who is calling."""
    return await _env(caller)


@post("/login", before_request=auth.admit)
async def log_in(caller: CallerGiven) -> Response[EnvOut]:
    """Begin a session: its cookie authenticates later requests. Here alone a password is taken."""
    session_id = await caller.write(credentials.log_in)
    cookie = Cookie(secure=caller.house.settings.https)
    return http.Answer(await _env(caller), headers={"Set-Cookie": cookie.header(session_id)})


@get("/error400", include_in_schema=False)
async def get_error400() -> Response[Any]:
    """A refusal, to try a client on; for anybody."""
    return refuse.said(400, "This is a test of bad requests", "Do not ask for this but in a test", _WARNING)


@get("/error500", include_in_schema=False)
async def get_error500() -> Response[Any]:
    """A failure, to try a client on; for anybody."""
    return refuse.said(500, "This is a test of failures", "Do not ask for this but in a test", _WARNING)


async def _env(caller: Caller) -> EnvOut:
    token = await caller.read(credentials.own_token, caller.house.vault)
    home = caller.account.default_workspace_id
    return EnvOut(None if home is None else WorkspaceOut(home), UserOut(caller.account.id, token))


ROUTES: list[HTTPRouteHandler] = [get_index, get_revision, get_env, log_in, get_error400, get_error500]
