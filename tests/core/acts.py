"""Verbs run for one of the cast, and what came of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

import pytest

from hourhand.core.actor import Actor
from hourhand.core.errors import Invalid
from hourhand.db import Database, Tx
from tests.cast import Person

P = ParamSpec("P")
T = TypeVar("T")


def act(
    database: Database, person: Person, verb: Callable[Concatenate[Tx, Actor, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Run a verb for a person, in a transaction of its own."""
    return database.write_now(lambda tx: verb(tx, person.at(tx), *args, **kwargs))


def problems(
    database: Database, person: Person, verb: Callable[Concatenate[Tx, Actor, P], T], *args: P.args, **kwargs: P.kwargs
) -> list[tuple[str, str]]:
    """The fields and reasons for which a verb is refused."""
    with pytest.raises(Invalid) as refused:
        act(database, person, verb, *args, **kwargs)
    return [(problem.field, problem.reason) for problem in refused.value.problems]


def history(database: Database, noun: str, thing_id: int) -> list[str]:
    """What happened to a thing, oldest first."""
    rows = database.write_now(
        lambda tx: tx.rows(
            "select action from events where bucket = :bucket and noun = :noun and thing_id = :thing_id"
            " order by position",
            bucket=thing_id & 4095,
            noun=noun,
            thing_id=thing_id,
        )
    )
    return [action for (action,) in rows]
