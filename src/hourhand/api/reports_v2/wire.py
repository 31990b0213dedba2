"""What every answer of this dialect is made of: milliseconds, amounts, times with offset, and how handlers are made."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache, partial
from typing import overload

from msgspec import Struct

from hourhand.api import http
from hourhand.api.handler import Handler
from hourhand.core import colors, dates, money
from hourhand.reports.results import Amount

Number = float | int

route = partial(Handler, status_code=200, media_type=http.JSON)
get = partial(route, http_method="GET")
post = partial(route, http_method="POST")


@overload
def milliseconds(seconds: int) -> int: ...
@overload
def milliseconds(seconds: None) -> None: ...
@overload
def milliseconds(seconds: int | None) -> int | None: ...
def milliseconds(seconds: int | None) -> int | None:
    """A duration on the wire."""
    return None if seconds is None else seconds * 1000


def amount(hundredths: int | None) -> Number | None:
    """An amount on the wire, in whole units of its currency."""
    return None if hundredths is None else money.decimal(hundredths)


@lru_cache(maxsize=32768)
def moment(seconds: int, zone: str) -> str:
    """A time in the reader's zone: `2019-02-10T22:30:15+09:00`."""
    return datetime.fromtimestamp(seconds, dates.zone(zone)).isoformat()


def joined(ids: Iterable[int]) -> str:
    """Ids as one text."""
    return ",".join(map(str, ids))


class AmountOut(Struct):
    """What something is worth in a currency."""

    currency: str | None
    amount: Number | None

    @classmethod
    def all_of(cls, amounts: Iterable[Amount]) -> list[AmountOut]:
        return [cls(it.currency, amount(it.amount)) for it in amounts]


class ColorOut(Struct):
    """A project's colour, by its number in the palette and by its digits."""

    color: str
    hex_color: str | None

    @classmethod
    def of(cls, stored: str | None) -> ColorOut:
        if stored is None:
            return cls(colors.DEFAULT, None)
        return cls(colors.number_of(stored), colors.hex_of(stored))
