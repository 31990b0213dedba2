"""`/user/accept_invitation`: where the link in an invitation leads, for people with an account and without one."""

from __future__ import annotations

from typing import Annotated

from litestar import Response
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter

from hourhand.api.auth import Gate
from hourhand.api.http import House
from hourhand.core import accounts, invitations
from hourhand.core.actor import Actor
from hourhand.core.errors import Invalid, Unauthenticated
from hourhand.core.invitations import Offer
from hourhand.core.new_accounts import Draft
from hourhand.web import pages
from hourhand.web.pages import AnyRequest, Field, Form, Page

CodeGiven = Annotated[str | None, QueryParameter(description="What the mail has brought")]
_ACCEPTED = "/user/invitation_accepted"
_SOFTWARE = "invitation page"


@pages.get(invitations.PAGE)
async def show_invitation(request: AnyRequest, code: CodeGiven = None) -> Response[str]:
    """What a code offers, and the form to accept it with."""
    house: House = request.app.state.house
    return pages.shown(_page(house, code or "", await _offered(house, code or "")))


@pages.post(invitations.PAGE)
async def accept_invitation(request: AnyRequest) -> Response[str] | Response[None]:
    """Accept: with the password of the account, or with a name and a new password for one."""
    house: House = request.app.state.house
    sent = await pages.sent(request)
    code = sent.get("code", "")
    offer = await _offered(house, code)
    try:
        await (_accept(request, sent, offer) if offer.known else _accept_as_new(request, sent))
    except Invalid:
        return pages.shown(_page(house, code, offer, sent, wrong="This password cannot be taken."), 400)
    except Unauthenticated:
        return pages.shown(_page(house, code, offer, sent, wrong="This is not your password."), 403)
    return pages.see(_ACCEPTED)


@pages.get(_ACCEPTED)
async def invitation_accepted(request: AnyRequest) -> Response[str]:
    """What to do next."""
    house: House = request.app.state.house
    words = (
        "You are in the workspace.",
        "Log in with your e-mail address and your password from any program that speaks the Toggl API, "
        f"with {house.settings.base_url} as its server.",
    )
    return pages.shown(Page("Welcome", words, link=("How programs connect", "/docs")))


ROUTES: list[HTTPRouteHandler] = [show_invitation, accept_invitation, invitation_accepted]


async def _offered(house: House, code: str) -> Offer:
    return await house.database.read(lambda tx: invitations.offered(tx, code))


async def _accept(request: AnyRequest, sent: dict[str, str], offer: Offer) -> None:
    house: House = request.app.state.house
    gate: Gate = request.app.state.gate
    account = await gate.log_in(request, offer.account.email, sent.get("password", ""))
    await house.database.write(
        lambda tx: invitations.accept(tx, Actor(account.id, tx.now, _SOFTWARE), sent.get("code", ""))
    )


async def _accept_as_new(request: AnyRequest, sent: dict[str, str]) -> None:
    house: House = request.app.state.house
    gate: Gate = request.app.state.gate
    password = sent.get("password", "")
    accounts.check_password(password, house.settings.password_min_length)
    password_hash = await gate.hashed(password)
    draft = Draft(None, name=sent.get("name"), created_with=_SOFTWARE)
    await house.database.write(
        lambda tx: invitations.accept_as_new(tx, house.vault, sent.get("code", ""), draft, password_hash)
    )


def _page(house: House, code: str, offer: Offer, sent: dict[str, str] | None = None, wrong: str = "") -> Page:
    fields = _known(wrong) if offer.known else _new(offer, sent or {}, house.settings.password_min_length, wrong)
    words = (
        f"You are invited to track time in the workspace “{offer.workspace.name}”.",
        "Enter the password of your account to join it."
        if offer.known
        else "Choose a password to join it: with it you get an account on this server.",
    )
    email = Field(kind="email", name="email", label="Your e-mail", value=offer.account.email, fixed=True)
    code_sent = Field(kind="hidden", name="code", value=code)
    form = Form(invitations.PAGE, (code_sent, email, *fields), "Join the workspace")
    return Page(f"Join {offer.workspace.name}", words, form)


def _known(wrong: str) -> tuple[Field, ...]:
    return (Field(kind="current_password", name="password", label="Your password", error=wrong),)


def _new(offer: Offer, sent: dict[str, str], least: int, wrong: str) -> tuple[Field, ...]:
    name = sent.get("name", offer.account.name)
    return (
        Field(kind="name", name="name", label="Your name", value=name),
        Field(
            kind="password",
            name="password",
            label="A password",
            hint=f"{least} characters or more.",
            error=wrong,
            least=least,
        ),
    )
