"""A recorder of the statements that the house runs, and the rules that keep its tables spreadable over many servers.

Every statement on a table that has buckets names the bucket of each such table, and every write stays in one bucket,
but for the actions of `CROSSING`. Texts are examined once each; the statements of tests themselves are not.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from pglast import ast, parse_sql
from pglast.enums import A_Expr_Kind, BoolExprType

from hourhand.db import Tx
from tests.catalogue import OWNERS

# Actions that write in two buckets or more, and what makes them.
CROSSING = {
    "new_accounts.create": "a person, and their token in the bucket of its own hash",
    "new_accounts.sign_up": "as new_accounts.create",
    "accounts.update": "a new e-mail address leads to the person from the bucket of its own hash",
    "tokens.reset": "the old token and the new one, each in the bucket of its own hash",
    "credentials.update": "as accounts.update; and the session that outlives a new password",
    "credentials.log_in_by_code": "a code that goes and a session that comes, each in the bucket of its own hash",
    "credentials.reset_token": "as tokens.reset",
    "lost_passwords.tell": "a code in the bucket of its own hash, and the mail with the person",
    "lost_passwords.reset": "the code that goes, and the person",
    "members.join": "the member is with the workspace, what leads to it with the person",
    "members.remove": "as members.join",
    "invitations.invite": "as members.join; and for each a code of its own hash, a mail, and perhaps an account",
    "invitations.accept": "as members.join; and the code that goes",
    "invitations.accept_as_new": "as invitations.accept; and the person's token in the bucket of its own hash",
    "removals.leave_workspace": "as members.join; and what ran there stops",
    "removals.remove_member": "as removals.leave_workspace; and the person's default workspace is another",
    "deliveries.fail": "what was tried is with the workspace, the mail that it has ended with the person",
    "batches.run": "each thing that is done in it goes where it would go alone",
    "time_entries.create": "the entry is with the workspace, that it runs with the person; what ran may be elsewhere",
    "time_entries.start": "as time_entries.create",
    "time_entries.stop": "as time_entries.create",
    "time_entries.update": "as time_entries.create",
    "time_entries.delete": "as time_entries.create",
}
# Statements that ask all buckets at once, for the operator or a worker and never for a request.
EVERYWHERE = {
    "accounts.every",
    # What whoever watches the server asks, once in a while.
    "backlog.of",
    "codes.with_expired",
    # What couriers ask, once for all subscriptions.
    "deliveries.followed",
    "deliveries.waiting",
    "history.forget",
    # What a worker asks, once for all requests.
    "jobs.counts",
    "jobs.due",
    "jobs.of_kind",
    "jobs.unfinished",
    "jobs.with_old",
    "long_timers.untold",
    "outcomes.with_old",
    "sessions.with_dead",
    "subscriptions.every",
    "weeks.owed",
    "workspaces.every",
}

# Events and ids go where an action has gone; on their own they are no actions.
_FOLLOWING = ("events.", "ids.")
_EQUAL = (A_Expr_Kind.AEXPR_OP, A_Expr_Kind.AEXPR_IN)
_NAME = re.compile(r"(?<!:):([a-z_][a-z0-9_]*)")
_VOLATILE = {"now", "random", "clock_timestamp", "statement_timestamp", "gen_random_uuid", "nextval", "randomblob"}


class Statement(NamedTuple):
    """What a text does: the parameter that names the bucket it writes to, if it writes, and what is wrong with it."""

    bucket: str | None
    faults: tuple[str, ...]


class Recorder:
    """Given to a database as `observe`; `faults` tells what broke the rules, `crossings` which actions crossed."""

    def __init__(self) -> None:
        self.faults: set[str] = set()
        self.crossings: set[str] = set()

    def __call__(self, tx: Tx, sql: str, named: dict[str, Any]) -> None:
        action = _action()
        if action is None or action in EVERYWHERE:
            return
        statement = examined(sql)
        self.faults.update(f"{action}: {fault}: {sql}" for fault in statement.faults)
        if statement.bucket is not None and not action.startswith(_FOLLOWING):
            buckets: set[int] = tx.notes.setdefault("written buckets", {}).setdefault(action, set())
            buckets.add(named[statement.bucket])
            if len(buckets) > 1:
                self.crossings.add(action)
                if action not in CROSSING:
                    self.faults.add(f"{action}: writes in the buckets {sorted(buckets)}: {sql}")


@cache
def examined(sql: str) -> Statement:
    """What a text does, and what is wrong with it."""
    numbers: dict[str, int] = {}
    text = _NAME.sub(lambda name: f"${numbers.setdefault(name[1], len(numbers) + 1)}", sql)
    tree: Any = parse_sql(text)[0].stmt
    written = _written(tree)
    bucket = next((name for name, number in numbers.items() if number == written), None)
    faults = [*_unbound(tree, frozenset()), *_volatile(tree)]
    if bucket is None and _is(tree, "InsertStmt", "UpdateStmt", "DeleteStmt") and not faults:
        faults = [f"{tree.relation.relname} is written in a bucket that no parameter names"]
    return Statement(bucket, tuple(faults))


def _action() -> str | None:
    """The verb of the core that runs the statement, or whoever else of the house; None if that is a test."""
    frame = sys._getframe(2)
    while frame.f_back is not None and _module(frame).startswith("hourhand.db"):
        frame = frame.f_back
    if not _module(frame).startswith("hourhand."):
        return None
    action = _module(frame)
    while frame.f_back is not None:
        if _module(frame).startswith("hourhand.core."):
            action = f"{_module(frame).removeprefix('hourhand.core.')}.{frame.f_code.co_name}"
        frame = frame.f_back
    return action


def _module(frame: Any) -> str:
    return str(frame.f_globals["__name__"])


def _unbound(node: Any, outer: frozenset[str]) -> Iterator[str]:
    """The tables, at any depth, whose bucket is not named."""
    if _is(node, "InsertStmt") and node.relation.relname in OWNERS:
        if "bucket" not in [column.name for column in node.cols or ()]:
            yield f"{node.relation.relname} is written without a bucket"
    elif _is(node, "SelectStmt", "UpdateStmt", "DeleteStmt"):
        tables = dict(_tables(_sources(node)))
        bound = _bound(tables, list(_conditions(node)), outer)
        yield from (f"{tables[name]} {name} is not in a bucket" for name in tables if name not in bound)
        outer |= bound
    for child in _children(node):
        yield from _unbound(child, outer)


def _bound(tables: dict[str, str], conditions: list[Any], outer: frozenset[str]) -> frozenset[str]:
    """The tables, by the names they have in a statement, whose bucket follows from its conditions."""
    alone = next(iter(tables)) if len(tables) == 1 else None
    equal = [pair for condition in conditions for pair in _equal_buckets(condition, alone)]
    # A table without buckets, and what a query in brackets gives, needs no condition here.
    bound = {name for name in tables if tables[name] not in OWNERS} | set(outer) | {""}
    while more := {name for pair in equal if set(pair) & bound for name in pair} - bound:
        bound |= more
    return frozenset(bound)


def _equal_buckets(condition: Any, alone: str | None) -> Iterator[tuple[str, str]]:
    """Two tables whose bucket is the same by a condition; "" stands for what parameters say."""
    if not _is(condition, "A_Expr") or condition.kind not in _EQUAL or condition.name[0].sval != "=":
        return
    left, right = _bucket_of(condition.lexpr, alone), _bucket_of(condition.rexpr, alone)
    if left is not None and right is not None:
        yield left, right


def _bucket_of(value: Any, alone: str | None) -> str | None:
    if _is(value, "ColumnRef") and value.fields[-1].sval == "bucket":
        return value.fields[0].sval if len(value.fields) > 1 else alone
    values = value if isinstance(value, tuple) else (value,)
    return "" if all(_is(one, "ParamRef") for one in values) else None


def _sources(statement: Any) -> tuple[Any, ...]:
    if _is(statement, "SelectStmt"):
        return statement.fromClause or ()
    more = statement.fromClause if _is(statement, "UpdateStmt") else statement.usingClause
    return (statement.relation, *(more or ()))


def _tables(sources: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """The tables of a statement's own level by the names they have in it; a query in brackets is the table ""."""
    for source in sources:
        if _is(source, "JoinExpr"):
            yield from _tables((source.larg, source.rarg))
        elif _is(source, "RangeVar"):
            yield (source.alias.aliasname if source.alias else source.relname), source.relname
        elif source.alias:
            yield source.alias.aliasname, ""


def _conditions(statement: Any) -> Iterator[Any]:
    """What holds for every row of a statement: its `where`, and what its joins are on."""
    yield from _conjuncts(statement.whereClause)
    for source in _sources(statement):
        yield from _joined_on(source)


def _joined_on(source: Any) -> Iterator[Any]:
    if _is(source, "JoinExpr"):
        yield from _conjuncts(source.quals)
        yield from _joined_on(source.larg)
        yield from _joined_on(source.rarg)


def _conjuncts(condition: Any) -> Iterator[Any]:
    if _is(condition, "BoolExpr") and condition.boolop == BoolExprType.AND_EXPR:
        for part in condition.args:
            yield from _conjuncts(part)
    elif condition is not None:
        yield condition


def _written(tree: Any) -> int | None:
    """The number of the parameter that says in which bucket is written."""
    if _is(tree, "InsertStmt") and tree.relation.relname in OWNERS:
        names = [column.name for column in tree.cols or ()]
        values = (tree.selectStmt.valuesLists or ((),))[0]
        value = values[names.index("bucket")] if "bucket" in names and values else None
        return value.number if value is not None and _is(value, "ParamRef") else None
    if _is(tree, "UpdateStmt", "DeleteStmt"):
        for condition in _conjuncts(tree.whereClause):
            if _is(condition, "A_Expr") and ("own", "") in _equal_buckets(condition, "own"):
                return condition.rexpr.number if _is(condition.rexpr, "ParamRef") else None
    return None


def _volatile(node: Any) -> Iterator[str]:
    """What the database would make up by itself."""
    if _is(node, "SQLValueFunction"):
        yield "the database's own clock"
    if _is(node, "FuncCall") and node.funcname[-1].sval in _VOLATILE:
        yield f"{node.funcname[-1].sval}()"
    for child in _children(node):
        yield from _volatile(child)


def _is(node: Any, *kinds: str) -> bool:
    return type(node).__name__ in kinds


def _children(node: Any) -> Iterator[Any]:
    if isinstance(node, tuple):
        yield from node
    elif isinstance(node, ast.Node):
        yield from (getattr(node, name) for name in node)
