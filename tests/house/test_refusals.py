"""Everything that the core or the database refuses has words and a status in each dialect, in each of its modes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import litestar
import pytest
from litestar import Litestar, Router
from litestar.datastructures import State

from hourhand.api.http import House
from hourhand.api.reports_v2 import refuse as reports
from hourhand.api.v8.refuse import REFUSALS
from hourhand.api.v8.wire import V8Answer
from hourhand.core import errors
from hourhand.core.errors import (
    Conflict,
    Forbidden,
    Invalid,
    Malformed,
    NotFound,
    Problem,
    Refusal,
    TooMany,
    Unauthenticated,
)
from hourhand.core.secrets import open_vault
from hourhand.db import Overloaded, StorageFull, Unavailable, open_database
from hourhand.settings import Settings

# What can go wrong with a database while a server runs.
PASSING = {Overloaded, StorageFull, Unavailable}
BLANK, TAKEN = Problem("client", "name", "blank"), Problem("client", "name", "taken")
_LOST = (503, "The database is not available: lost\n"), (503, "The database is not available: lost\n")
# A refusal, a method, and the answers as documented and as recorded.
SAID: list[tuple[Exception, str, tuple[int, str], tuple[int, str]]] = [
    (NotFound("tag", 5), "GET", (404, "null\n"), (404, "null\n")),
    (NotFound("tag", 5), "DELETE", (404, "null\n"), (404, "null\n")),
    (NotFound("tag", 5), "PUT", (404, '["Tag not found/no access to it"]\n'), (400, "Tag not found/no access to it\n")),
    (Forbidden("manage project"), "PUT", (403, ""), (403, "")),
    (
        Invalid(BLANK, TAKEN),
        "POST",
        (404, '["Name can\'t be blank","Name has already been taken"]\n'),
        (400, "Name can't be blank\n"),
    ),
    (
        Conflict("workspace", "owner_stays"),
        "PUT",
        (404, '["The owner cannot leave the workspace"]\n'),
        (400, "The owner cannot leave the workspace\n"),
    ),
    (
        Conflict("workspace", "owner_stays"),
        "DELETE",
        (403, "The owner cannot leave the workspace\n"),
        (403, "The owner cannot leave the workspace\n"),
    ),
    (TooMany("requests", 7), "GET", (429, "Too many requests\n"), (429, "Too many requests\n")),
    (Unauthenticated(3), "GET", (403, ""), (403, "")),
    (Malformed("no JSON"), "POST", (404, '["no JSON"]\n'), (400, "no JSON\n")),
    (StorageFull("the disk is full"), "PUT", (507, "the disk is full\n"), (507, "the disk is full\n")),
    (Unavailable("lost\nin detail"), "GET", *_LOST),
    (Overloaded("lost\nin detail"), "GET", *_LOST),
]
_TIP = "Change your request and try again; the arguments are listed in the documentation of the Reports API v2"
_AGAIN = "Wait for as long as Retry-After says, and send the request again"
# A refusal, and what a report answers then: status, message, tip.
SAID_OF_REPORTS: list[tuple[Exception, int, str, str]] = [
    (
        NotFound("workspace", 5),
        403,
        "You are not in this workspace",
        "Check workspace_id: it must be one that you are a member of",
    ),
    (NotFound("project", 5), 404, "There is no such project in the workspace", "Check project_id and workspace_id"),
    (Forbidden("see rates"), 403, "You may not do this", "Ask an admin of the workspace"),
    (Invalid(Problem("report", "until", "before_since")), 400, "until must not be before since", _TIP),
    (Conflict("workspace", "owner_stays"), 400, "This cannot be done as things are", _TIP),
    (TooMany("requests", 7), 429, "Too many requests", _AGAIN),
    (
        Unauthenticated(3),
        401,
        "api token missing",
        "You can find your API token in your profile; passwords are taken at /login alone",
    ),
    (Malformed("no JSON"), 400, "The request cannot be read", _TIP),
    (StorageFull("no room"), 507, "The disk is full", "Please contact whoever runs this server"),
    (Unavailable("lost"), 503, "The database is not available", _AGAIN),
    (Overloaded("lost"), 503, "The database is not available", _AGAIN),
]


@pytest.fixture(params=["documented", "recorded"])
def house(request: pytest.FixtureRequest, sqlite_url: str, tmp_path: Path) -> Iterator[House]:
    database = open_database(sqlite_url)
    yield House(database, open_vault(tmp_path / "secret.key"), Settings(v8_mode=request.param))
    database.close()


def refused(house: House, refusal: Exception, method: str, refusals: Any = REFUSALS) -> httpx.Response:
    """The answer of a handler that meets a refusal."""

    @litestar.route("/", http_method=["GET", "PUT", "POST", "DELETE"], status_code=200)
    async def refuse() -> None:
        raise refusal

    router = Router("/", route_handlers=[refuse], exception_handlers=refusals, response_class=V8Answer)
    app = Litestar([router], state=State({"house": house}), openapi_config=None, logging_config=None)

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app)) as client:  # type: ignore[arg-type]
            return await client.request(method, "http://127.0.0.1/")

    return asyncio.run(ask())


def test_every_kind_of_refusal_is_tried_below() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Refusal)]
    for tried in (SAID, SAID_OF_REPORTS):
        assert {Refusal, *(type(refusal) for refusal, *_ in tried)} == {*kinds, *PASSING}


@pytest.mark.parametrize("said", SAID, ids=lambda said: f"{type(said[0]).__name__} {said[1]}")
def test_a_refusal_has_its_words_in_each_mode(
    house: House, said: tuple[Exception, str, tuple[int, str], tuple[int, str]]
) -> None:
    refusal, method, documented, recorded = said
    answer = refused(house, refusal, method)
    assert (answer.status_code, answer.text) == (recorded if house.settings.v8_mode == "recorded" else documented)


@pytest.mark.parametrize("said", SAID_OF_REPORTS, ids=lambda said: type(said[0]).__name__)
def test_a_refusal_has_its_words_in_reports(house: House, said: tuple[Exception, int, str, str]) -> None:
    refusal, status, message, tip = said
    answer = refused(house, refusal, "GET", reports.REFUSALS)
    assert answer.status_code == status
    assert answer.json() == {"error": {"message": message, "tip": tip, "code": status}}
    assert answer.headers["Warning"] == message
    if status in (429, 503):
        assert int(answer.headers["Retry-After"]) >= 1


def test_who_has_to_wait_or_try_again_is_told_how_long_and_how_often(house: House) -> None:
    assert refused(house, TooMany("requests", 7), "GET").headers["Retry-After"] == "7"
    assert refused(house, Unavailable("lost"), "GET").headers["Retry-After"] == "1"
    assert refused(house, Unauthenticated(3), "GET").headers["X-Remaining-Login-Attempts"] == "3"
    assert "WWW-Authenticate" not in refused(house, Unauthenticated(), "GET").headers
