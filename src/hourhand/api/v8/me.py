"""`/me`, `/sessions`, `/signups`, `/reset_token`: the caller's own account."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody
from msgspec import structs

from hourhand.api.auth import Cookie, Gate, GateGiven, session_cookie
from hourhand.api.http import Caller, CallerGiven, House
from hourhand.api.v8.clients import ClientOut
from hourhand.api.v8.projects import ProjectOut
from hourhand.api.v8.tags import TagOut
from hourhand.api.v8.tasks import TaskOut
from hourhand.api.v8.time_entries import TimeEntryOut
from hourhand.api.v8.users import Me, UserIn, UserOut
from hourhand.api.v8.wire import (
    Data,
    FlagGiven,
    SecondsGiven,
    V8Answer,
    View,
    Wrapper,
    delete,
    get,
    post,
    put,
    truth,
)
from hourhand.api.v8.workspaces import WorkspaceOut
from hourhand.core import accounts, credentials, overview, sessions, tokens
from hourhand.core.accounts import Changes
from hourhand.core.errors import Invalid, Problem
from hourhand.core.new_accounts import Draft
from hourhand.core.overview import Overview

AnyRequest = Request[Any, Any, Any]
# What an unfinished write may still take: PostgreSQL's statement timeout of 4 s, and one for luck.
UNFINISHED_SECONDS = 5


class UserBody(Wrapper[UserIn]):
    """The wrapper of a profile that is sent."""

    user: UserIn | None = None


@get("/me")
async def get_me(caller: CallerGiven, with_related_data: FlagGiven = None, since: SecondsGiven = None) -> Me:
    """The caller's profile and workspaces; with `with_related_data`, all they can see; with `since` (unix
    seconds), of that only what changed since."""
    changed_since = int(since) if since and since.isascii() and since.isdigit() and len(since) < 16 else None
    found = await caller.read(overview.of, truth(with_related_data), changed_since)
    return _me(caller, found, max(0, found.now - UNFINISHED_SECONDS))


@put("/me")
async def update_me(caller: CallerGiven, gate: GateGiven, data: JSONBody[UserBody]) -> Data[UserOut]:
    """Change the caller's profile; a new password needs the current one."""
    sent = data.sent()
    wrong = [] if sent.password is None else await _wrong_with_password(caller, gate, sent)
    new_hash = None if sent.password is None or wrong else await gate.hashed(sent.password)
    account = await caller.write(credentials.update, _changes(sent), new_hash, caller.session_id, wrong)
    token = await caller.read(credentials.own_token, caller.house.vault)
    changed = structs.replace(caller, account=account)
    return Data(UserOut.of(account, View.of(changed), caller.house, token))


@post("/reset_token")
async def reset_token(caller: CallerGiven) -> str:
    """A new API token; the old one stops working at once."""
    return await caller.write(credentials.reset_token, caller.house.vault, caller.session_id)


@post("/sessions")
async def create_session(caller: CallerGiven) -> Response[Me]:
    """Begin a session: its cookie authenticates later requests."""
    session_id = await caller.write(credentials.log_in)
    found = await caller.read(overview.of, False, None)
    cookie = Cookie(secure=caller.house.settings.https)
    return V8Answer(_me(caller, found, 0), headers={"Set-Cookie": cookie.header(session_id)})


@delete("/sessions", dependencies={})
async def delete_session(request: AnyRequest) -> Response[None]:
    """End the session, if there is one."""
    house: House = request.app.state.house
    session_id = session_cookie(request, house.settings.https)
    if session_id is not None:
        await house.database.write(lambda tx: sessions.end(tx, session_id))
    cookie = Cookie(secure=house.settings.https)
    return V8Answer(None, headers={"Set-Cookie": cookie.header("")})


@post("/signups")
async def sign_up(request: AnyRequest, data: JSONBody[UserBody]) -> Data[UserOut]:
    """Make an account and its workspace, where sign-up is open or the address was invited."""
    gate: Gate = request.app.state.gate
    sent = data.sent()
    # There is no profile yet that says what language a refusal is in.
    request.scope["state"]["language"] = sent.language
    draft = Draft(sent.email, sent.fullname, sent.timezone, sent.language, sent.created_with)
    account = await gate.sign_up(request, draft, sent.password)
    view = View(account.timezone, gate.house.settings.v8_mode == "recorded", account.id)
    return Data(UserOut.of(account, view, gate.house))


async def _wrong_with_password(caller: Caller, gate: Gate, sent: UserIn) -> list[Problem]:
    wrong: list[Problem] = []
    try:
        accounts.check_password(sent.password, caller.house.settings.password_min_length)
    except Invalid as error:
        wrong += error.problems
    try:
        await gate.confirm(caller, sent.current_password)
    except Invalid as error:
        wrong += error.problems
    return wrong


def _me(caller: Caller, found: Overview, since: int) -> Me:
    view = View.of(caller)
    out = UserOut.of(
        found.account,
        view,
        caller.house,
        caller.house.vault.open(tokens.place(found.account.id), found.sealed_token),
    )
    out.workspaces = [WorkspaceOut.of(workspace, view, caller) for workspace in found.workspaces]
    if found.related is not None:
        out.time_entries = [TimeEntryOut.of(entry, view) for entry in found.related.time_entries]
        out.projects = [ProjectOut.of(project, view) for project in found.related.projects]
        out.tags = [TagOut.of(tag, view) for tag in found.related.tags]
        out.tasks = [TaskOut.of(task, view) for task in found.related.tasks]
        out.clients = [ClientOut.of(client, view) for client in found.related.clients]
    return Me(since=since, data=out)


def _changes(sent: UserIn) -> Changes:
    names = {"fullname": "name", "default_wid": "default_workspace_id"}
    return Changes(
        **{
            names.get(field, field): value
            for field in sent.__struct_fields__
            if field not in ("current_password", "password", "created_with")
            and (value := getattr(sent, field)) is not None
        }
    )


ROUTES: list[HTTPRouteHandler] = [get_me, update_me, reset_token, create_session, delete_session, sign_up]
