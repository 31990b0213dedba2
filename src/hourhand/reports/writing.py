"""How a report's reader writes what is printed for them: days, times, durations, amounts, and texts that fit."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import accumulate

from hourhand import languages
from hourhand.reports.clocks import Clock
from hourhand.reports.looks import Look, day_pattern
from hourhand.reports.results import Amount

# A longer text is cut. Chinese letters, for one, are twice as wide as others.
LONGEST_TEXT = 600
_WIDE = {"W", "F"}
# Not printed: a renderer would draw a box, or turn the direction of what comes after.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# What is written from the right stands for itself, or would change places with what is beside it: numbers, our commas.
_FROM_THE_RIGHT = {"R", "AL", "AN"}
_ISOLATE = "\u2068{}\u2069"
# Joiners make letters of what stands beside them.
_JOINERS = "\u200c\u200d"


class Writer:
    """Writes as one reader reads."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._clock = Clock(look.timezone)
        self._day = day_pattern(look.date_format)
        self._locale = languages.tag(look.language)

    def day(self, day: date) -> str:
        """`31.12.2024`"""
        return day.strftime(self._day)

    def range(self, since: date, until: date) -> str:
        """`01.12.2024 – 31.12.2024`, or one day."""
        return self.day(since) if since == until else f"{self.day(since)} – {self.day(until)}"

    def moment(self, instant: int) -> tuple[str, str]:
        """The day and the time of day: `31.12.2024`, `14:30` or `2:30 PM`."""
        day, time = self._clock.tell(instant)
        if self._look.timeofday_format == "H:mm":
            return self.day(day), f"{time.hour}:{time.minute:02}"
        return self.day(day), f"{(time.hour + 11) % 12 + 1}:{time.minute:02} {'AM' if time.hour < 12 else 'PM'}"

    def duration(self, seconds: int | None) -> str:
        """`1:23:45`, `83:45 min` or `1.40 h`; nothing for None."""
        if seconds is None:
            return ""
        form = "decimal" if self._look.decimal_hours else self._look.duration_format
        if form == "decimal":
            return f"{_number(Decimal((seconds + 18) // 36) / 100, self._locale)} h"
        if form == "classic" and seconds < 3600:
            return f"{seconds // 60:02}:{seconds % 60:02} min"
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"

    def amount(self, hundredths: int | None, currency: str | None) -> str:
        """`1,234.50 EUR`; nothing for None."""
        return "" if hundredths is None else f"{_number(Decimal(hundredths) / 100, self._locale)} {currency}"

    def amounts(self, amounts: tuple[Amount, ...]) -> list[str]:
        """Each of them, if there is any."""
        return [self.amount(it.amount, it.currency) for it in amounts if it.amount is not None]

    def week_day(self, day: date) -> str:
        """`Mon 30.12.`, for the head of a narrow column."""
        from babel.dates import format_date

        return f"{format_date(day, 'EEE', locale=self._locale)}\n{self.day(day)[:10]}"

    def month(self, day: date) -> str:
        """`Dec`"""
        from babel.dates import format_date

        return str(format_date(day, "LLL", locale=self._locale))

    def short_day(self, day: date) -> str:
        """`Dec 30`, for the foot of a narrow column."""
        from babel.dates import format_skeleton

        return str(format_skeleton("MMMd", day, locale=self._locale))


def printable(text: str, longest: int = LONGEST_TEXT) -> str:
    """A text without what cannot be seen, and that is not too long.

    What stands beside it stays in its order, from whichever side it is written.
    """
    seen = "".join(_seen(character) for character in unicodedata.normalize("NFC", text[: 4 * longest]))
    shown = _cut(" ".join(seen.split()), longest)
    return _ISOLATE.format(shown) if any(map(_from_the_right, shown)) else shown


def _cut(text: str, longest: int) -> str:
    if 2 * len(text) <= longest:
        return text
    ends = list(accumulate(2 if unicodedata.east_asian_width(it) in _WIDE else 1 for it in text))
    return text if ends[-1] <= longest else text[: bisect_right(ends, longest - 1)] + "…"


def _seen(character: str) -> str:
    if character in _JOINERS or unicodedata.category(character) not in _UNSEEN:
        return character
    return " " if character in "\t\n\r\f\v\x85\u2028\u2029" else ""


def _from_the_right(character: str) -> bool:
    return unicodedata.bidirectional(character) in _FROM_THE_RIGHT


@lru_cache(maxsize=1 << 14)
def _number(number: Decimal, locale: str) -> str:
    from babel.numbers import format_decimal

    return str(format_decimal(number, format="#,##0.00", locale=locale))
