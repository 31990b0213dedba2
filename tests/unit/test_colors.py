"""Colours by number and by hexadecimal digits."""

from __future__ import annotations

import pytest

from hourhand.core import colors
from hourhand.core.errors import Invalid, Problems


def chosen(number: int | str | None, hexadecimal: str | None = None) -> str:
    problems = Problems("project")
    color = colors.chosen(problems, number, hexadecimal)
    problems.refuse()
    return color


@pytest.mark.parametrize(
    ("number", "stored"), [(5, "5"), ("5", "5"), ("05", "5"), (14, "14"), (15, "0"), ("31", "1"), ("#2DA608", "5")]
)
def test_a_number_is_taken_modulo_the_palette(number: int | str, stored: str) -> None:
    assert chosen(number) == stored


@pytest.mark.parametrize("number", [-1, "", "red", "#12345", "#1234567", "#12345g", "५", 10**12])
def test_what_is_no_colour_is_refused(number: int | str) -> None:
    with pytest.raises(Invalid):
        chosen(number)
    with pytest.raises(Invalid):
        chosen(None, f"{number}x")


def test_digits_of_the_palette_are_its_numbers() -> None:
    for i, digits in enumerate(colors.PALETTE):
        assert chosen(None, digits.upper()) == str(i)
        assert colors.hex_of(str(i)) == digits


def test_another_colour_is_kept_and_has_the_number_of_its_nearest() -> None:
    stored = chosen(None, "#0B83DA")
    assert (stored, colors.hex_of(stored), colors.number_of(stored)) == ("#0b83da", "#0b83da", "0")


def test_sending_back_both_as_they_were_read_changes_nothing_and_a_new_number_wins() -> None:
    assert chosen("0", "#0b83da") == "#0b83da"
    assert chosen(6, "#0b83da") == "6"
