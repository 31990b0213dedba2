"""Reports as files: what they are called and what kind they are, and that none begins that is refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest

from hourhand.api.downloads import CSV, Download
from hourhand.api.http import House
from hourhand.core.errors import Invalid, NotFound, Problem
from hourhand.db import Database
from hourhand.settings import Settings
from tests.api.conftest import Api
from tests.api.reports_v2.asking import ask, refused
from tests.api.v8.sending import tracked
from tests.cast import Cast

DAYS = {"since": "2023-11-13", "until": "2023-11-14"}
NAMES = {
    "/details": ({}, "Toggl_time_entries_2023-11-13_to_2023-11-14"),
    "/summary": ({}, "Toggl_projects_2023-11-13_to_2023-11-14"),
    "/summary?grouping=clients": ({"grouping": "clients"}, "Toggl_clients_2023-11-13_to_2023-11-14"),
    "/summary?grouping=users": ({"grouping": "users"}, "Toggl_users_2023-11-13_to_2023-11-14"),
    "/weekly": ({}, "Toggl_weekly_2023-11-13_to_2023-11-19"),
}
KINDS = {
    ".csv": ("text/csv; charset=utf-8", b"\xef\xbb\xbf"),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK\x03\x04"),
    ".xls": ("application/vnd.ms-excel", b"\xd0\xcf\x11\xe0"),
    ".pdf": ("application/pdf", b"%PDF-"),
}


@pytest.mark.parametrize("suffix", KINDS)
@pytest.mark.parametrize("report", NAMES)
def test_a_file_has_its_name_and_its_kind(api: Api, cast: Cast, report: str, suffix: str) -> None:
    tracked(api, cast.ann, "2023-11-14T09:00:00Z", 3600, pid=cast.public.id, description="some work")
    arguments, name = NAMES[report]
    media_type, beginning = KINDS[suffix]
    answer = ask(api, report.partition("?")[0] + suffix, cast.ann, cast.acme.id, **DAYS, **arguments)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == media_type
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}{suffix}"'
    assert "warning" not in answer.headers
    assert answer.content.startswith(beginning)


def test_csv_has_all_pages_and_a_reader_s_formats(api: Api, cast: Cast) -> None:
    api.data("PUT", "/me", cast.ann, {"user": {"timezone": "Asia/Tokyo", "date_format": "DD.MM.YYYY"}})
    for minute in range(51):
        tracked(api, cast.ann, f"2023-11-14T12:{minute:02}:00Z", 5400, wid=cast.acme.id, description=str(minute))
    lines = ask(api, "/details.csv", cast.ann, cast.acme.id, order_desc="off").text.splitlines()
    assert len(lines) == 52
    assert lines[0].startswith("\ufeffUser,Email,Client,Project,Task,Description,Billable,Start date,Start time,")
    assert lines[1].startswith("Ann,ann@example.org,,,,0,No,14.11.2023,21:00:00,14.11.2023,22:30:00,01:30:00,,")
    decimal = ask(api, "/details.csv", cast.ann, cast.acme.id, display_hours="decimal").text
    assert ",1.50," in decimal


def test_formulas_are_defused_unless_the_operator_wants_every_byte(database: Database, cast: Cast) -> None:
    for formulas, cell in (("defused", ",'=1+1,"), ("exact", ",=1+1,")):
        api = Api(House(database, cast.vault, Settings(log="off", rate_limit="off", csv_formulas=formulas)))  # type: ignore[arg-type]
        tracked(api, cast.ann, "2023-11-14T09:00:00Z", 60, wid=cast.acme.id, description="=1+1")
        assert cell in ask(api, "/details.csv", cast.ann, cast.acme.id).text
        api.close()


@pytest.mark.parametrize("suffix", KINDS)
def test_what_is_refused_is_no_file(api: Api, cast: Cast, suffix: str) -> None:
    for report in ("/details", "/summary", "/weekly"):
        answer = ask(api, report + suffix, cast.eve, cast.acme.id)
        assert refused(answer) == (403, "You are not in this workspace")
        assert "content-disposition" not in answer.headers
        assert refused(ask(api, report + suffix, cast.ann, cast.acme.id, billable="x"))[0] == 400


def test_too_many_rows_for_the_old_format_are_told_of_the_new_one(
    api: Api, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:

    def written(*_: object) -> bytes:
        raise Invalid(Problem("report", "rows", "too_many", {"limit": 65535}))

    monkeypatch.setattr("hourhand.reports.xls.written", written)
    answer = ask(api, "/details.xls", cast.ann, cast.acme.id)
    assert refused(answer) == (
        400,
        "A report of more than 65535 rows does not fit into this format: ask for .xlsx or .csv",
    )


# How a file is sent -----------------------------------------------------------------------------


class _Parts:
    """A file in parts, which notes how many were asked for, and whether it was let go of."""

    def __init__(self, parts: list[bytes], error: Exception | None = None) -> None:
        self.given = 0
        self.closed = False
        self._parts = parts
        self._error = error

    async def __call__(self) -> AsyncIterator[bytes]:
        try:
            for part in self._parts:
                self.given += 1
                yield part
            if self._error is not None:
                raise self._error
        finally:
            self.closed = True


def _sent(parts: _Parts, *, leaves_after: int | None = None) -> list[dict[str, Any]]:
    """What is sent to somebody who perhaps leaves after so many messages."""
    messages: list[dict[str, Any]] = []

    async def serve() -> None:
        left = asyncio.Event()

        async def receive() -> dict[str, Any]:
            await left.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            messages.append(message)
            if leaves_after is not None and len(messages) >= leaves_after:
                left.set()
            await asyncio.sleep(0)
            await asyncio.sleep(0)

        answer = Download(CSV, "file", parts())
        await answer.to_asgi_response(None, cast(Any, None))({}, receive, send)

    asyncio.run(serve())
    return messages


def test_parts_are_sent_as_they_come() -> None:
    parts = _Parts([b"a", b"b", b"c"])
    head, *body = _sent(parts)
    assert (head["type"], head["status"]) == ("http.response.start", 200)
    assert [(it["body"], it["more_body"]) for it in body] == [(b"a", True), (b"b", True), (b"c", True), (b"", False)]
    assert parts.closed


def test_nothing_more_is_made_for_somebody_who_has_left() -> None:
    parts = _Parts([b"x"] * 1000)
    assert len(_sent(parts, leaves_after=3)) < 6
    assert parts.given < 6
    assert parts.closed


def test_a_file_that_fails_before_its_first_part_is_no_answer() -> None:
    for error in (NotFound("workspace", 5), RuntimeError("a bug")):
        parts = _Parts([], error)
        with pytest.raises(type(error)):
            _sent(parts)
        assert parts.closed


def test_a_file_that_fails_later_is_not_ended_as_if_it_were_whole() -> None:
    parts = _Parts([b"a"], RuntimeError("a bug"))
    messages: list[dict[str, Any]] = []
    with pytest.raises(RuntimeError):
        messages = _sent(parts)
    assert messages == []
    assert parts.closed


def test_an_empty_file_is_a_file() -> None:
    assert next(iter(_sent(_Parts([]))))["type"] == "http.response.start"
