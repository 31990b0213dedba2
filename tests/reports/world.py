"""A little of everything, tracked in Acme, for the files of reports and for the command line."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from hourhand.core import accounts, clients, new_projects, projects, tasks, time_entries, workspaces
from hourhand.core.places import Place
from hourhand.core.timing import Said
from hourhand.db import Tx
from hourhand.reports.filters import Filter
from tests.cast import Cast, Person

SINCE, UNTIL = date(2023, 11, 6), date(2023, 11, 12)


def moment(text: str) -> int:
    """An instant, said in UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def track(tx: Tx, cast: Cast) -> None:
    """Bob works for two clients, one of whom pays in dollars, and Ann for none; what runs is Bob's."""
    ann = cast.ann.at(tx)
    reading = accounts.Changes(timezone="Asia/Tokyo", date_format="DD.MM.YYYY", timeofday_format="H:mm")
    accounts.update(tx, ann, reading)
    rate = workspaces.Changes(default_hourly_rate=Decimal(40), default_currency="EUR")
    workspaces.update(tx, ann, cast.acme.id, rate)
    site = _project(tx, cast, "Site", "Müller, Söhne", "EUR")
    shop = _project(tx, cast, "Shop", "=Formula", "USD")
    task = tasks.create(tx, ann, tasks.Draft(site, "Design"))
    _entry(tx, cast, cast.bob, "2023-11-06 14:30", 5400, Place(project_id=site, task_id=task.id), "=1+1", ("b", "a"))
    _entry(tx, cast, cast.bob, "2023-11-07 10:00", 100 * 3600, Place(project_id=shop), 'said "hello"', ())
    _entry(tx, cast, cast.ann, "2023-11-08 00:00", 1801, Place(cast.acme.id), "", (), billable=False)
    _entry(tx, cast, cast.bob, "2023-11-09 09:00", None, Place(project_id=site), "on it", ())


def of_acme(cast: Cast) -> Filter:
    """All of it."""
    return Filter(workspace_id=cast.acme.id, since=SINCE, until=UNTIL)


def _project(tx: Tx, cast: Cast, name: str, client: str, currency: str) -> int:
    ann = cast.ann.at(tx)
    of = clients.create(tx, ann, clients.Draft(cast.acme.id, client)).id
    changes = projects.Changes(name=name, client_id=of, is_private=False, currency=currency)
    return new_projects.create(tx, ann, new_projects.Draft(cast.acme.id, changes)).id


def _entry(
    tx: Tx,
    cast: Cast,
    person: Person,
    start: str,
    seconds: int | None,
    place: Place,
    description: str,
    tags: tuple[str, ...],
    *,
    billable: bool = True,
) -> None:
    begun = moment(start)
    said = Said(begun, None, -begun if seconds is None else seconds)
    draft = time_entries.Draft(place, said, description, tags, billable, created_with="tests")
    time_entries.create(tx, person.at(tx), draft)
