"""What time is worth: exact until it is shown, then rounded up to a hundredth of the currency's unit."""

from __future__ import annotations

from collections.abc import Iterable

from hourhand.core.durations import SECONDS_OF_HOUR
from hourhand.reports.cells import Cell
from hourhand.reports.prices import Price
from hourhand.reports.results import Amount, Totals

_NOTHING = Amount(None, None)


def amount(price: Price | None, seconds: int) -> int | None:
    """What so many seconds are worth at a price, rounded up; None where there is no price."""
    return None if price is None else _up(price.rate * seconds)


class Worth:
    """Sums cells. Exact amounts are hundredths of a currency's unit times seconds of an hour."""

    __slots__ = ("_exact", "billable_seconds", "entries", "rates", "seconds")

    def __init__(self, cells: Iterable[Cell] = ()) -> None:
        self.seconds = 0
        self.billable_seconds = 0
        self.entries = 0
        self.rates: set[int] = set()
        self._exact: dict[str, int] = {}
        for cell in cells:
            self.add(cell)

    def add(self, cell: Cell) -> None:
        """Take in a cell."""
        self.seconds += cell.seconds
        self.entries += cell.entries
        if cell.billable:
            self.billable_seconds += cell.seconds
        if cell.price is not None:
            rate, currency = cell.price
            self.rates.add(rate)
            self._exact[currency] = self._exact.get(currency, 0) + rate * cell.seconds

    def merge(self, other: Worth) -> None:
        """Take in what another has summed."""
        self.seconds += other.seconds
        self.entries += other.entries
        self.billable_seconds += other.billable_seconds
        self.rates |= other.rates
        for currency, exact in other._exact.items():
            self._exact[currency] = self._exact.get(currency, 0) + exact

    @classmethod
    def together(cls, others: Iterable[Worth]) -> Worth:
        """What others have summed, together."""
        whole = cls()
        for other in others:
            whole.merge(other)
        return whole

    @property
    def currencies(self) -> list[str]:
        """The currencies that there is anything in, by name."""
        return sorted(self._exact)

    @property
    def rate(self) -> int | None:
        """The one rate of an hour, or None where there are none or several."""
        return next(iter(self.rates)) if len(self.rates) == 1 else None

    @property
    def sort_key(self) -> int:
        """A number to sort by, which is the higher, the more it is worth. Currencies are taken as alike."""
        return sum(self._exact.values())

    def amount(self, currency: str | None) -> int | None:
        """What it is worth in a currency, rounded up; None where nothing is."""
        exact = None if currency is None else self._exact.get(currency)
        return None if exact is None else _up(exact)

    def amounts(self) -> tuple[Amount, ...]:
        """What it is worth in each currency; see `results.Totals`."""
        if not self.entries:
            return ()
        return tuple(Amount(currency, self.amount(currency)) for currency in self.currencies) or (_NOTHING,)

    def totals(self) -> Totals:
        """As the sums of a whole report."""
        return Totals(
            self.seconds if self.entries else None,
            self.billable_seconds or None,
            self.amounts(),
        )


def _up(exact: int) -> int:
    return -(-exact // SECONDS_OF_HOUR)
