"""What the desktop client asks for beside its user's time: the way from it into a browser."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter
from msgspec import Struct

from hourhand.api.auth import Cookie
from hourhand.api.http import CallerGiven, House
from hourhand.api.v8.wire import Data, get, post
from hourhand.core import credentials
from hourhand.core.errors import NotFound, Unauthenticated

CodeGiven = Annotated[str | None, QueryParameter(description="What `POST /desktop_login_tokens` gave")]
# Where the browser goes then.
_PAGE = "/"


class LoginToken(Struct):
    """A code that opens a browser session, once and within a minute."""

    login_token: str


class LoginTokenAnswer(Data[LoginToken]):
    """The code inside the wrapper, and beside it, where the desktop client looks for it."""

    login_token: str


@post("/desktop_login_tokens")
async def create_desktop_login_token(caller: CallerGiven) -> LoginTokenAnswer:
    """A code with which a browser can go on as the caller: once, within a minute."""
    code = await caller.write(credentials.desktop_code)
    return LoginTokenAnswer(data=LoginToken(code), login_token=code)


# A page of its own kind, which no library calls: it stays out of the document.
@get("/desktop_login", include_in_schema=False)
async def desktop_login(request: Request[Any, Any, Any], login_token: CodeGiven = None) -> Response[None]:
    """Begin a browser's session by a code, and go to the first page. A code that does not hold is 403."""
    house: House = request.app.state.house
    try:
        session_id = await house.database.write(lambda tx: credentials.log_in_by_code(tx, login_token or ""))
    except NotFound:
        raise Unauthenticated from None
    cookie = Cookie(secure=house.settings.https)
    return Response(None, status_code=303, headers={"Location": _PAGE, "Set-Cookie": cookie.header(session_id)})


ROUTES: list[HTTPRouteHandler] = [create_desktop_login_token, desktop_login]
