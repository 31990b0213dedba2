"""Colours of projects: one of a palette of fifteen by its number, or any other by its hexadecimal digits.

Stored as `5` or as `#a1b2c3`; a hexadecimal colour of the palette is stored as its number. To those
who know only numbers, another colour is the one of the palette that looks most like it.
"""

from __future__ import annotations

import re

from hourhand.core.errors import Problems

PALETTE = (
    "#0b83d9",
    "#9e5bd9",
    "#d94182",
    "#e36a00",
    "#bf7000",
    "#2da608",
    "#06a893",
    "#c9806b",
    "#465bb3",
    "#990099",
    "#c7af14",
    "#566614",
    "#991102",
    "#d92b2b",
    "#525266",
)
DEFAULT = "0"
_NUMBER = re.compile(r"[0-9]{1,9}")
_HEX = re.compile(r"#[0-9a-f]{6}")


def chosen(problems: Problems, number: int | str | None, hexadecimal: str | None) -> str:
    """The colour that is meant, as it is stored; numbers above 14 begin again at 0.

    Those who send back both as they read them mean the digits, which say more; where the two
    disagree, the number was changed.
    """
    by_number = None if number is None else _stored(problems, str(number), "color")
    by_digits = None if hexadecimal is None else _stored(problems, hexadecimal, "hex_color")
    if by_number is not None and (by_digits is None or number_of(by_digits) != by_number):
        return by_number
    return by_digits or DEFAULT


def number_of(stored: str) -> str:
    """The colour's number in the palette, or that of its nearest."""
    if not stored.startswith("#"):
        return stored
    return str(min(range(len(PALETTE)), key=lambda i: _distance(PALETTE[i], stored)))


def hex_of(stored: str) -> str:
    """The colour's hexadecimal digits: `#0b83d9`."""
    return stored if stored.startswith("#") else PALETTE[int(stored)]


def _stored(problems: Problems, said: str, field: str) -> str:
    text = said.strip().lower()
    if text in PALETTE:
        return str(PALETTE.index(text))
    if _HEX.fullmatch(text):
        return text
    if field == "color" and _NUMBER.fullmatch(text):
        return str(int(text) % len(PALETTE))
    problems.add(field, "invalid")
    return DEFAULT


def _distance(one: str, other: str) -> int:
    return sum((a - b) ** 2 for a, b in zip(_parts(one), _parts(other), strict=True))


def _parts(hexadecimal: str) -> tuple[int, int, int]:
    return int(hexadecimal[1:3], 16), int(hexadecimal[3:5], 16), int(hexadecimal[5:7], 16)
