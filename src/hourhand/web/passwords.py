"""Pages for who lost their password: one to ask for a link, and one where the link in the mail leads."""

from __future__ import annotations

from typing import Annotated

from litestar import Response
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter

from hourhand.api.auth import Gate
from hourhand.core import accounts, lost_passwords
from hourhand.core.accounts import Account
from hourhand.core.errors import Invalid, Problem
from hourhand.languages import Translator
from hourhand.web import pages
from hourhand.web.pages import AnyRequest, Field, Form, Page

ASK = "/user/lost_password"
_ASKED = f"{ASK}/sent"
_RESET = lost_passwords.PATH
_DONE = f"{_RESET}/done"


@pages.get(ASK)
async def get_lost_password(request: AnyRequest) -> Response[str]:
    """The form that asks for a link."""
    return pages.shown(request, _asking(pages.speaker(request)))


@pages.post(ASK)
async def ask_for_link(request: AnyRequest) -> Response[str]:
    """Have a link sent; the answer is the same whether anybody has the address."""
    gate: Gate = request.app.state.gate
    email = (await pages.sent(request)).get("email", "")
    try:
        await gate.house.database.write(lambda tx: lost_passwords.ask(tx, email))
    except Invalid:
        return pages.shown(request, _asking(pages.speaker(request), email, wrong=True), 400)
    return pages.see(_ASKED)


@pages.get(_ASKED)
async def get_link_is_sent(request: AnyRequest) -> Response[str]:
    """What there is to do next."""
    return pages.shown(request, _sent(pages.speaker(request)))


@pages.get(_RESET)
async def get_reset_password(request: AnyRequest, code: Annotated[str, QueryParameter()] = "") -> Response[str]:
    """The form for a new password. A code that is not worth anything is an unknown page."""
    gate: Gate = request.app.state.gate
    account = await gate.house.database.read(lambda tx: lost_passwords.owner(tx, code))
    least = gate.house.settings.password_min_length
    return pages.shown(request, _setting(pages.speaker(request), account, code, least))


@pages.post(_RESET)
async def reset_password(request: AnyRequest) -> Response[str]:
    """Set the password. The code says whose; it is looked at before anything is hashed."""
    gate: Gate = request.app.state.gate
    house, form = gate.house, await pages.sent(request)
    code, password = form.get("code", ""), form.get("password", "")
    account = await house.database.read(lambda tx: lost_passwords.owner(tx, code))
    least = house.settings.password_min_length
    try:
        accounts.check_password(password, least)
    except Invalid as error:
        page = _setting(pages.speaker(request), account, code, least, error.problems[0])
        return pages.shown(request, page, 400)
    password_hash = await gate.hashed(password)
    await house.database.write(lambda tx: lost_passwords.reset(tx, code, password_hash))
    return pages.see(_DONE)


@pages.get(_DONE)
async def get_password_is_set(request: AnyRequest) -> Response[str]:
    """What there is to do next."""
    return pages.shown(request, _done(pages.speaker(request)))


ROUTES: list[HTTPRouteHandler] = [
    get_lost_password,
    ask_for_link,
    get_link_is_sent,
    get_reset_password,
    reset_password,
    get_password_is_set,
]


def new_password(say: Translator, label: str, least: int, wrong: Problem | None) -> Field:
    """The field for a new password of so many characters; `wrong` is why the last one was not taken."""
    hint = say(
        "At least {least} characters. A few words that do not belong together make a good one.",
        least=least,
    )
    error = _wrong(say, wrong) if wrong else ""
    return Field(kind="password", name="password", label=label, hint=hint, error=error, least=least)


def _wrong(say: Translator, problem: Problem) -> str:
    limit = problem.about["limit"]
    if problem.reason == "too_short":
        return say("That is too short: it takes {limit} characters or more.", limit=limit)
    return say("That is too long: it takes {limit} characters at most.", limit=limit)


def _asking(say: Translator, email: str = "", wrong: bool = False) -> Page:
    field = Field(
        kind="email",
        name="email",
        label=say("Your e-mail"),
        value=email,
        error=say("This is no e-mail address.") if wrong else "",
    )
    words = say("Enter the e-mail address that you log in with, and you get a mail with a link that sets a new one.")
    return Page(say("Lost your password?"), (words,), Form(ASK, (field,), say("Send the mail")))


def _sent(say: Translator) -> Page:
    words = (
        say("If there is an account with this address, a mail to it is on its way."),
        say("Its link works once, and within {minutes} minutes.", minutes=lost_passwords.MINUTES),
    )
    return Page(say("Look into your mail"), words)


def _setting(say: Translator, account: Account, code: str, least: int, wrong: Problem | None = None) -> Page:
    fields = (
        Field(kind="hidden", name="code", value=code),
        Field(kind="email", name="email", label=say("Your e-mail"), value=account.email, fixed=True),
        new_password(say, say("New password"), least, wrong),
    )
    words = say("You will have to log in again with it everywhere.")
    return Page(say("Set a new password"), (words,), Form(_RESET, fields, say("Set the password")))


def _done(say: Translator) -> Page:
    words = (
        say("Log in with it wherever you track your time: whoever was logged in before has to do so again."),
        say("Programs that use your API token go on as before."),
    )
    return Page(say("Your new password is set"), words)
