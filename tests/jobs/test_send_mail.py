"""Mails as jobs: sealed, sent once however often it is tried, and in the log where there is no mail server."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from hourhand.core import jobs, mails, workspaces
from hourhand.core.mails import Invitation, LostPassword
from hourhand.core.secrets import open_vault
from hourhand.db import Database, Tx
from hourhand.jobs import worker
from hourhand.jobs.everything import KINDS
from tests.cast import Cast, assemble
from tests.clock import Clock
from tests.jobs.office import Office, until
from tests.mail.sink import Sink

SECRET = "0123456789abcdef"
MAIL_KINDS = {mails.KIND: KINDS[mails.KIND]}


@pytest.fixture
def cast(database: Database, tmp_path: Path) -> Cast:
    return assemble(database, tmp_path)


def queue(database: Database, cast: Cast, *, key: str | None = None) -> int | None:
    """A mail to Ann with a secret link."""
    message = LostPassword(f"/password?code={SECRET}", 30)
    return database.write_now(lambda tx: mails.queue(tx, cast.vault, cast.ann.account, message, key=key))


def work_until(office: Office, job_id: int | None, state: str) -> None:
    """Let a worker send mails until one is in a state."""

    async def play() -> None:
        assert job_id is not None
        async with office.working(MAIL_KINDS):
            await office.all_are([job_id], state)

    asyncio.run(play())


def office_with(database: Database, folder: Path, sink: Sink) -> Office:
    """An office that sends its mails to a sink."""
    return Office(
        database,
        folder,
        smtp_url=sink.url,
        mail_from="Time <time@example.org>",
        public_url="https://time.example.org/",
    )


def test_a_mail_is_sent_to_its_person_with_links_to_the_public_address(
    database: Database, cast: Cast, tmp_path: Path
) -> None:
    with Sink() as sink:
        job_id = queue(database, cast)
        work_until(office_with(database, tmp_path, sink), job_id, "finished")
    [mail] = sink.mails
    assert (mail.sender, mail.recipients) == ("time@example.org", ["ann@example.org"])
    assert (mail.message["From"], mail.message["To"]) == ("Time <time@example.org>", "Ann <ann@example.org>")
    assert mail.message["Message-ID"] == f"<{job_id}.{jobs_created(database, job_id)}@example.org>"
    for kind in ("plain", "html"):
        assert f"https://time.example.org/password?code={SECRET}" in mail.part(kind)


def test_a_mail_is_queued_if_and_only_if_what_it_tells_of_is_so(database: Database, cast: Cast, tmp_path: Path) -> None:
    def invite(tx: Tx, fail: bool) -> None:
        made = workspaces.create(tx, cast.ann.at(tx), workspaces.Draft("Club"))
        mails.queue(tx, cast.vault, cast.bob.account, Invitation("Ann", made.name, "/join"))
        if fail:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.write_now(lambda tx: invite(tx, fail=True))
    assert database.write_now(jobs.unfinished) == []
    database.write_now(lambda tx: invite(tx, fail=False))
    [job] = database.write_now(jobs.unfinished)
    found = mails.opened(cast.vault, job)
    assert found is not None
    assert (found.email, found.message) == ("bob@example.org", Invitation("Ann", "Club", "/join"))


def test_with_a_key_a_mail_is_sent_once(database: Database, cast: Cast, tmp_path: Path) -> None:
    with Sink() as sink:
        job_id = queue(database, cast, key="a reason")
        assert queue(database, cast, key="a reason") is None
        work_until(office_with(database, tmp_path, sink), job_id, "finished")
        assert queue(database, cast, key="a reason") is None
    assert len(sink.mails) == 1


def test_what_a_mail_says_is_not_to_be_read_in_the_database(database: Database, cast: Cast, tmp_path: Path) -> None:
    job_id = queue(database, cast)
    [row] = database.write_now(lambda tx: tx.rows("select * from jobs where id = :id", id=job_id))
    assert SECRET not in str(row)
    assert "ann@example.org" not in str(row)
    job = database.write_now(lambda tx: jobs.find(tx, job_id or 0))
    assert mails.opened(cast.vault, job) is not None
    # What is moved elsewhere, or sealed with another key, does not open.
    other = database.write_now(
        lambda tx: jobs.enqueue(tx, mails.KIND, mails.About(cast.ann.id), bucket=5, seal=lambda _: job.sealed or b"")
    )
    assert mails.opened(cast.vault, database.write_now(lambda tx: jobs.find(tx, other or 0))) is None
    assert mails.opened(open_vault(tmp_path / "other.key"), job) is None
    work_until(Office(database, tmp_path), other, "buried")


def test_while_the_mail_server_is_down_a_mail_waits_and_then_goes_once(
    database: Database, cast: Cast, clock: Clock, tmp_path: Path
) -> None:
    with Sink() as sink:
        office = office_with(database, tmp_path, sink)
        sink.refuse["content"] = "451 not now"
        job_id = queue(database, cast)
        assert job_id is not None

        async def play() -> None:
            async with office.working(MAIL_KINDS):
                # Two hours and more.
                for _ in range(7):
                    await office.all_are([job_id], "failing")
                    tries = sink.tries
                    clock.now = (await database.read(lambda tx: jobs.find(tx, job_id))).run_at
                    await until(lambda: more_than(sink, tries))  # noqa: B023
                sink.refuse.clear()
                await office.all_are([job_id], "failing")
                clock.advance(86400)
                await office.all_are([job_id], "finished")

        asyncio.run(play())
    assert len(sink.mails) == 1
    assert sink.mails[0].message["Message-ID"] == f"<{job_id}.{jobs_created(database, job_id)}@example.org>"
    assert {record["error"] for record in office.records} == {"the mail was refused: 451 not now"}


def test_a_repeat_has_the_same_message_id_and_date(
    database: Database, cast: Cast, clock: Clock, tmp_path: Path
) -> None:
    job_id = queue(database, cast)
    job = database.write_now(lambda tx: jobs.find(tx, job_id or 0))
    with Sink() as sink:
        office = office_with(database, tmp_path, sink)
        for _ in range(2):
            asyncio.run(send(office, job))
            clock.advance(3600)
    first, second = (mail.message for mail in sink.mails)
    assert (first["Message-ID"], first["Date"]) == (second["Message-ID"], second["Date"])


def test_a_recipient_that_is_refused_is_given_up_at_once_and_others_get_theirs(
    database: Database, cast: Cast, tmp_path: Path
) -> None:
    with Sink() as sink:
        office = office_with(database, tmp_path, sink)
        sink.refuse["recipient"] = "550 nobody of that name"
        refused = queue(database, cast)
        work_until(office, refused, "buried")
        assert sink.tries == 1
        sink.refuse.clear()
        work_until(office, queue(database, cast), "finished")
    assert len(sink.mails) == 1
    assert office.records[0]["error"] == "the recipient was refused: 550 nobody of that name"


def test_a_slow_mail_server_keeps_no_worker_from_its_end(
    database: Database, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "GRACE_SECONDS", 0.1)
    with Sink() as sink:
        sink.seconds = 2.0
        office = office_with(database, tmp_path, sink)
        job_id = queue(database, cast)
        assert job_id is not None

        async def play() -> float:
            async with office.working(MAIL_KINDS) as [at_work]:
                await until(lambda: more_than(sink, 0))
                began = time.monotonic()
                await at_work.stopped()
                return time.monotonic() - began

        assert asyncio.run(play()) < 1
    assert sink.mails == []


def test_without_a_mail_server_a_mail_is_a_record_in_the_log(database: Database, cast: Cast, tmp_path: Path) -> None:
    office = Office(database, tmp_path, public_url="https://time.example.org")
    job_id = queue(database, cast)
    work_until(office, job_id, "finished")
    [record] = office.records
    told = record["mail"]
    assert isinstance(told, dict)
    assert (told["id"], told["to"], told["subject"]) == (job_id, "ann@example.org", "Set a new password")
    assert f"https://time.example.org/password?code={SECRET}" in told["text"]


async def more_than(sink: Sink, tries: int) -> bool:
    """Whether the sink was tried more often than that."""
    return sink.tries > tries


def jobs_created(database: Database, job_id: int | None) -> int:
    """When a job was made."""
    return database.write_now(lambda tx: jobs.find(tx, job_id or 0)).created_at


async def send(office: Office, job: jobs.Job) -> None:
    """Do a job, claimed or not."""
    await KINDS[mails.KIND].do(office.tools, job)
