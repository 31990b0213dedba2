"""`/lost_passwords`: for those who cannot log in."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody
from msgspec import Meta, Struct

from hourhand.api.auth import GateGiven
from hourhand.api.v8.refuse import ARGUMENTS
from hourhand.api.v8.wire import post
from hourhand.core import lost_passwords

_ASKED = "Please check your inbox for further instructions"


class LostPasswordIn(Struct):
    """Whose password is lost."""

    email: Annotated[str | None, Meta(extra_json_schema={"format": "email"})] = None


@post("/lost_passwords", exception_handlers=ARGUMENTS)
async def ask_for_new_password(request: Request[Any, Any, Any], gate: GateGiven, data: JSONBody[LostPasswordIn]) -> str:
    """Have a mail sent with a link that sets a new password; the answer is the same whether anybody has the address."""
    gate.admit_stranger(request)
    await gate.house.database.write(lambda tx: lost_passwords.ask(tx, data.email))
    return _ASKED


ROUTES: list[HTTPRouteHandler] = [ask_for_new_password]
