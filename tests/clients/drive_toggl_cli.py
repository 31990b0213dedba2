"""A day's work with togglCli. Runs with its Python: the server's address, then a token, an e-mail, a password.

The commands are run in this process, because each of its own would take a second to load.
"""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from click.testing import CliRunner

YESTERDAY = (datetime.now(UTC) - timedelta(days=1)).date()


def point_at(base: str, token: str) -> None:
    """Have the program call a server of our own, with the settings file that its first start would write."""
    Path.home().joinpath(".togglrc").write_text(f"[version]\nversion = 2.4.4\n[auth]\napi_token = {token}\n")
    from toggl import toggl  # type: ignore[import-not-found]

    toggl.TOGGL_URL = f"{base}/api/v8"
    toggl.REPORTS_URL = f"{base}/reports/api/v2"


def run(*words: str, code: int = 0) -> list[str]:
    """The lines that a command prints; fails unless it ends with a code."""
    from toggl.cli.commands import cli  # type: ignore[import-not-found]

    ended = CliRunner().invoke(cli, words, obj={})
    # It adds another one for each command, with the output of that time.
    logging.getLogger("toggl").handlers.clear()
    assert ended.exit_code == code, (words, ended.exit_code, ended.output, ended.exception)
    return ended.output.strip("\n").splitlines()


def rows(*words: str) -> list[list[str]]:
    """The rows of a listing, without its head."""
    return [line.split("\t") for line in run("--simple", *words)[1:]]


def names(*words: str) -> list[str]:
    """The first column of a listing."""
    return [row[0] for row in rows(*words)]


def details(*words: str) -> dict[str, str]:
    """What a command tells of one thing, line by line."""
    return {name: value.strip() for name, _, value in (line.partition(":") for line in run(*words)[1:])}


def look_around() -> None:
    [workspace] = rows("workspaces", "ls")
    assert workspace[:3] == ["Ann's workspace", "True", "True"]
    assert details("workspaces", "get")["Default currency"] == "USD"
    assert details("workspaces", "get", "Ann's workspace")["Admin"] == "True"
    me = details("me")
    assert (me["Fullname"], me["Timezone"]) == ("Ann", "Europe/Tallinn")
    for things in ("clients", "projects", "tags", "tasks"):
        assert run(things, "ls") == ["No entries were found!"]


def set_up_projects() -> None:
    run("clients", "add", "--name", "Customer", "--notes", "Call first")
    run("clients", "update", "Customer", "--name", "Customer 2")
    assert names("clients", "ls") == ["Customer 2"]
    assert details("clients", "get", "Customer 2")["Notes"] == "Call first"
    run("projects", "add", "-n", "Site", "-c", "Customer 2", "--billable", "--rate", "12.5", "--color", "3")
    run("projects", "add", "-n", "Idle")
    run("projects", "update", "Site", "--name", "Web site", "--rate", "15", "--public")
    assert names("projects", "ls") == ["Idle", "Web site"]
    site = details("projects", "get", "Web site")
    assert (site["Rate"], site["Hex color"], site["Is private"]) == ("15.0", "#e36a00", "False")
    assert site["Client"].startswith("Customer 2")
    run("tags", "add", "--name", "red")
    run("tags", "update", "red", "--name", "blue")
    assert names("tags", "ls") == ["blue"]
    run("tasks", "add", "--name", "Plan", "--estimated_seconds", "3600", "--project", "Web site")
    run("tasks", "update", "Plan", "--name", "Plan it")
    assert details("tasks", "get", "Plan it")["Estimated seconds"] == "3600"


def add_and_list() -> None:
    run("add", f"{YESTERDAY} 10:00", "1h30m", "Design", "-o", "Web site", "-a", "blue,new", "--billable")
    run("add", f"{YESTERDAY} 12:00", f"{YESTERDAY} 12:45", "Review", "--task", "Plan it", "--project", "Web site")
    fields = "description,duration,tags,project,billable"
    review, design = rows("ls", "--fields", fields)
    assert review[:2] == ["Review", "0:45:00"]
    assert design[:2] == ["Design", "1:30:00"]
    assert sorted(design[2].split(", ")) == ["blue", "new"]
    assert (design[3].split(" (")[0], design[4]) == ("Web site", "True")
    assert names("ls", "--start", f"{YESTERDAY} 11:00") == ["Review"]
    assert names("ls", "--tags", "blue") == ["Design"]
    assert names("ls", "--project", "Web site") == ["Review", "Design"]
    assert [line.split()[-1] for line in run("sum", "--show-total")[1:]] == ["2:15:00", "2:15:00"]


def report() -> None:
    """What it lists and sums by the reports, and not by the list of the latest entries."""
    fields = "description,duration,start,stop,tags,project"
    assert rows("ls", "--use-reports", "--fields", fields) == rows("ls", "--fields", fields)
    days = ("--start", f"{YESTERDAY} 00:00", "--stop", f"{YESTERDAY} 23:00")
    assert [line.split()[-1] for line in run("sum", "--use-reports", *days)[1:]] == ["2:15:00"]
    assert names("ls", "--use-reports", "--start", f"{YESTERDAY - timedelta(days=400)} 00:00") == []


def run_the_timer() -> None:
    run("now", code=1)
    run("stop", code=1)
    run("start", "Talk", "--project", "Idle", "--tags", "phone")
    changed = details("now", "--description", "Talk to Bob", "--tags", "+blue,-phone", "--project", "Web site")
    assert (changed["Tags"], changed["Project"].split(" (")[0]) == ("blue", "Web site")
    assert int(changed["Duration"].split(":")[0]) == 0
    run("start", "Write")
    assert names("ls")[:2] == ["Write", "Talk to Bob"]
    assert run("stop") == ["'Write' was stopped"]
    run("continue", "Design")
    assert run("stop") == ["'Design' was stopped"]
    run("start", "Late", "--start", f"{YESTERDAY} 20:00")
    run("stop", "--stop", f"{YESTERDAY} 21:00")
    assert ["Late", "1:00:00"] in [row[:2] for row in rows("ls")]


def clean_up() -> None:
    run("rm", "Review")
    run("rm", "Review", code=44)
    assert "Review" not in names("ls")
    run("tasks", "rm", "Plan it", "--yes")
    run("tags", "rm", "blue", "--yes")
    run("projects", "rm", "Web site", "--yes")
    run("clients", "rm", "Customer 2", "--yes")
    run("clients", "rm", "Customer 2", "--yes", code=44)
    assert names("projects", "ls") == ["Idle"]
    design = next(row for row in rows("ls", "-f", "description,duration,tags,project") if row[1] == "1:30:00")
    assert design[2:] == ["new", ""]


def log_in(email: str, password: str, token: str) -> None:
    """What its first start asks for, and how it finds the token."""
    from toggl.utils import others  # type: ignore[import-not-found]

    assert others.are_credentials_valid(api_token=token)
    assert not others.are_credentials_valid(api_token=token[::-1])
    assert not others.are_credentials_valid(username=email, password="wrong")
    assert others.convert_credentials_to_api_token(email, password) == token


def main(base: str, token: str, email: str, password: str) -> None:
    point_at(base, token)
    log_in(email, password, token)
    look_around()
    set_up_projects()
    add_and_list()
    report()
    run_the_timer()
    clean_up()


main(*sys.argv[1:])
