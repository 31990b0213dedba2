"""`/user/reset_password`: where the link in a mail about a lost password leads."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter

from hourhand.api.auth import Gate
from hourhand.core import accounts, lost_passwords
from hourhand.core.accounts import Account
from hourhand.core.errors import Invalid, Problem
from hourhand.web import pages
from hourhand.web.pages import Field, Form, Page

PATH = lost_passwords.PATH
_DONE = f"{PATH}/done"
_WRONG = {
    "too_short": "That is too short: it takes {limit} characters or more.",
    "too_long": "That is too long: it takes {limit} characters at most.",
}


@pages.get(PATH)
async def get_reset_password(
    request: Request[Any, Any, Any], code: Annotated[str, QueryParameter()] = ""
) -> Response[str]:
    """The form for a new password. A code that is not worth anything is an unknown page."""
    gate: Gate = request.app.state.gate
    account = await gate.house.database.read(lambda tx: lost_passwords.owner(tx, code))
    return pages.shown(_asking(account, code, gate.house.settings.password_min_length))


@pages.post(PATH)
async def reset_password(request: Request[Any, Any, Any]) -> Response[Any]:
    """Set the password. The code says whose; it is looked at before anything is hashed."""
    gate: Gate = request.app.state.gate
    house, form = gate.house, await pages.sent(request)
    code, password = form.get("code", ""), form.get("password", "")
    account = await house.database.read(lambda tx: lost_passwords.owner(tx, code))
    least = house.settings.password_min_length
    try:
        accounts.check_password(password, least)
    except Invalid as error:
        return pages.shown(_asking(account, code, least, error.problems[0]), 400)
    password_hash = await gate.hashed(password)
    await house.database.write(lambda tx: lost_passwords.reset(tx, code, password_hash))
    return pages.see(_DONE)


@pages.get(_DONE)
async def get_password_is_set() -> Response[str]:
    """What there is to do next."""
    words = (
        "Log in with it wherever you track your time: whoever was logged in before with a password has to do so again.",
        "Programs that use your API token go on as before.",
    )
    return pages.shown(Page("Your new password is set", words))


def _asking(account: Account, code: str, least: int, wrong: Problem | None = None) -> Page:
    form = Form(
        PATH,
        (
            Field(kind="hidden", name="code", value=code),
            Field(kind="email", name="email", label="E-mail", value=account.email, fixed=True),
            Field(
                kind="password",
                name="password",
                label="New password",
                hint=f"At least {least} characters. A few words that do not belong together make a good one.",
                error=_WRONG[wrong.reason].format(**wrong.about) if wrong else "",
                least=least,
            ),
        ),
        "Set the password",
    )
    return Page("Set a new password", ("You will have to log in again with it everywhere.",), form)


ROUTES: list[HTTPRouteHandler] = [get_reset_password, reset_password, get_password_is_set]
