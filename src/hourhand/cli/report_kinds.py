"""The kinds of report that `hourhand report` knows, and the forms of each."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import NamedTuple

import msgspec
from rich.console import RenderableType

from hourhand.cli import report_tables
from hourhand.cli.report_words import Asked
from hourhand.db import Tx
from hourhand.reports import covers, sheets
from hourhand.reports import detailed as details
from hourhand.reports import summary as summaries
from hourhand.reports import weekly as weeks
from hourhand.reports.filters import Filter
from hourhand.reports.looks import Look
from hourhand.reports.results import DAYS_OF_WEEK, Bar, Cover, Line
from hourhand.reports.results import Summary as Sums
from hourhand.reports.results import Weekly as Week
from hourhand.reports.tables import Table


class Question(NamedTuple):
    """A report that is asked for in a transaction, and how its reader reads."""

    tx: Tx
    asked: Asked
    look: Look

    def cover(self, asked: Filter) -> Cover:
        """What stands above it."""
        return covers.of(self.tx, self.asked.actor, asked)

    def bars(self, asked: Filter) -> list[Bar]:
        """Its time by day."""
        return covers.bars(self.tx, self.asked.actor, asked)


class Kind(ABC):
    """A kind of report."""

    @abstractmethod
    def table(self, question: Question) -> Table:
        """For files of rows."""

    @abstractmethod
    def json(self, question: Question) -> Iterable[bytes]:
        """What the engine has found, as it is."""

    @abstractmethod
    def pdf(self, question: Question) -> bytes:
        """For printing."""

    @abstractmethod
    def shown(self, question: Question) -> list[RenderableType]:
        """For the terminal."""


class Summary(Kind):
    """Time summed up by what it belongs to."""

    def __init__(self, grouping: summaries.Grouping, subgrouping: summaries.Subgrouping) -> None:
        self._grouping = grouping
        self._subgrouping = subgrouping

    def table(self, question: Question) -> Table:
        return sheets.summary(question.tx, question.asked.actor, self._asked(question))

    def json(self, question: Question) -> Iterable[bytes]:
        found = self._found(question)
        return [_object(**_days(question.asked.filter), totals=found.totals, groups=found.groups)]

    def pdf(self, question: Question) -> bytes:
        from hourhand.reports import pdf

        asked = question.asked.filter
        found = self._found(question)
        return bytes(pdf.summary(question.cover(asked), question.bars(asked), found, question.look))

    def shown(self, question: Question) -> list[RenderableType]:
        asked, look = question.asked.filter, question.look
        return [
            report_tables.heading(question.cover(asked), look),
            report_tables.chart(question.bars(asked), look),
            report_tables.summary(self._found(question), look),
        ]

    def _found(self, question: Question) -> Sums:
        return summaries.report(question.tx, question.asked.actor, self._asked(question))

    def _asked(self, question: Question) -> summaries.Question:
        return summaries.Question(question.asked.filter, self._grouping, self._subgrouping)


class Detailed(Kind):
    """Entries one by one. Only the table has pages."""

    def __init__(self, page: int) -> None:
        self._page = page

    def table(self, question: Question) -> Table:
        return sheets.time_entries(question.tx, question.asked.actor, self._asked(question))

    def json(self, question: Question) -> Iterator[bytes]:
        found = details.report(question.tx, question.asked.actor, self._asked(question))
        head = _object(**_days(question.asked.filter), totals=found.totals, count=found.count, lines=[])
        yield head.removesuffix(b"]}\n")
        comma = b"\n"
        for line in self._lines(question):
            yield comma + msgspec.json.encode(line)
            comma = b",\n"
        yield b"]}\n"

    def pdf(self, question: Question) -> bytes:
        from hourhand.reports import pdf

        asked = question.asked.filter
        totals = details.totals(question.tx, question.asked.actor, self._asked(question))
        cover, bars = question.cover(asked), question.bars(asked)
        return bytes(pdf.detailed(cover, bars, totals, self._lines(question), question.look))

    def shown(self, question: Question) -> list[RenderableType]:
        asked, look = question.asked.filter, question.look
        found = details.report(question.tx, question.asked.actor, self._asked(question))
        return [
            report_tables.heading(question.cover(asked), look),
            report_tables.chart(question.bars(asked), look),
            report_tables.detailed(found, look),
        ]

    def _lines(self, question: Question) -> Iterator[Line]:
        return details.lines(question.tx, question.asked.actor, self._asked(question))

    def _asked(self, question: Question) -> details.Question:
        return details.Question(question.asked.filter, page=self._page)


class Weekly(Kind):
    """Seven days."""

    def __init__(self, grouping: weeks.Grouping) -> None:
        self._grouping = grouping

    def table(self, question: Question) -> Table:
        return sheets.weekly(question.tx, question.asked.actor, self._asked(question))

    def json(self, question: Question) -> Iterable[bytes]:
        found = self._found(question)
        days = _days(self._asked(question).filter)
        return [_object(**days, totals=found.totals, rows=found.rows, week=found.week)]

    def pdf(self, question: Question) -> bytes:
        from hourhand.reports import pdf

        asked = self._asked(question).filter
        return pdf.weekly(question.cover(asked), question.bars(asked), self._found(question), question.look)

    def shown(self, question: Question) -> list[RenderableType]:
        look = question.look
        return [
            report_tables.heading(question.cover(self._asked(question).filter), look),
            report_tables.weekly(self._found(question), look),
        ]

    def _found(self, question: Question) -> Week:
        return weeks.report(question.tx, question.asked.actor, self._asked(question))

    def _asked(self, question: Question) -> weeks.Question:
        asked = question.asked.filter
        until = asked.since + timedelta(days=DAYS_OF_WEEK - 1)
        return weeks.Question(msgspec.structs.replace(asked, until=until), self._grouping)


def _days(asked: Filter) -> dict[str, object]:
    return {"since": asked.since, "until": asked.until}


def _object(**members: object) -> bytes:
    return msgspec.json.encode(members) + b"\n"
