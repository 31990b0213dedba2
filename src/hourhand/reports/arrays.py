"""The kinds of arrays that packed columns are made of."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
# Numbers of things, whatever they take up: of rows four bytes each, for there are very many.
Codes = NDArray[np.signedinteger[Any]]
Flags = NDArray[np.bool_]
# Seconds as numbers that need no change before they are summed: whole ones, exact below 2 ** 53.
Seconds = NDArray[np.float64]
