"""`/user/accept_invitation`: where the link in an invitation leads, for people with an account and without one."""

from __future__ import annotations

from typing import Annotated

from litestar import Response
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter
from msgspec import structs

from hourhand.api.auth import Gate
from hourhand.api.http import House
from hourhand.core import accounts, invitations
from hourhand.core.actor import Actor
from hourhand.core.errors import Invalid, Problem, Unauthenticated
from hourhand.core.invitations import Offer
from hourhand.core.new_accounts import Draft
from hourhand.languages import Translator
from hourhand.web import pages, passwords
from hourhand.web.pages import AnyRequest, Field, Form, Page

_ACCEPTED = "/user/invitation_accepted"
_SOFTWARE = "invitation page"


@pages.get(invitations.PAGE)
async def get_invitation(request: AnyRequest, code: Annotated[str, QueryParameter()] = "") -> Response[str]:
    """What a code offers, and the form to accept it with."""
    house: House = request.app.state.house
    offer = await _offered(house, code)
    say, least = pages.speaker(request), house.settings.password_min_length
    page = _logging_in(say, offer, code) if offer.known else _signing_up(say, offer, code, offer.account.name, least)
    return pages.shown(request, page)


@pages.post(invitations.PAGE)
async def accept_invitation(request: AnyRequest) -> Response[str]:
    """Accept: with the password of the account, or with a name and a new password for one."""
    sent = await pages.sent(request)
    offer = await _offered(request.app.state.house, sent.get("code", ""))
    return await (_accept(request, offer, sent) if offer.known else _accept_as_new(request, offer, sent))


@pages.get(_ACCEPTED)
async def get_invitation_is_accepted(request: AnyRequest) -> Response[str]:
    """What there is to do next."""
    house: House = request.app.state.house
    return pages.shown(request, _accepted(pages.speaker(request), house.settings.base_url))


ROUTES: list[HTTPRouteHandler] = [get_invitation, accept_invitation, get_invitation_is_accepted]


async def _offered(house: House, code: str) -> Offer:
    return await house.database.read(lambda tx: invitations.offered(tx, code))


async def _accept(request: AnyRequest, offer: Offer, sent: dict[str, str]) -> Response[str]:
    gate: Gate = request.app.state.gate
    code = sent.get("code", "")
    try:
        account = await gate.log_in(request, offer.account.email, sent.get("password", ""))
    except Unauthenticated:
        return pages.shown(request, _logging_in(pages.speaker(request), offer, code, wrong=True), 403)
    await gate.house.database.write(lambda tx: invitations.accept(tx, Actor(account.id, tx.now, _SOFTWARE), code))
    return pages.see(_ACCEPTED)


async def _accept_as_new(request: AnyRequest, offer: Offer, sent: dict[str, str]) -> Response[str]:
    gate: Gate = request.app.state.gate
    house, code = gate.house, sent.get("code", "")
    name, password = sent.get("name", ""), sent.get("password", "")
    least = house.settings.password_min_length
    try:
        accounts.check_password(password, least)
    except Invalid as error:
        page = _signing_up(pages.speaker(request), offer, code, name, least, error.problems[0])
        return pages.shown(request, page, 400)
    password_hash = await gate.hashed(password)
    draft = Draft(None, name=name, created_with=_SOFTWARE)
    await house.database.write(lambda tx: invitations.accept_as_new(tx, house.vault, code, draft, password_hash))
    return pages.see(_ACCEPTED)


def _logging_in(say: Translator, offer: Offer, code: str, wrong: bool = False) -> Page:
    error = say("This is not your password.") if wrong else ""
    password = Field(kind="current_password", name="password", label=say("Your password"), error=error)
    words = say("Enter the password of your account to join it.")
    return structs.replace(_page(say, offer, code, words, password), link=(say("Lost your password?"), passwords.ASK))


def _signing_up(say: Translator, offer: Offer, code: str, name: str, least: int, wrong: Problem | None = None) -> Page:
    fields = (
        Field(kind="name", name="name", label=say("Your name"), value=name),
        passwords.new_password(say, say("New password"), least, wrong),
    )
    return _page(say, offer, code, say("Choose a password to join it: with it you get an account here."), *fields)


def _page(say: Translator, offer: Offer, code: str, words: str, *asked: Field) -> Page:
    workspace = offer.workspace.name
    fields = (
        Field(kind="hidden", name="code", value=code),
        Field(kind="email", name="email", label=say("Your e-mail"), value=offer.account.email, fixed=True),
        *asked,
    )
    invited = say("You are invited to track time in the workspace “{workspace}”.", workspace=workspace)
    form = Form(invitations.PAGE, fields, say("Join the workspace"))
    return Page(say("Join {workspace}", workspace=workspace), (invited, words), form)


def _accepted(say: Translator, address: str) -> Page:
    words = (
        say("You are in the workspace."),
        say(
            "Log in with your e-mail address and your password from any program that speaks the Toggl API; its server"
            " is {address}.",
            address=address,
        ),
    )
    return Page(say("Welcome"), words, link=(say("How programs connect"), "/docs"))
