"""Reports made the slow and obvious way of the entries they are about."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from fractions import Fraction
from math import ceil
from typing import Any, TypeVar

from msgspec import structs

from hourhand.reports import detailed, summary, weekly
from hourhand.reports.filters import Filter
from hourhand.reports.results import (
    Amount,
    Days,
    Detailed,
    Earnings,
    Group,
    Item,
    Kind,
    Line,
    Row,
    Summary,
    Title,
    Totals,
    Weekly,
)
from tests.properties.slow_entries import Fact, World

T = TypeVar("T", Group, Item, Row)
Facts = list[Fact]
Key = tuple[Any, ...]
PER_PAGE = 50
KINDS: dict[str, Kind] = {
    "projects": "project",
    "clients": "client",
    "users": "user",
    "tasks": "task",
    "time_entries": "time_entry",
}


# Sums ---------------------------------------------------------------------------------------------


def exactly(facts: Facts) -> Fraction:
    """What entries are worth, in hundredths, whatever the currencies."""
    return sum((Fraction(fact.seconds * (fact.rate or 0), 3600) for fact in facts), Fraction(0))


def worth(facts: Facts, currency: str | None) -> int | None:
    """What entries are worth in a currency, rounded up to hundredths; None where nothing is."""
    priced = [fact for fact in facts if fact.currency is not None and fact.currency == currency]
    return ceil(exactly(priced)) if priced else None


def currencies(facts: Facts) -> list[str | None]:
    """The currencies that entries are worth something in, by name; None alone where there are none."""
    return [*sorted({fact.currency for fact in facts if fact.currency is not None})] or [None]


def amounts(facts: Facts) -> tuple[Amount, ...]:
    return tuple(Amount(currency, worth(facts, currency)) for currency in currencies(facts)) if facts else ()


def seconds(facts: Iterable[Fact]) -> int:
    return sum(fact.seconds for fact in facts)


def totals(facts: Facts) -> Totals:
    billable = [fact for fact in facts if fact.billable]
    return Totals(seconds(facts) if facts else None, seconds(billable) if billable else None, amounts(facts))


# Titles -------------------------------------------------------------------------------------------


def title(kind: Kind, fact: Fact) -> Title:
    if kind == "user":
        return Title("user", fact.owner["id"], fact.owner["name"])
    if kind == "time_entry":
        return Title("time_entry", None, fact.description)
    thing = {"project": fact.project, "client": fact.client, "task": fact.task}[kind]
    if thing is None:
        return Title(kind, None, None)
    if kind == "project":
        client = fact.client["name"] if fact.client else None
        return Title("project", thing["id"], thing["name"], client, thing["color"])
    return Title(kind, thing["id"], thing["name"])


def title_key(it: Title) -> Key:
    """What titles are sorted by; at last by what tells apart those that differ only in case."""
    return (it.name or "").casefold(), (it.client or "").casefold(), it.id or 0, it.name or ""


def in_order(found: list[tuple[T, Facts]], value: Callable[[Facts], Any] | None, *, descending: bool) -> list[T]:
    """In the order of a value of their entries, and where that is one of their titles; what has none is last then."""
    named = [it for it in found if it[0].title.name is not None]
    nameless = [it for it in found if it[0].title.name is None]
    named.sort(key=lambda it: title_key(it[0].title), reverse=descending and value is None)
    titled = named + nameless
    if value is not None:
        titled.sort(key=lambda it: value(it[1]), reverse=descending)
    return [it for it, _ in titled]


def together(facts: Facts, key: Callable[[Fact], Any]) -> list[tuple[Any, Facts]]:
    found: dict[Any, Facts] = {}
    for fact in facts:
        found.setdefault(key(fact), []).append(fact)
    return list(found.items())


# Reports ------------------------------------------------------------------------------------------


def summarised(world: World, question: summary.Question) -> Summary:
    facts = world.facts(question.filter)
    kind = KINDS[question.grouping]
    groups = [(_group(its, of, question), of) for its, of in together(facts, lambda fact: title(kind, fact))]
    return Summary(totals(facts), in_order(groups, _value(question), descending=question.descending))


def _group(its: Title, facts: Facts, question: summary.Question) -> Group:
    kind = KINDS[question.subgrouping]
    found: list[tuple[Item, Facts]] = []
    for part, inside in together(facts, lambda fact: title(kind, fact)):
        found += [(_item(part, few, question), few) for few in _parts(inside, distinct=question.distinct_rates)]
    items = in_order(found, _value(question), descending=question.descending)
    return Group(its, seconds(facts), seconds(fact for fact in facts if fact.billable), amounts(facts), items)


def _parts(facts: Facts, *, distinct: bool) -> list[Facts]:
    """The entries of one item, apart where they have several currencies, or rates that are to be told apart."""

    def price(fact: Fact) -> Key:
        if fact.currency is None:
            return ()
        return (fact.currency, fact.rate) if distinct else (fact.currency,)

    if not distinct and len(currencies(facts)) == 1:
        return [facts]
    return [few for _, few in sorted(together(facts, price), key=lambda it: it[0])]


def _item(its: Title, facts: Facts, question: summary.Question) -> Item:
    [currency] = currencies(facts)
    rates = {fact.rate for fact in facts if fact.currency is not None}
    entry_ids = tuple(sorted(fact.id for fact in facts))
    ids = entry_ids if its.kind == "time_entry" else () if its.id is None else (its.id,)
    return Item(
        its,
        seconds(facts),
        currency,
        worth(facts, currency),
        rates.pop() if len(rates) == 1 else None,
        ids if question.with_ids else None,
        entry_ids if question.with_entry_ids else None,
    )


def _value(question: summary.Question) -> Callable[[Facts], Any] | None:
    return {"title": None, "duration": seconds, "amount": exactly}[question.order]


def week(world: World, question: weekly.Question) -> Weekly:
    asked = structs.replace(question.filter, until=question.filter.since + timedelta(6))
    facts = world.facts(asked)
    kinds: tuple[Kind, Kind] = ("project", "user") if question.grouping == "projects" else ("user", "project")
    return Weekly(asked.since, totals(facts), list(_rows(facts, kinds, question)), days(facts))


def _rows(facts: Facts, kinds: tuple[Kind, ...], question: weekly.Question) -> tuple[Row, ...]:
    if not kinds:
        return ()
    found = [
        (Row(its, days(of), _rows(of, kinds[1:], question)), of)
        for its, of in together(facts, lambda fact: title(kinds[0], fact))
    ]
    return tuple(in_order(found, week_value(question), descending=question.descending))


def week_value(question: weekly.Question) -> Callable[[Facts], Any] | None:
    if question.order == "title":
        return None
    day = None if question.order == "week_total" else int(question.order.removeprefix("day")) - 1

    def value(facts: Facts) -> Any:
        slot = [fact for fact in facts if day in (None, fact.day)]
        return exactly(slot) if question.by_earnings else seconds(slot)

    return value


def days(facts: Facts) -> Days:
    if not facts:
        return Days((None,) * 8, ())
    slots = [*([fact for fact in facts if fact.day == day] for day in range(7)), facts]
    return Days(
        tuple(seconds(slot) if slot else None for slot in slots),
        tuple(Earnings(currency, tuple(worth(slot, currency) for slot in slots)) for currency in currencies(facts)),
    )


def listed(world: World, question: detailed.Question) -> Detailed:
    found = lines(world, question)
    first = (question.page - 1) * PER_PAGE
    some = found[first : first + PER_PAGE]
    return Detailed(totals(world.facts(question.filter)), len(found), question.page, PER_PAGE, some)


def lines(world: World, question: detailed.Question) -> list[Line]:
    """Those of all pages."""
    found = [*world.facts(question.filter), *world.running(question.filter)]

    def key(fact: Fact) -> Any:
        keys = {"description": fact.description.casefold(), "user": fact.owner["name"].casefold()}
        return keys.get(question.order, fact.seconds)

    found.sort(key=lambda fact: (fact.start, fact.id), reverse=True)
    if question.order == "date":
        found.sort(key=lambda fact: (fact.start, fact.id), reverse=question.descending)
    else:
        found.sort(key=key, reverse=question.descending)
    return [_line(fact) for fact in found]


def rows(world: World, question: detailed.Question) -> list[tuple[Any, ...]]:
    """The same lines, as far as batches tell of them."""
    return [
        (
            *(it.id, it.user, it.email, it.client, it.project, it.task, it.description, it.billable),
            *(it.start, it.stop, it.seconds, it.tags, (it.currency, it.amount)),
        )
        for it in lines(world, question)
    ]


def _line(fact: Fact) -> Line:
    return Line(
        id=fact.id,
        account_id=fact.owner["id"],
        project_id=fact.project["id"] if fact.project else None,
        task_id=fact.task["id"] if fact.task else None,
        description=fact.description,
        start=fact.start,
        stop=fact.stop,
        at=fact.at,
        seconds=fact.seconds,
        billable=fact.billable,
        # What runs is worth nothing yet.
        currency=fact.currency if fact.stop else None,
        rate=fact.rate if fact.stop else None,
        amount=worth([fact], fact.currency) if fact.stop else None,
        user=fact.owner["name"],
        email=fact.owner["email"],
        timezone=fact.owner["timezone"],
        keeps_times=fact.owner["store_start_and_stop_time"],
        client=fact.client["name"] if fact.client else None,
        project=fact.project["name"] if fact.project else None,
        color=fact.project["color"] if fact.project else None,
        task=fact.task["name"] if fact.task else None,
        tags=fact.tags,
    )


def span_of(asked: Filter) -> int:
    """How many days a report has."""
    return (asked.until - asked.since).days + 1
