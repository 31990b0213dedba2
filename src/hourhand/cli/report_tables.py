"""Reports on a terminal: tables and bars."""

from __future__ import annotations

from datetime import datetime, timedelta

from rich import box
from rich.bar import Bar as Stripe
from rich.console import RenderableType
from rich.table import Column, Table
from rich.text import Text

from hourhand.cli.words import printable
from hourhand.core import dates
from hourhand.reports.looks import Look, clock_hours, day_pattern, decimal_hours, units
from hourhand.reports.results import (
    DAYS_OF_WEEK,
    Amount,
    Bar,
    Cover,
    Days,
    Detailed,
    Kind,
    Line,
    Summary,
    Title,
    Totals,
    Weekly,
)

_WIDTH = 40
_SHARE = 12
_NAMELESS: dict[Kind, str] = {
    "project": "(no project)",
    "client": "(no client)",
    "task": "(no task)",
    "time_entry": "(no description)",
}


def heading(cover: Cover, look: Look) -> RenderableType:
    """Whose report it is, of which days, and what it was narrowed by."""
    pattern = day_pattern(look.date_format)
    text = Text(printable(cover.workspace), style="bold")
    text.append(f"  {cover.since:{pattern}} – {cover.until:{pattern}}", style="not bold")
    for name, chosen in cover.filters:
        # `account_ids` are people.
        said = name.removesuffix("_ids").replace("_", " ").replace("account", "person")
        names = ", ".join("none" if it is None else printable(it) for it in chosen)
        text.append(f"\n{said}: {names}", style="not bold dim")
    return text


def chart(bars: list[Bar], look: Look) -> RenderableType:
    """A bar for each day, week or month."""
    table = Table.grid(padding=(0, 1))
    most = max((bar.seconds for bar in bars), default=0)
    for bar in bars:
        stripe = Stripe(most or 1, 0, bar.seconds, width=_WIDTH, color="cyan")
        table.add_row(f"{bar.first:{day_pattern(look.date_format)}}", stripe, _time(bar.seconds or None, look))
    return table


def summary(found: Summary, look: Look) -> RenderableType:
    """A line for each group, and one for each of its items."""
    table = _table("", _right("time"), "", _right("amount"))
    whole = found.totals.seconds or 1
    for group in found.groups:
        stripe = Stripe(whole, 0, group.seconds, width=_SHARE, color="cyan")
        table.add_row(_name(group.title, "bold"), _time(group.seconds, look), stripe, _worth(group.amounts))
        for item in group.items:
            worth = _money(item.currency, item.amount)
            table.add_row(_name(item.title, indent=2), _time(item.seconds, look), "", worth, style="dim")
    _add_totals(table, found.totals, look, 1)
    return table


def detailed(found: Detailed, look: Look) -> RenderableType:
    """A line for each entry of a page."""
    start, stop = (Column(title, no_wrap=True) for title in ("start", "stop"))
    table = _table(start, stop, _right("time"), "who", "project", "description", _right("amount"))
    for line in found.lines:
        first, last = _moment(line.start, look), "" if line.stop is None else _moment(line.stop, look)
        table.add_row(
            " ".join(first),
            last and (last[1] if last[0] == first[0] else " ".join(last)),
            "runs" if line.stop is None else _time(line.seconds, look),
            Text(printable(line.user)),
            Text(printable(_place(line))),
            _described(line),
            _money(line.currency, line.amount),
        )
    _add_totals(table, found.totals, look, 2)
    pages = max(1, -(-found.count // found.per_page))
    table.caption = f"page {found.page} of {pages}, {found.count} in all"
    return table


def weekly(found: Weekly, look: Look) -> RenderableType:
    """A line for each group, and one for each of its details, with a column for each day."""
    days = (found.since + timedelta(days=i) for i in range(DAYS_OF_WEEK))
    table = _table("", *(_right(f"{day:%a}\n{day.day}") for day in days), _right("total"))
    for row in found.rows:
        _add_week(table, _name(row.title, "bold"), row.days, look)
        for detail in row.details:
            _add_week(table, _name(detail.title, indent=2), detail.days, look, "dim")
    table.add_section()
    _add_week(table, Text("total", style="bold"), found.week, look)
    return table


def _add_week(table: Table, name: Text, days: Days, look: Look, style: str = "") -> None:
    table.add_row(name, *(_minutes(seconds, look) for seconds in days.seconds), style=style)


def _add_totals(table: Table, totals: Totals, look: Look, place: int) -> None:
    """The last line: the time under times, and money under money."""
    cells: list[RenderableType] = [""] * len(table.columns)
    cells[0] = "total"
    cells[place] = _time(totals.seconds, look)
    cells[-1] = _worth(totals.amounts)
    table.add_section()
    table.add_row(*cells, style="bold")


def _table(*columns: Column | str) -> Table:
    return Table(*columns, box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)


def _right(title: str) -> Column:
    return Column(title, justify="right", no_wrap=True)


def _name(title: Title, style: str = "", indent: int = 0) -> Text:
    name = printable(title.name or _NAMELESS.get(title.kind, ""))
    client = f" • {printable(title.client)}" if title.client else ""
    return Text(" " * indent + name + client, style=style)


def _place(line: Line) -> str:
    """Where an entry belongs, the narrowest first."""
    return " • ".join(it for it in (line.task, line.project, line.client) if it)


def _described(line: Line) -> Text:
    tags = ", ".join(printable(tag) for tag in line.tags)
    return Text.assemble(printable(line.description), (f" [{tags}]", "dim") if tags else "")


def _moment(instant: int, look: Look) -> tuple[str, str]:
    """The day and the time of day."""
    there = datetime.fromtimestamp(instant, dates.zone(look.timezone))
    clock = "%I:%M %p" if look.timeofday_format.endswith("A") else "%H:%M"
    return f"{there:{day_pattern(look.date_format)}}", f"{there:{clock}}"


def _time(seconds: int | None, look: Look) -> str:
    if seconds is None:
        return ""
    return decimal_hours(seconds) if look.decimal_hours else clock_hours(seconds)


def _minutes(seconds: int | None, look: Look) -> str:
    """As `_time`, but to the minute, for seven days to have place beside each other."""
    if seconds is None or look.decimal_hours:
        return _time(seconds, look)
    minutes = (seconds + 30) // 60
    return f"{minutes // 60}:{minutes % 60:02}"


def _worth(amounts: tuple[Amount, ...]) -> str:
    return "\n".join(_money(it.currency, it.amount) for it in amounts)


def _money(currency: str | None, amount: int | None) -> str:
    return "" if amount is None else f"{units(amount)} {currency}"
