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
    """Sums cells, exactly."""

    __slots__ = ("_billed", "billable_entries", "billable_seconds", "entries", "seconds")

    def __init__(self, cells: Iterable[Cell] = ()) -> None:
        self.seconds = 0
        self.billable_seconds = 0
        self.entries = 0
        self.billable_entries = 0
        # Seconds by what an hour of them costs.
        self._billed: dict[Price, int] = {}
        for cell in cells:
            self.add(cell)

    def add(self, cell: Cell) -> None:
        """Take in a cell."""
        seconds, price = cell.seconds, cell.price
        self.seconds += seconds
        self.entries += cell.entries
        if cell.billable:
            self.billable_seconds += seconds
            self.billable_entries += cell.entries
            if price is not None:
                self._billed[price] = self._billed.get(price, 0) + seconds

    def merge(self, other: Worth) -> None:
        """Take in what another has summed."""
        self.seconds += other.seconds
        self.entries += other.entries
        self.billable_seconds += other.billable_seconds
        self.billable_entries += other.billable_entries
        for price, seconds in other._billed.items():
            self._billed[price] = self._billed.get(price, 0) + seconds

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
        return sorted({price.currency for price in self._billed})

    @property
    def rate(self) -> int | None:
        """The one rate of an hour, or None where there are none or several."""
        rates = {price.rate for price in self._billed}
        return rates.pop() if len(rates) == 1 else None

    @property
    def sort_key(self) -> int:
        """A number to sort by, which is the higher, the more it is worth. Currencies are taken as alike."""
        return sum(price.rate * seconds for price, seconds in self._billed.items())

    def amount(self, currency: str | None) -> int | None:
        """What it is worth in a currency, rounded up; None where nothing is."""
        exact = [price.rate * seconds for price, seconds in self._billed.items() if price.currency == currency]
        return _up(sum(exact)) if exact else None

    def amounts(self) -> tuple[Amount, ...]:
        """What it is worth in each currency; see `results.Totals`."""
        if not self.entries:
            return ()
        return tuple(Amount(currency, self.amount(currency)) for currency in self.currencies) or (_NOTHING,)

    def totals(self) -> Totals:
        """As the sums of a whole report."""
        return Totals(
            self.seconds if self.entries else None,
            self.billable_seconds if self.billable_entries else None,
            self.amounts(),
        )


def _up(exact: int) -> int:
    return -(-exact // SECONDS_OF_HOUR)
