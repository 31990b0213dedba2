"""What is in the files of reports, whatever their format."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pytest
from msgspec import structs

from hourhand.core import accounts, workspaces
from hourhand.core.actor import Actor
from hourhand.core.errors import Invalid, NotFound
from hourhand.db import Database, Tx
from hourhand.reports import csv, detailed, looks, sheets, summary, weekly
from hourhand.reports.tables import Table
from tests.cast import Cast, Person
from tests.reports.world import of_acme, track

Q = TypeVar("Q")


@pytest.fixture(autouse=True)
def tracked(database: Database, cast: Cast) -> None:
    """Something to report on."""
    database.write_now(lambda tx: track(tx, cast))


def lines(database: Database, person: Person, make: Callable[[Tx, Actor, Q], Table], question: Q) -> list[str]:
    """The lines of a report's CSV, as a person gets it."""

    def work(tx: Tx) -> bytes:
        look = looks.of(accounts.find(tx, person.id))
        return b"".join(csv.written(make(tx, person.at(tx), question), look))

    return database.write_now(work).decode("utf-8-sig").splitlines()


def test_time_entries_are_listed_with_all_that_they_belong_to(database: Database, cast: Cast) -> None:
    found = lines(database, cast.ann, sheets.time_entries, detailed.Question(of_acme(cast)))
    assert found == [
        "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags,"
        "Amount (EUR),Amount (USD)",
        'Bob,bob@example.org,"Müller, Söhne",Site,,on it,Yes,09.11.2023,18:00:00,,,00:00:00,,,',
        "Ann,ann@example.org,,,,,No,08.11.2023,09:00:00,08.11.2023,09:30:01,00:30:01,,,",
        'Bob,bob@example.org,\'=Formula,Shop,,"said ""hello""",Yes,'
        "07.11.2023,19:00:00,11.11.2023,23:00:00,100:00:00,,,4000.00",
        'Bob,bob@example.org,"Müller, Söhne",Site,Design,\'=1+1,Yes,'
        '06.11.2023,23:30:00,07.11.2023,01:00:00,01:30:00,"a, b",60.00,',
    ]


def test_time_entries_come_in_the_order_that_is_asked_for(database: Database, cast: Cast) -> None:
    question = detailed.Question(of_acme(cast), order="duration", descending=False)
    _, *rows = lines(database, cast.ann, sheets.time_entries, question)
    assert [row.split(",")[0] for row in rows] == ["Bob", "Ann", "Bob", "Bob"]
    assert "100:00:00" in rows[-1]


def test_there_is_a_column_for_money_where_there_is_none(database: Database, cast: Cast) -> None:
    nothing = structs.replace(of_acme(cast), account_ids=frozenset({cast.ann.id}))
    head, row = lines(database, cast.ann, sheets.time_entries, detailed.Question(nothing))
    assert head.endswith(",Tags,Amount ()")
    assert row.endswith(",00:30:01,,")
    nobody = structs.replace(of_acme(cast), account_ids=frozenset({cast.eve.id}))
    assert lines(database, cast.ann, sheets.time_entries, detailed.Question(nobody)) == [head]
    [head] = lines(database, cast.ann, sheets.summary, summary.Question(nobody))
    assert head == "Client,Project,Registered time,Billable time,Amount ()"


def test_whoever_may_not_see_rates_sees_no_amounts(database: Database, cast: Cast) -> None:
    changes = workspaces.Changes(only_admins_see_billable_rates=True)
    database.write_now(lambda tx: workspaces.update(tx, cast.ann.at(tx), cast.acme.id, changes))
    head, *rows = lines(database, cast.bob, sheets.time_entries, detailed.Question(of_acme(cast)))
    assert head.endswith(",Tags,Amount ()")
    assert len(rows) == 3
    assert all(row.endswith(",") for row in rows)


@pytest.mark.parametrize(
    ("grouping", "told"),
    [
        (
            "projects",
            [
                "Client,Project,Registered time,Billable time,Amount (EUR),Amount (USD)",
                "'=Formula,Shop,100:00:00,100:00:00,,4000.00",
                '"Müller, Söhne",Site,01:30:00,01:30:00,60.00,',
                ",,00:30:01,00:00:00,,",
            ],
        ),
        (
            "clients",
            [
                "Client,Registered time,Billable time,Amount (EUR),Amount (USD)",
                "'=Formula,100:00:00,100:00:00,,4000.00",
                '"Müller, Söhne",01:30:00,01:30:00,60.00,',
                ",00:30:01,00:00:00,,",
            ],
        ),
        (
            "users",
            [
                "User,Registered time,Billable time,Amount (EUR),Amount (USD)",
                "Ann,00:30:01,00:00:00,,",
                "Bob,101:30:00,101:30:00,60.00,4000.00",
            ],
        ),
    ],
)
def test_a_summary_has_a_row_for_each_group(
    database: Database, cast: Cast, grouping: summary.Grouping, told: list[str]
) -> None:
    assert lines(database, cast.ann, sheets.summary, summary.Question(of_acme(cast), grouping)) == told


def test_a_week_has_a_row_for_each_group_and_what_is_in_it(database: Database, cast: Cast) -> None:
    days = "06.11.2023,07.11.2023,08.11.2023,09.11.2023,10.11.2023,11.11.2023,12.11.2023,Total"
    assert lines(database, cast.ann, sheets.weekly, weekly.Question(of_acme(cast))) == [
        f"Client,Project,User,{days}",
        "'=Formula,Shop,,,100:00:00,,,,,,100:00:00",
        "'=Formula,Shop,Bob,,100:00:00,,,,,,100:00:00",
        '"Müller, Söhne",Site,,01:30:00,,,,,,,01:30:00',
        '"Müller, Söhne",Site,Bob,01:30:00,,,,,,,01:30:00',
        ",,,,,00:30:01,,,,,00:30:01",
        ",,Ann,,,00:30:01,,,,,00:30:01",
    ]
    assert lines(database, cast.ann, sheets.weekly, weekly.Question(of_acme(cast), "users")) == [
        f"User,Client,Project,{days}",
        "Ann,,,,,00:30:01,,,,,00:30:01",
        "Ann,,(no project),,,00:30:01,,,,,00:30:01",
        "Bob,,,01:30:00,100:00:00,,,,,,101:30:00",
        "Bob,'=Formula,Shop,,100:00:00,,,,,,100:00:00",
        'Bob,"Müller, Söhne",Site,01:30:00,,,,,,,01:30:00',
    ]


def test_a_week_of_earnings_has_a_row_for_each_currency(database: Database, cast: Cast) -> None:
    question = weekly.Question(of_acme(cast), "users", by_earnings=True)
    head, *rows = lines(database, cast.ann, sheets.weekly, question)
    assert head.startswith("User,Client,Project,Currency,06.11.2023,")
    assert rows == [
        "Ann,,,,,,,,,,,",
        "Ann,,(no project),,,,,,,,,",
        "Bob,,,EUR,60.00,,,,,,,60.00",
        "Bob,,,USD,,4000.00,,,,,,4000.00",
        "Bob,'=Formula,Shop,USD,,4000.00,,,,,,4000.00",
        'Bob,"Müller, Söhne",Site,EUR,60.00,,,,,,,60.00',
    ]


def test_it_is_known_how_many_rows_there_are(database: Database, cast: Cast) -> None:
    def work(tx: Tx) -> list[tuple[int | None, int]]:
        ann, asked = cast.ann.at(tx), of_acme(cast)
        made = [
            sheets.time_entries(tx, ann, detailed.Question(asked)),
            sheets.summary(tx, ann, summary.Question(asked)),
            sheets.weekly(tx, ann, weekly.Question(asked)),
        ]
        return [(table.count, len(list(table.rows))) for table in made]

    assert database.write_now(work) == [(4, 4), (3, 3), (6, 6)]


def test_what_is_refused_is_refused_before_there_is_a_table(database: Database, cast: Cast) -> None:
    asked = of_acme(cast)

    def refused(tx: Tx) -> None:
        eve = cast.eve.at(tx)
        with pytest.raises(NotFound):
            sheets.time_entries(tx, eve, detailed.Question(asked))
        with pytest.raises(NotFound):
            sheets.summary(tx, eve, summary.Question(asked))
        with pytest.raises(NotFound):
            sheets.weekly(tx, eve, weekly.Question(asked))
        with pytest.raises(Invalid):
            sheets.summary(tx, cast.ann.at(tx), summary.Question(asked, "projects", "clients"))

    database.write_now(refused)
