"""All arguments of a query at once, as text: one Struct of them is one argument of a handler that knows many."""

from __future__ import annotations

from functools import cache
from typing import Any, Self

import msgspec
from litestar.datastructures import MultiDict
from msgspec import Struct


class Query(Struct, frozen=True, kw_only=True):
    """Arguments by their names. One that is a list has all that was said; of others the last counts."""

    @classmethod
    def of(cls, said: MultiDict[Any]) -> Self:
        """The arguments of a query; what has no member here is left out."""
        given = {name: said.getall(name) for name in cls.__struct_fields__ if name in said}
        lists = _lists(cls)
        return cls(**{name: values if name in lists else values[-1] for name, values in given.items()})


@cache
def _lists(kind: type[Query]) -> set[str]:
    return {field.name for field in msgspec.structs.fields(kind) if field.default_factory is list}
