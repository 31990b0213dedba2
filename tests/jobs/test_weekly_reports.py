"""On Monday at eight in their own zone, those who want it are told what they did in their last week, once."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from hourhand.core import accounts, jobs, mails, project_members, time_entries, weeks
from hourhand.core.mails import Share, WeeklyReport
from hourhand.core.places import Place
from hourhand.core.time_entries import Draft
from hourhand.core.timing import Said
from hourhand.db import Database
from hourhand.jobs import weekly_reports
from hourhand.jobs.everything import KINDS
from tests.cast import Cast, Person, assemble
from tests.clock import Clock
from tests.jobs.office import Office

SWEEP = "weekly_reports"


def at(text: str) -> int:
    """Unix seconds of a time in UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@pytest.fixture
def cast(database: Database, clock: Clock, tmp_path: Path) -> Cast:
    clock.now = at("2023-11-05 12:00")
    return assemble(database, tmp_path)


def want(database: Database, person: Person, **changes: Any) -> None:
    """Let a person have the report."""
    wanted = accounts.Changes(**{"send_weekly_report": True, "timezone": "Europe/Tallinn", **changes})
    database.write_now(lambda tx: accounts.update(tx, person.at(tx), wanted))


def track(database: Database, person: Person, place: Place, start: str, seconds: int) -> None:
    begin = at(start)
    draft = Draft(place, Said(begin, begin + seconds, seconds), created_with="tests")
    database.write_now(lambda tx: time_entries.create(tx, person.at(tx), draft))


def sweep(database: Database, folder: Path) -> list[tuple[str, WeeklyReport]]:
    """Who was told what in all, after what the worker does every quarter of an hour."""
    office = Office(database, folder)
    kinds = {name: KINDS[name] for name in (weekly_reports.KIND,)}

    async def play() -> None:
        [job_id] = await office.put(SWEEP, 1)
        job = await database.read(lambda tx: jobs.find(tx, job_id))
        await KINDS[SWEEP].do(office.tools, job)
        async with office.working(kinds):
            reports = await database.read(lambda tx: [job.id for job in jobs.of_kind(tx, weekly_reports.KIND)])
            if reports:
                await office.all_are(reports, "finished")

    asyncio.run(play())
    found = [
        mails.opened(office.tools.vault, job) for job in database.write_now(lambda tx: jobs.of_kind(tx, mails.KIND))
    ]
    return [(mail.email, mail.message) for mail in found if mail and isinstance(mail.message, WeeklyReport)]


def test_on_monday_at_eight_of_ones_own_zone_the_last_week_is_told_once(
    database: Database, cast: Cast, clock: Clock, tmp_path: Path
) -> None:
    want(database, cast.bob)
    track(database, cast.bob, Place(cast.acme.id, cast.public.id), "2023-11-07 09:00", 7200)
    track(database, cast.bob, Place(cast.acme.id, cast.public.id), "2023-11-08 09:00", 600)
    track(database, cast.bob, Place(cast.bob.home), "2023-11-09 09:00", 60)
    # Tallinn is two hours ahead: the first of these is on Sunday the 5th there, the last on Monday the 13th.
    track(database, cast.bob, Place(cast.bob.home), "2023-11-05 21:59:59", 1)
    track(database, cast.bob, Place(cast.bob.home), "2023-11-05 22:00", 100)
    track(database, cast.bob, Place(cast.bob.home), "2023-11-12 21:59:59", 1000)
    track(database, cast.bob, Place(cast.bob.home), "2023-11-12 22:00", 10000)
    clock.now = at("2023-11-13 05:59:59")
    assert sweep(database, tmp_path) == []
    clock.now = at("2023-11-13 06:00")
    home = database.write_now(lambda tx: tx.rows("select name from workspaces where id = :id", id=cast.bob.home))[0][0]
    report = WeeklyReport(
        "2023-11-06",
        "2023-11-12",
        (Share("Acme", cast.public.id, "Public", 7800), Share(home, None, None, 1160)),
    )
    assert sweep(database, tmp_path) == [("bob@example.org", report)]
    for moment in ("2023-11-13 06:15", "2023-11-14 12:00", "2023-11-19 12:00"):
        clock.now = at(moment)
        assert len(sweep(database, tmp_path)) == 1
    clock.now = at("2023-11-20 06:00")
    assert len(sweep(database, tmp_path)) == 2


def test_who_does_not_want_it_or_did_nothing_gets_none(
    database: Database, cast: Cast, clock: Clock, tmp_path: Path
) -> None:
    track(database, cast.bob, Place(cast.acme.id), "2023-11-07 09:00", 7200)
    want(database, cast.cleo)
    clock.now = at("2023-11-13 06:00")
    assert sweep(database, tmp_path) == []
    # Who wants it from now on, in time, gets it still.
    want(database, cast.bob)
    assert [email for email, _ in sweep(database, tmp_path)] == ["bob@example.org"]


def test_a_server_that_was_off_on_monday_is_late_but_not_by_days(
    database: Database, cast: Cast, clock: Clock, tmp_path: Path
) -> None:
    want(database, cast.bob)
    track(database, cast.bob, Place(cast.acme.id), "2023-11-07 09:00", 7200)
    clock.now = at("2023-11-16 06:00")
    assert sweep(database, tmp_path) == []
    clock.now = at("2023-11-16 05:59:59")
    assert len(sweep(database, tmp_path)) == 1


def test_a_project_that_one_may_no_longer_see_is_not_named(
    database: Database, cast: Cast, clock: Clock, tmp_path: Path
) -> None:
    want(database, cast.cleo)
    track(database, cast.cleo, Place(cast.acme.id, cast.private.id), "2023-11-07 09:00", 7200)

    database.write_now(lambda tx: project_members.remove_all(tx, cast.ann.at(tx), cast.private))
    clock.now = at("2023-11-13 06:00")
    [(_, report)] = sweep(database, tmp_path)
    assert report.shares == (Share("Acme", cast.private.id, None, 7200),)


@pytest.mark.parametrize(
    ("beginning_of_week", "first", "last"),
    [
        (1, date(2023, 11, 6), date(2023, 11, 12)),
        (0, date(2023, 11, 5), date(2023, 11, 11)),
        (6, date(2023, 11, 4), date(2023, 11, 10)),
        (2, date(2023, 10, 31), date(2023, 11, 6)),
    ],
)
def test_a_week_begins_on_ones_own_day(beginning_of_week: int, first: date, last: date) -> None:
    assert weeks.last_week(date(2023, 11, 13), beginning_of_week) == (first, last)


@pytest.mark.parametrize(
    ("zone", "moment", "monday"),
    [
        ("Pacific/Kiritimati", "2023-11-12 17:59", None),
        ("Pacific/Kiritimati", "2023-11-12 18:00", date(2023, 11, 13)),
        ("Asia/Kathmandu", "2023-11-13 02:14", None),
        ("Asia/Kathmandu", "2023-11-13 02:15", date(2023, 11, 13)),
        ("Pacific/Pago_Pago", "2023-11-13 18:59", None),
        ("Pacific/Pago_Pago", "2023-11-13 19:00", date(2023, 11, 13)),
        # The clock went back a day before.
        ("America/New_York", "2023-11-06 12:59", None),
        ("America/New_York", "2023-11-06 13:00", date(2023, 11, 6)),
    ],
)
def test_eight_is_when_the_clock_on_the_wall_says_so(zone: str, moment: str, monday: date | None) -> None:
    assert weeks.due_monday(at(moment), zone) == monday
