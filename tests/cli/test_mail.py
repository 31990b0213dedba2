"""`hourhand mail`: mails are to be seen in the database, and a server sends them."""

from __future__ import annotations

import json
from pathlib import Path

from hourhand.core import jobs, mails
from hourhand.core.mails import Invitation
from hourhand.db import Database, Tx, open_database
from tests.cast import Cast, assemble
from tests.cli.conftest import Cli
from tests.cli.test_jobs import visit, wait_for
from tests.mail.sink import Sink
from tests.server import Server, command

LINK = "/join?code=0123456789abcdef"


def invite(url: str, folder: Path, name: str = "Acme") -> int:
    """A mail to Ann in the database; returns its id."""
    database = open_database(url)
    try:
        cast = assemble(database, folder)
        return queue(database, cast, name)
    finally:
        database.close()


def queue(database: Database, cast: Cast, name: str) -> int:
    message = Invitation("Bob", name, LINK)
    job_id = database.write_now(lambda tx: mails.queue(tx, cast.vault, cast.ann.account, message))
    assert job_id is not None
    return job_id


def test_mails_are_listed_and_shown(cli: Cli) -> None:
    assert cli.done("mail", "list") == ""
    cli.environment["HOURHAND_PUBLIC_URL"] = "https://time.example.org"
    mail_id = invite(cli.environment["HOURHAND_DATABASE"], cli.folder, "Acme\x1b[2J\tClub")
    [line] = cli.done("mail", "list").splitlines()
    assert line.split("\t")[:4] == [str(mail_id), "waiting", "ann@example.org", "Bob invites you to Acme�[2J�Club"]
    [told] = json.loads(cli.done("mail", "list", "--json"))
    assert list(told) == ["id", "state", "to", "subject", "queued", "error"]
    shown = cli.done("mail", "show", str(mail_id))
    assert "state     waiting\nto        ann@example.org\n" in shown
    assert "Hello Ann,\n\nBob would like you to track time in the workspace “Acme [2J Club”.\n" in shown
    assert f"https://time.example.org{LINK}" in shown


def test_the_state_of_a_mail_is_told_in_its_own_words(cli: Cli) -> None:
    mail_id = invite(cli.environment["HOURHAND_DATABASE"], cli.folder)

    def give_up(tx: Tx) -> None:
        job = jobs.claim(tx, mail_id)
        assert job is not None
        jobs.fail(tx, job, "nobody\tthere", hopeless=True)

    visit(cli.environment["HOURHAND_DATABASE"], give_up)
    line = cli.done("mail", "list").rstrip("\n").split("\t")
    assert (line[1], line[5]) == ("given up", "nobody�there")
    cli.done("jobs", "retry", str(mail_id))
    assert cli.done("mail", "list").split("\t")[1] == "failing"


def test_what_is_no_mail_is_refused_in_one_line(on_sqlite: Cli) -> None:
    assert on_sqlite.refused("mail", "show", "12345678") == "there is no job 12345678"
    other = visit(
        on_sqlite.environment["HOURHAND_DATABASE"],
        lambda tx: jobs.enqueue(tx, "tidy_up", mails.About(1), bucket=7),
    )
    assert on_sqlite.refused("mail", "show", str(other)) == f"there is no mail {other}"


def test_a_mail_that_another_key_sealed_is_listed_without_its_words(on_sqlite: Cli) -> None:
    mail_id = invite(on_sqlite.environment["HOURHAND_DATABASE"], on_sqlite.folder)
    on_sqlite.environment["HOURHAND_KEY_FILE"] = str(on_sqlite.folder / "other.key")
    assert on_sqlite.done("mail", "list").split("\t")[2:4] == ["(sealed with another key)"] * 2
    assert "0123456789abcdef" not in on_sqlite.done("mail", "show", str(mail_id))


def test_a_server_sends_what_is_queued(database_url: str, tmp_path: Path) -> None:
    with Sink() as sink, Server(database_url, tmp_path, smtp_url=sink.url) as server:
        mail_id = invite(database_url, tmp_path)
        wait_for(lambda: len(sink.mails) == 1)
        assert server.url + LINK in sink.mails[0].part("plain")
        wait_for(lambda: command(server, "mail", "list").stdout.split("\t")[1] == "sent")
        server.terminate()
        assert server.wait() == 0
        assert str(mail_id) not in server.stdout
        assert "0123456789abcdef" not in server.stdout + server.stderr


def test_a_server_that_is_killed_while_it_sends_sends_again(database_url: str, tmp_path: Path) -> None:
    with Sink() as sink, Server(database_url, tmp_path, smtp_url=sink.url) as server:
        sink.seconds = 30
        mail_id = invite(database_url, tmp_path)
        wait_for(lambda: sink.tries == 1)
        server.kill()
        sink.seconds = 0
        server.start()
        # Not before the dead one's time is over; here it is over at once.
        assert visit(database_url, lambda tx: jobs.find(tx, mail_id).state(tx.now)) == "running"
        visit(
            database_url,
            lambda tx: tx.run(
                "update jobs set claimed_until = :now where bucket = :bucket and id = :id",
                now=tx.now - 1,
                bucket=mail_id & 4095,
                id=mail_id,
            ),
        )
        wait_for(lambda: len(sink.mails) == 1)
        wait_for(lambda: visit(database_url, lambda tx: jobs.find(tx, mail_id)).finished_at is not None)


def test_a_server_without_a_mail_server_writes_mails_to_its_log(database_url: str, tmp_path: Path) -> None:
    with Server(database_url, tmp_path) as server:
        mail_id = invite(database_url, tmp_path)
        wait_for(lambda: "mail" in server.stdout)
        server.terminate()
        assert server.wait() == 0
        [told] = [record["mail"] for line in server.stdout.splitlines() if "mail" in (record := json.loads(line))]
    assert (told["id"], told["to"]) == (mail_id, "ann@example.org")
    assert server.url + LINK in told["text"]
