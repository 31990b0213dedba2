"""`hourhand report`, on both engines."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, get_args

import msgspec
import openpyxl
import pytest

from hourhand.cli import reports
from hourhand.core import workspaces
from hourhand.db import Tx, open_database
from hourhand.reports import results, summary, weekly
from tests.cast import Cast, assemble
from tests.cli.conftest import SCRIPT, Cli
from tests.reports.world import track

DAYS = ("--since", "2023-11-06", "--until", "2023-11-12")
ACME = ("--workspace", "Acme", *DAYS)
DOCS = Path(__file__).parents[2] / "docs" / "reports-files.md"


@pytest.fixture
def cast(cli: Cli) -> Cast:
    """Everybody, and what they tracked."""
    return tracked(cli)


def tracked(cli: Cli) -> Cast:
    """Everybody, and what they tracked, in the command line's database."""
    database = open_database(cli.environment["HOURHAND_DATABASE"])
    try:
        cast = assemble(database, cli.folder)
        database.write_now(lambda tx: track(tx, cast))
        return cast
    finally:
        database.close()


def rows(written: str) -> list[list[str]]:
    """The rows of a CSV file, with its header."""
    return [*csv.reader(StringIO(written.removeprefix("\ufeff"), newline=""))]


def told(cli: Cli, *words: str) -> Any:
    """A report as JSON."""
    return json.loads(cli.done("report", *words, "--format", "json"))


def test_time_entries_go_to_a_csv_file(cli: Cli, cast: Cast) -> None:
    written = rows(cli.done("report", "detailed", *ACME, "--format", "csv"))
    assert written[0][-2:] == ["Amount (EUR)", "Amount (USD)"]
    assert [row[5] for row in written[1:]] == ["on it", "", 'said "hello"', "'=1+1"]
    assert written[-1][7:12] == ["06.11.2023", "23:30:00", "07.11.2023", "01:00:00", "01:30:00"]
    cli.environment["HOURHAND_CSV_FORMULAS"] = "exact"
    exact = rows(cli.done("report", "detailed", *ACME, "--format", "csv", "--decimal-hours"))
    assert [exact[-1][5], exact[-1][11]] == ["=1+1", "1.50"]


def test_a_file_is_what_its_name_ends_in(cli: Cli, cast: Cast) -> None:
    for kind in ("summary", "detailed", "weekly"):
        for ending in ("csv", "xlsx", "json"):
            name = f"{kind}.{ending}"
            assert cli.done("report", kind, *ACME, "--output", name) == ""
            assert (cli.folder / name).stat().st_size > 100
    [sheet] = openpyxl.load_workbook(cli.folder / "detailed.xlsx").worksheets
    assert sheet.max_row == 5
    [header, *_] = rows((cli.folder / "summary.csv").read_text(encoding="utf-8-sig"))
    assert header == ["Client", "Project", "Registered time", "Billable time", "Amount (EUR)", "Amount (USD)"]
    assert (cli.folder / "weekly.json").read_text().startswith('{"since":"2023-11-06","until":"2023-11-12"')


def test_a_file_is_written_anew(on_sqlite: Cli) -> None:
    tracked(on_sqlite)
    (on_sqlite.folder / "x.csv").write_text("x" * 100_000)
    on_sqlite.done("report", "summary", *ACME, "--output", "x.csv")
    assert len((on_sqlite.folder / "x.csv").read_bytes()) < 1000
    # What is refused leaves the file alone.
    on_sqlite.refused("report", "summary", *ACME, "--output", "x.csv", "--project", "None such")
    assert len((on_sqlite.folder / "x.csv").read_bytes()) > 100
    assert "No such file" in on_sqlite.refused("report", "summary", *ACME, "--output", "nowhere/x.csv")


def test_a_workbook_goes_into_a_pipe(on_sqlite: Cli) -> None:
    tracked(on_sqlite)
    words = [str(SCRIPT), "report", "detailed", *ACME, "--format", "xlsx"]
    done = subprocess.run(words, env=on_sqlite.environment, cwd=on_sqlite.folder, capture_output=True, check=True)
    assert openpyxl.load_workbook(BytesIO(done.stdout)).worksheets[0].max_row == 5


def test_a_summary_is_told_in_json(cli: Cli, cast: Cast) -> None:
    found = told(cli, "summary", *ACME, "--grouping", "users", "--subgrouping", "clients")
    assert list(found) == ["since", "until", "totals", "groups"]
    assert found["totals"] == {
        "seconds": 1801 + 5400 + 360_000,
        "billable_seconds": 365_400,
        "amounts": [{"currency": "EUR", "amount": 6000}, {"currency": "USD", "amount": 400_000}],
    }
    ann, bob = found["groups"]
    title = {"kind": "user", "id": cast.ann.id, "name": "Ann", "client": None, "color": None}
    assert (ann["title"], ann["seconds"], ann["amounts"]) == (title, 1801, [{"currency": None, "amount": None}])
    assert [(item["title"]["name"], item["currency"], item["amount"], item["rate"]) for item in bob["items"]] == [
        ("=Formula", "USD", 400_000, 4000),
        ("Müller, Söhne", "EUR", 6000, 4000),
    ]


def test_time_entries_are_told_in_json(cli: Cli, cast: Cast) -> None:
    found = told(cli, "detailed", *ACME)
    assert list(found) == ["since", "until", "totals", "count", "lines"]
    assert found["count"] == len(found["lines"]) == 4
    line = found["lines"][-1]
    assert list(line) == list(results.Line.__struct_fields__)
    assert (line["description"], line["tags"], line["amount"], line["seconds"]) == ("=1+1", ["a", "b"], 6000, 5400)
    nothing = told(cli, "detailed", *ACME, "--description", "nowhere to be found")
    assert (nothing["count"], nothing["lines"], nothing["totals"]["amounts"]) == (0, [], [])


def test_a_week_is_told_in_json(cli: Cli, cast: Cast) -> None:
    found = told(cli, "weekly", "--workspace", "Acme", "--since", "2023-11-06", "--until", "2023-12-31")
    assert list(found) == ["since", "until", "totals", "rows", "week"]
    assert (found["since"], found["until"]) == ("2023-11-06", "2023-11-12")
    assert found["week"]["seconds"] == [5400, 360_000, 1801, None, None, None, None, 367_201]
    assert [row["title"]["name"] for row in found["rows"]] == ["Shop", "Site", None]


def test_the_members_of_json_are_documented() -> None:
    text = DOCS.read_text(encoding="utf-8")
    for kind in (
        results.Totals, results.Amount, results.Title, results.Group, results.Item, results.Line, results.Row,
        results.Days, results.Earnings,
    ):  # fmt: skip
        members = ", ".join(f"`{field.name}`" for field in msgspec.structs.fields(kind))
        assert f"| {kind.__name__.lower()} | {members} |" in text


def test_a_report_is_narrowed_by_names(on_sqlite: Cli) -> None:
    tracked(on_sqlite)
    for words, descriptions in (
        ((), ["on it", "", 'said "hello"', "=1+1"]),
        (("--project", "site"), ["=1+1"]),
        (("--project", "site", "--project", "Shop"), ['said "hello"', "=1+1"]),
        (("--project", "0"), [""]),
        (("--client", "müller, SÖHNE"), ["=1+1"]),
        (("--person", "ANN"), [""]),
        (("--person", "bob@example.org", "--client", "=Formula"), ['said "hello"']),
        (("--tag", "0"), ["", 'said "hello"']),
        (("--description", "SAID"), ['said "hello"']),
        (("--unbillable",), [""]),
        (("--billable", "--tag", "b"), ["=1+1"]),
        (("--user", "bob@example.org"), ["on it", 'said "hello"', "=1+1"]),
    ):
        found = told(on_sqlite, "detailed", *ACME, *words)
        assert [line["description"] for line in found["lines"]] == descriptions, words


def test_a_report_is_narrowed_by_ids(on_sqlite: Cli) -> None:
    tracked(on_sqlite)
    [line] = told(on_sqlite, "detailed", *ACME, "--tag", "a")["lines"]
    words = ("--project", str(line["project_id"]), "--person", str(line["account_id"]))
    assert [it["id"] for it in told(on_sqlite, "detailed", *ACME, *words)["lines"]] == [line["id"]]


def test_times_are_rounded_where_that_is_wanted(on_sqlite: Cli) -> None:
    cast = tracked(on_sqlite)
    database = open_database(on_sqlite.environment["HOURHAND_DATABASE"])
    rounding = workspaces.Changes(rounding=1, rounding_minutes=15)
    database.write_now(lambda tx: workspaces.update(tx, cast.ann.at(tx), cast.acme.id, rounding))
    database.close()
    plain, rounded = (told(on_sqlite, "summary", *ACME, "--person", "Ann", *more) for more in ((), ("--rounding",)))
    assert (plain["totals"]["seconds"], rounded["totals"]["seconds"]) == (1801, 2700)


def test_the_workspace_is_told_where_there_are_several(on_sqlite: Cli) -> None:
    line = on_sqlite.refused("report", "summary", *DAYS)
    assert line == "there is no workspace yet"
    ann = on_sqlite.add("ann@example.org", "--name", "Ann")
    assert told(on_sqlite, "summary", *DAYS)["groups"] == []
    bob = on_sqlite.add("bob@example.org", "--name", "Bob \x1b[2J")
    line = on_sqlite.refused("report", "summary", *DAYS)
    assert line.startswith("there are 2 workspaces, choose one with --workspace: ")
    assert f"{ann['default_wid']} Ann's workspace" in line
    assert "\x1b" not in line
    assert told(on_sqlite, "summary", *DAYS, "--workspace", str(bob["default_wid"]))["groups"] == []
    assert told(on_sqlite, "summary", *DAYS, "--user", "ann@example.org")["groups"] == []


def test_what_there_is_none_of_is_refused(on_sqlite: Cli) -> None:
    tracked(on_sqlite)
    for words, said in (
        (("--workspace", "Nowhere"), "there is no workspace Nowhere"),
        (("--workspace", "Acme", "--user", "eve@example.org"), "there is no workspace Acme"),
        (("--workspace", "Acme", "--user", "nobody@example.org"), "there is no account nobody@example.org"),
        (("--workspace", "Acme", "--project", "Secret"), "there is no project Secret"),
        (("--workspace", "Acme", "--user", "bob@example.org", "--project", "Private"), "there is no project Private"),
        (("--workspace", "Acme", "--client", "123"), "there is no client 123"),
        (("--workspace", "Acme", "--person", "0"), "there is no person 0"),
        (("--workspace", "Acme", "--person", "eve@example.org"), "there is no person eve@example.org"),
        (("--workspace", "Acme", "--tag", ""), "there is no tag "),
    ):
        assert on_sqlite.refused("report", "summary", *DAYS, *words).strip() == said.strip()


def test_what_cannot_be_is_refused_in_one_line(on_sqlite: Cli) -> None:
    tracked(on_sqlite)

    def refused(*words: str) -> str:
        return on_sqlite.refused("report", *words, "--workspace", "Acme")

    assert refused("summary", "--since", "2024-02-02", "--until", "2024-02-01") == "until is before since"
    line = refused("summary", "--since", "2023-01-01", "--until", "2024-01-02")
    assert line == "until is more than a year after since"
    assert refused("detailed", "--since", "1999-01-01").startswith("since is not between the years 2006 and 2100")
    assert "--since" in refused("summary", "--since", "yesterday")
    line = refused("summary", "--grouping", "clients", "--subgrouping", "clients")
    assert line == "subgrouping does not go with this grouping"
    assert "--format" in refused("summary", "--output", "report")
    assert "--format" in refused("summary", "--output", "report.doc")
    assert "terminal" in refused("summary", "--output", "report.csv", "--format", "table")
    assert "--grouping" in refused("weekly", "--grouping", "clients")


def test_a_report_is_a_table_on_a_terminal(cli: Cli, cast: Cast) -> None:
    shown = cli.on_terminal("report", "summary", *ACME, "--subgrouping", "users")
    for said in ("Acme", "06.11.2023 – 12.11.2023", "█", "Shop • =Formula", "(no project)", "  Bob", "4000.00 USD"):
        assert said in shown
    shown = cli.on_terminal("report", "detailed", *ACME)
    for said in ("09.11.2023 18:00", "runs", 'said "hello"', "100:00:00", "=1+1", "[a, b]", "page 1 of 1, 4 in all"):
        assert said in shown
    shown = cli.on_terminal("report", "weekly", *ACME, "--grouping", "users")
    for said in ("Mon", "12", "100:00", "0:30", "(no project)", "total"):
        assert said in shown


def test_a_table_says_what_it_was_narrowed_by(on_sqlite: Cli) -> None:
    tracked(on_sqlite)
    shown = on_sqlite.done("report", "summary", *ACME, "--project", "0", "--project", "Site", "--billable")
    assert "project: Site, none" in shown
    assert "billable: yes" in shown
    assert "00:00:00" not in shown.splitlines()[0]


def test_what_others_typed_moves_no_cursor(on_sqlite: Cli) -> None:
    cast = tracked(on_sqlite)
    database = open_database(on_sqlite.environment["HOURHAND_DATABASE"])

    def rename(tx: Tx) -> None:
        changes = workspaces.Changes(name="[red]Acme\x1b[2J")
        workspaces.update(tx, cast.ann.at(tx), cast.acme.id, changes)

    database.write_now(rename)
    database.close()
    for kind in ("summary", "detailed", "weekly"):
        shown = on_sqlite.on_terminal("report", kind, *DAYS, "--workspace", str(cast.acme.id))
        assert "[red]Acme�[2J" in shown
        assert "\x1b[2J" not in shown


def test_a_terminal_gets_nothing_but_text(on_sqlite: Cli) -> None:
    tracked(on_sqlite)
    for form in ("xlsx", "pdf"):
        shown = on_sqlite.on_terminal("report", "summary", *ACME, "--format", form, code=2)
        assert "--output" in shown
    assert "Site" in on_sqlite.on_terminal("report", "summary", *ACME, "--format", "csv")


def test_hours_are_decimals_for_whoever_wants_them(on_sqlite: Cli) -> None:
    tracked(on_sqlite)
    for kind in ("summary", "detailed", "weekly"):
        assert "100.00" in on_sqlite.done("report", kind, *ACME, "--decimal-hours")


def test_a_report_is_printed(cli: Cli, cast: Cast) -> None:
    for kind in ("summary", "detailed", "weekly"):
        cli.done("report", kind, *ACME, "--output", f"{kind}.pdf")
        assert (cli.folder / f"{kind}.pdf").read_bytes().startswith(b"%PDF-")


def test_every_grouping_of_the_engine_can_be_said() -> None:
    assert get_args(summary.Grouping) == reports.GROUPINGS
    assert get_args(summary.Subgrouping) == reports.SUBGROUPINGS
    assert get_args(weekly.Grouping) == reports.WEEKLY_GROUPINGS


def test_help_needs_nothing_that_is_slow() -> None:
    slow = {"hourhand.core", "hourhand.reports", "hourhand.db", "msgspec", "rich", "numpy", "xlsxwriter"}
    text = f"import sys, hourhand.cli; sys.exit(' '.join({slow} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False)
    assert done.stderr == "\n"
