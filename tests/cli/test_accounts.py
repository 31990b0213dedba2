"""`hourhand account`, on both engines."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hourhand.core import accounts, passwords, tokens
from hourhand.core.errors import NotFound
from hourhand.db import Database, Tx, Work, open_database
from tests.cli.conftest import PASSWORD, Cli


def test_a_new_account_is_told_in_json_and_may_log_in(cli: Cli) -> None:
    told = cli.add("Ann@Example.org", "--name", "Ann", "--timezone", "Europe/Tallinn")
    assert list(told) == ["id", "email", "api_token", "default_wid"]
    found = visit(cli, lambda tx: tokens.owner(tx, told["api_token"]))
    assert (found.id, found.email, found.default_workspace_id) == (told["id"], "ann@example.org", told["default_wid"])
    assert (found.name, found.timezone) == ("Ann", "Europe/Tallinn")
    assert logs_in(cli, "ann@example.org", PASSWORD)


def test_a_new_account_is_told_in_lines(on_sqlite: Cli) -> None:
    said = on_sqlite.done("account", "add", "ann@example.org", "--no-password")
    told = dict(line.split(maxsplit=1) for line in said.splitlines())
    assert list(told) == ["id", "email", "api_token", "default_wid"]
    assert visit(on_sqlite, lambda tx: tokens.owner(tx, told["api_token"])).email == "ann@example.org"
    assert not logs_in(on_sqlite, "ann@example.org", "")


def test_an_account_without_a_password_waits_for_one(cli: Cli) -> None:
    cli.done("account", "add", "ann@example.org", "--no-password")
    told = cli.add("ann@example.org")
    assert logs_in(cli, "ann@example.org", PASSWORD)
    assert len(cli.done("account", "list").splitlines()) == 1
    assert cli.done("account", "token", "ann@example.org") == told["api_token"] + "\n"


def test_what_cannot_be_is_refused_in_one_line(on_sqlite: Cli) -> None:
    on_sqlite.add("ann@example.org")
    add = ("account", "add")
    line = on_sqlite.refused(*add, "ann@example.org", "--password-stdin", stdin=PASSWORD)
    assert line == "email has an account already"
    line = on_sqlite.refused(*add, "nonsense", "--timezone", "Mars/Base", "--no-password")
    assert line == "email is not valid; timezone is not valid"
    line = on_sqlite.refused(*add, "bob@example.org", "--password-stdin", stdin="short\n")
    assert line == "password needs at least 6 characters"
    assert "--password-stdin" in on_sqlite.refused(*add, "bob@example.org")
    assert "exclude" in on_sqlite.refused(*add, "bob@example.org", "--password-stdin", "--no-password")
    assert len(on_sqlite.done("account", "list").splitlines()) == 1


def test_the_list_is_a_line_each_to_be_searched(cli: Cli) -> None:
    assert cli.done("account", "list") == ""
    told = cli.add("ann@example.org", "--name", "Ann \x1b[2J\tof\nAcme")
    cli.add("bob@example.org", "--name", "[red]Bob")
    cli.done("account", "disable", "bob@example.org")
    ann, bob = (line.split("\t") for line in cli.done("account", "list").splitlines())
    assert ann[:4] == [str(told["id"]), "ann@example.org", "Ann �[2J�of�Acme", "Etc/UTC"]
    assert (ann[5], bob[2], bob[5]) == ("active", "[red]Bob", "disabled")
    listed: list[dict[str, Any]] = json.loads(cli.done("account", "list", "--json"))
    assert [list(one) for one in listed] == [["id", "email", "name", "timezone", "created_at", "state"]] * 2


def test_the_list_is_a_table_on_a_terminal(on_sqlite: Cli) -> None:
    on_sqlite.add("ann@example.org", "--name", "[red]Ann\x1b[2J")
    shown = on_sqlite.on_terminal("account", "list")
    assert "│" in shown
    assert "ann@example.org" in shown
    assert "[red]Ann�[2J" in shown


def test_a_password_is_asked_for_twice_on_a_terminal(on_sqlite: Cli) -> None:
    answers = (PASSWORD, "something else", PASSWORD, PASSWORD)
    shown = on_sqlite.on_terminal("account", "add", "ann@example.org", answers=answers)
    assert "ann@example.org" in shown
    assert shown.count("The same again") == 2
    assert PASSWORD not in shown
    assert logs_in(on_sqlite, "ann@example.org", PASSWORD)


def test_a_reset_token_replaces_the_old_one_at_once(cli: Cli) -> None:
    old = cli.add("ann@example.org")["api_token"]
    assert cli.done("account", "token", "ann@example.org") == old + "\n"
    new = cli.done("account", "token", "ann@example.org", "--reset").strip()
    assert visit(cli, lambda tx: tokens.owner(tx, new)).email == "ann@example.org"
    with pytest.raises(NotFound):
        visit(cli, lambda tx: tokens.owner(tx, old))


def test_a_token_that_another_key_sealed_is_not_shown(on_sqlite: Cli) -> None:
    on_sqlite.add("ann@example.org")
    other = str(on_sqlite.folder / "other.key")
    assert "--reset" in on_sqlite.refused("account", "token", "ann@example.org", HOURHAND_KEY_FILE=other)
    (on_sqlite.folder / "other.key").write_bytes(b"short")
    assert "not a key of ours" in on_sqlite.refused("account", "token", "ann@example.org", HOURHAND_KEY_FILE=other)


def test_a_new_password_replaces_the_old_one(cli: Cli) -> None:
    cli.add("ann@example.org")
    cli.done("account", "password", "ann@example.org", "--password-stdin", stdin="battery staple\r\n")
    assert logs_in(cli, "ann@example.org", "battery staple")
    assert not logs_in(cli, "ann@example.org", PASSWORD)
    assert "--password-stdin" in cli.refused("account", "password", "ann@example.org")
    line = cli.refused("account", "password", "ann@example.org", "--password-stdin", stdin="")
    assert line == "password needs at least 6 characters"


def test_a_disabled_account_lets_nobody_in(cli: Cli) -> None:
    token = cli.add("ann@example.org")["api_token"]
    cli.done("account", "disable", "ann@example.org")
    assert not logs_in(cli, "ann@example.org", PASSWORD)
    with pytest.raises(NotFound):
        visit(cli, lambda tx: tokens.owner(tx, token))
    for verb in ("token", "disable"):
        assert cli.refused("account", verb, "ann@example.org") == "ann@example.org is disabled"


@pytest.mark.parametrize("words", [["token"], ["disable"], ["password", "--password-stdin"]])
def test_an_unknown_account_is_named(on_sqlite: Cli, words: list[str]) -> None:
    line = on_sqlite.refused("account", *words, "eve@example.org", stdin=PASSWORD)
    assert line == "there is no account eve@example.org"


def visit(cli: Cli, work: Work[Any]) -> Any:
    """What a work finds in the command line's database."""
    database: Database = open_database(cli.environment["HOURHAND_DATABASE"])
    try:
        return database.write_now(work)
    finally:
        database.close()


def logs_in(cli: Cli, email: str, password: str) -> bool:
    """Whether this is the password of that account."""

    def stored(tx: Tx) -> str | None:
        found = accounts.credentials(tx, email)
        return found.password_hash if found else None

    return passwords.matches(password, visit(cli, stored))
