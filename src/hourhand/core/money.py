"""Money: integers, in hundredths of a currency's unit, and a currency's three letters.

Rates are per hour. A rate with more than two decimals is rounded half to even, once, on the way in.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal

from hourhand.core.errors import Problems

LEAST_RATE = 0
MOST_RATE = 100_000_000
_HUNDREDTH = Decimal("0.01")
_CODE = re.compile(r"[A-Z]{3}")


def currency(problems: Problems, value: str, field: str) -> str:
    """The three capital letters of a currency."""
    code = value.strip().upper()
    if not _CODE.fullmatch(code):
        problems.add(field, "invalid")
    return code


def minor_units(problems: Problems, value: Decimal | float | int | str, field: str) -> int:
    """An amount in hundredths. Notes a problem for what is no amount, negative or out of all proportion."""
    try:
        amount = Decimal(str(value))
        if LEAST_RATE <= amount <= MOST_RATE:
            # Rounded before it is multiplied: a product of more than 28 digits would be rounded too.
            return int(amount.quantize(_HUNDREDTH, ROUND_HALF_EVEN) * 100)
    except ArithmeticError:
        # Not a number at all, or one with more digits than can be reckoned with.
        pass
    problems.add(field, "invalid")
    return 0


def decimal(amount: int) -> float | int:
    """An amount as a number of whole units: `4`, or `4.5`."""
    return amount // 100 if amount % 100 == 0 else amount / 100
