"""Reports on paper: A4 pages that somebody sends to a client, made by typst of a template and plain data.

The template is ours, and what people typed reaches it as data alone. Fonts are those that lie beside the template, so
that pages look alike on every machine.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any

import msgspec

from hourhand import images, languages
from hourhand.core import colors, workspaces
from hourhand.core.errors import Invalid
from hourhand.reports import print_words, spreadsheets
from hourhand.reports.looks import Look
from hourhand.reports.results import (
    DAYS_OF_WEEK,
    Bar,
    Cover,
    Line,
    Row,
    Summary,
    Title,
    Totals,
    Weekly,
)
from hourhand.reports.writing import LONGEST_TEXT, Writer, printable

# A page has about twenty rows, and each takes about 40 KiB until it is printed.
MOST_ROWS = 15_000
_PRINTER = "hourhand.reports.printer"
# How many groups are drawn; the others are drawn as one.
_MOST_SHARES = 8
_OTHERS = "#c3c8d0"
# How many names of one filter are written, or of one entry's tags, which together are no longer than other texts.
_MOST_NAMES = 30
# How much of the workspace's name stands below each page.
_FOOT = 60
_TEXT_POINTS = 8.5
_SMALL_POINTS = 7.5
_MONTH = timedelta(days=28)
_ALIKE = str.maketrans("123456789", "0" * 9)


def summary(cover: Cover, bars: list[Bar], found: Summary, look: Look) -> bytes:
    """The groups and their items."""
    page = _Page(cover, look, found.totals)
    rows = []
    for group in found.groups:
        amounts = page.writer.amounts(group.amounts)
        rows.append(page.group(group.title, [page.writer.duration(group.seconds), "\n".join(amounts)]))
        for item in group.items:
            amount = page.writer.amount(item.amount, item.currency)
            rows.append(_row("item", [page.named(item.title), page.writer.duration(item.seconds), amount]))
    columns = [_column("", part=1), _column(page.words.duration, number=True), _column(page.words.amount, number=True)]
    groups = [(group.title, group.seconds) for group in found.groups]
    return page.printed(page.words.summary, columns, rows, bars=bars, groups=groups)


def detailed(cover: Cover, bars: list[Bar], totals: Totals, lines: Iterable[Line], look: Look) -> bytes:
    """The entries one by one."""
    page = _Page(cover, look, totals)
    words = page.words
    columns = [
        _column(words.date),
        _column(words.description, part=5),
        _column(words.user, part=2),
        _column(words.duration, number=True),
        _column(words.amount, number=True),
    ]
    return page.printed(words.detailed, columns, [page.line(line) for line in islice(lines, MOST_ROWS + 1)], bars=bars)


def weekly(cover: Cover, bars: list[Bar], found: Weekly, look: Look) -> bytes:
    """The seven days of each group and its parts."""
    page = _Page(cover, look, found.totals)
    days = [page.writer.week_day(found.since + timedelta(days=i)) for i in range(DAYS_OF_WEEK)]
    columns = [_column("", part=3), *(_column(it, number=True) for it in [*days, page.words.total])]
    rows = [row for it in found.rows for row in page.week(it)]
    rows.append(_row("group", [page.words.total, *map(page.writer.duration, found.week.seconds)]))
    groups = [(row.title, row.days.seconds[DAYS_OF_WEEK] or 0) for row in found.rows]
    return page.printed(
        page.words.weekly, columns, rows if found.rows else [], bars=bars, groups=groups, points=_SMALL_POINTS
    )


class _Page:
    """What all reports have in common, for one reader."""

    def __init__(self, cover: Cover, look: Look, totals: Totals) -> None:
        self.writer = Writer(look)
        self.words = print_words.of(languages.translator(look.language))
        self._cover = cover
        self._look = look
        self._totals = totals

    def printed(
        self,
        title: str,
        columns: list[dict[str, Any]],
        rows: list[dict[str, Any]],
        *,
        bars: list[Bar],
        groups: list[tuple[Title, int]] | None = None,
        points: float = _TEXT_POINTS,
    ) -> bytes:
        """The file. Raises `Invalid` for more rows than anybody prints."""
        spreadsheets.refuse_beyond(MOST_ROWS, len(rows))
        cover, days = self._cover, self.writer.range(self._cover.since, self._cover.until)
        data = {
            "title": title,
            "workspace": printable(cover.workspace),
            "range": days,
            "lang": languages.tag(self._look.language),
            "logo": _logo(cover.logo),
            "filters": [self._filter(name, values) for name, values in cover.filters],
            "facts": self._facts(),
            "bars": self._bars(bars) if any(bar.seconds for bar in bars) else None,
            "shares": self._shares(groups) if groups and any(seconds for _, seconds in groups) else None,
            "columns": [_measured(column, i, rows) for i, column in enumerate(columns)],
            "rows": rows,
            "size": points,
            "nothing": self.words.nothing,
            "footer": f"{printable(cover.workspace, _FOOT)} · {title} · {days}",
        }
        return _printed(data)

    def group(self, title: Title, cells: list[str]) -> dict[str, Any]:
        """A row in bold, with a project's client and colour."""
        color = colors.hex_of(title.color) if title.color is not None else None
        return _row("group", [self.named(title), *cells], color)

    def named(self, title: Title) -> str:
        """What a thing is called; what has no name says so."""
        name = printable(title.name or "") or self.words.without(title.kind)
        return f"{name} · {printable(title.client)}" if title.client else name

    def line(self, line: Line) -> dict[str, Any]:
        """The row of an entry."""
        day, begin = self.writer.moment(line.start)
        end = "" if line.stop is None else self.writer.moment(line.stop)[1]
        places = (printable(it) for it in (line.project, line.client, line.task) if it)
        where = " · ".join(filter(None, (*places, _tags(line.tags))))
        what = printable(line.description) or self.words.without("time_entry")
        amount = self.writer.amount(line.amount, line.currency)
        duration = "" if line.stop is None else self.writer.duration(line.seconds)
        times = f"{day}\n{begin} – {end}"
        return _row("line", [times, f"{what}\n{where}" if where else what, printable(line.user), duration, amount])

    def week(self, row: Row) -> list[dict[str, Any]]:
        """The rows of a group's week and its parts'."""
        parts = [
            _row("item", [self.named(it.title), *map(self.writer.duration, it.days.seconds)]) for it in row.details
        ]
        return [self.group(row.title, [*map(self.writer.duration, row.days.seconds)]), *parts]

    def _facts(self) -> list[tuple[str, list[str]]]:
        """What stands on top, by name: a line for each currency."""
        totals, words = self._totals, self.words
        amounts = self.writer.amounts(totals.amounts)
        return [
            (words.time, [self.writer.duration(totals.seconds or 0)]),
            (words.billable_time, [self.writer.duration(totals.billable_seconds or 0)]),
            *([(words.amount, amounts)] if amounts else []),
        ]

    def _filter(self, name: str, values: tuple[str | None, ...]) -> tuple[str, str]:
        shown = [self.words.without_any if it is None else it for it in values]
        if name == "billable":
            shown = [self.words.no if values == (None,) else self.words.yes]
        return self.words.filters.get(name, name), _listed(shown) or "–"

    def _bars(self, bars: list[Bar]) -> dict[str, Any]:
        months = len(bars) > 1 and bars[-1].first - bars[-2].first >= _MONTH
        label = self.writer.month if months else self.writer.short_day
        return {
            "title": self.words.bars,
            "billable": self.words.billable,
            "other": self.words.not_billable,
            "top": self.writer.duration(max(bar.seconds for bar in bars)),
            "bars": [
                {
                    "label": label(bar.first),
                    "seconds": bar.seconds,
                    "billable": bar.billable_seconds,
                }
                for bar in bars
            ],
        }

    def _shares(self, groups: list[tuple[Title, int]]) -> dict[str, Any]:
        largest = sorted(groups, key=lambda group: -group[1])
        whole = sum(seconds for _, seconds in groups)
        shown = largest if len(largest) <= _MOST_SHARES else largest[: _MOST_SHARES - 1]
        rest = sum(seconds for _, seconds in largest[len(shown) :])
        parts = [(self.named(title), seconds, _color(i, title)) for i, (title, seconds) in enumerate(shown)]
        if rest:
            parts.append((self.words.others, rest, _OTHERS))
        return {
            "title": self.words.shares,
            "shares": [
                {
                    "name": name,
                    "time": self.writer.duration(seconds),
                    "percent": f"{round(100 * seconds / whole)} %",
                    "part": seconds / whole,
                    "color": color,
                }
                for name, seconds, color in parts
            ],
        }


def _logo(stored: bytes | None) -> list[int] | None:
    """A PNG that can be printed, made anew. None for what is no picture: a report is more than its logo."""
    if stored is None:
        return None
    try:
        return list(images.anew(stored, workspaces.NOUN, "logo"))
    except Invalid:
        return None


def _tags(names: tuple[str, ...]) -> str:
    return _listed(names, LONGEST_TEXT // max(1, min(len(names), _MOST_NAMES)))


def _listed(names: Sequence[str], longest: int = LONGEST_TEXT) -> str:
    """The names with commas between them; of too many the first."""
    shown = [printable(name, longest) for name in names[:_MOST_NAMES]]
    return ", ".join([*shown, "…"] if len(names) > _MOST_NAMES else shown)


def _color(place: int, title: Title) -> str:
    """A project's own colour, or one of the palette."""
    if title.color is not None:
        return colors.hex_of(title.color)
    return _OTHERS if title.id is None else colors.PALETTE[place % len(colors.PALETTE)]


def _column(title: str, *, number: bool = False, part: float | None = None) -> dict[str, Any]:
    """A column that is as wide as the widest text in it, or has so many parts of what is left."""
    return {"title": title, "number": number, "part": part}


def _measured(column: dict[str, Any], place: int, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The column with texts of it, and the kinds of their rows; one of them is the widest."""
    # All digits are as wide as each other, so that few texts are left.
    found = {} if column["part"] else {(row["kind"], row["cells"][place].translate(_ALIKE)) for row in rows}
    return {**column, "widest": [("head", column["title"]), *sorted(found)]}


def _row(kind: str, cells: list[str], color: str | None = None) -> dict[str, Any]:
    return {"kind": kind, "cells": cells, "color": color}


def _printed(data: dict[str, Any]) -> bytes:
    # In UTF-8, whatever this machine's own words are.
    command = [sys.executable, "-P", "-X", "utf8", "-m", _PRINTER]
    printed = subprocess.run(command, input=msgspec.json.encode(data), capture_output=True, check=False)  # noqa: S603
    if printed.returncode < 0:
        raise MemoryError
    if printed.returncode:
        raise RuntimeError(printed.stderr.decode(errors="replace"))
    return printed.stdout
