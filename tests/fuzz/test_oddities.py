"""Odd values, in every member of every body, in every path and query: taken exactly, or refused, and never a failure.

Both engines are asked one after the other, and give the same verdict. What is refused before a database hears of it
is asked of one alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import msgspec
import pytest

from tests.endpoints import Endpoint, endpoints
from tests.fuzz.asking import GOOD, Verdict, ask, ask_both, body_of, faults, named
from tests.fuzz.oddities import ARGUMENTS, BODIES, IDS, TEXTS, VALUES
from tests.matrix import snapshot
from tests.matrix.stage import Stage
from tests.matrix.table import MATRIX

WITH_BODY = sorted({" ".join(key.split()[:2]) for key, row in MATRIX.items() if row.wrapped})
WITH_ID = sorted({" ".join(key.split()[:2]) for key, row in MATRIX.items() if "{id}" in key and "soon" not in row.grid})
# Texts that are shown again as they were said, but for white space around them.
SHOWN = {
    "POST": ("name", "notes", "description", "fullname", "guid"),
    "PUT": ("name", "notes", "description", "fullname"),
}
# The most characters that a text may have: those of a description.
LONGEST = 3000
# Members that hold other values than plain ones.
_HOLDING = {"tags": b"[%s]", "workspace": b'{"id":%s}'}
_number = count()


@pytest.mark.parametrize("name", WITH_BODY)
def test_an_odd_member_is_taken_exactly_or_refused(stages: list[Stage], name: str) -> None:
    endpoint = named(stages[0], name)
    assert endpoint.entity is not None
    wrong = []
    for member in endpoint.entity.__struct_fields__:
        for odd, value in _values(member):
            number = next(_number)
            bodies = [body_of(stage, endpoint, number, member, value) for stage in stages]
            verdicts = ask_both(stages, endpoint, bodies)
            found = faults(verdicts, member)
            if member in SHOWN[endpoint.method] and odd in TEXTS:
                found += _unlike(stages, endpoint, member, TEXTS[odd], verdicts)
            wrong += [f"{member}, {odd}: {fault}" for fault in found]
    assert wrong == []
    assert _longest_stored(stages[0]) <= LONGEST


@pytest.mark.parametrize("name", WITH_BODY)
def test_an_odd_body_is_read_or_refused(stages: list[Stage], name: str) -> None:
    endpoint = named(stages[0], name)
    wrong = []
    for odd, frame in BODIES.items():
        number = next(_number)
        bodies = [frame.replace(b"%", body_of(stage, endpoint, number)) for stage in stages]
        wrong += [f"{odd}: {fault}" for fault in faults(ask_both(stages, endpoint, bodies))]
    assert wrong == []


@pytest.mark.parametrize("name", WITH_ID)
def test_an_odd_id_in_a_path_leads_nowhere(stages: list[Stage], name: str) -> None:
    endpoint = named(stages[0], name)
    content = body_of(stages[0], endpoint, next(_number)) if endpoint.wrapper else b"{}"
    wrong = []
    for odd in IDS:
        path = endpoint.path.replace("{id}", odd)
        verdicts = [ask(stage, endpoint.method, path, content) for stage in stages]
        found = faults(verdicts)
        if verdicts[0].status < 400 and verdicts[0].body != '{"data":null}':
            found.append(f"answered with {verdicts[0]}")
        wrong += [f"{odd[:40]!r}: {fault}" for fault in found]
    assert wrong == []


def test_odd_arguments_are_ignored_or_refused(stages: list[Stage]) -> None:
    wrong = []
    for endpoint in endpoints(stages[0].api.house):
        for argument in endpoint.arguments:
            for odd in ARGUMENTS:
                path = f"{endpoint.path.replace('{id}', str(stages[0].world.things['workspace']['acme']))}"
                asked = f"{path}?{argument}={odd}&{argument}={odd}&unknown={odd}"
                verdicts = [ask(stage, endpoint.method, asked) for stage in stages]
                wrong += [f"{asked[:80]}: {fault}" for fault in faults(verdicts)]
    assert wrong == []


def _longest_stored(stage: Stage) -> int:
    """The length of the longest text that is stored, apart from the log, which tells of whole things."""
    rows = snapshot.read(stage.database)
    return max(
        len(it) for table in rows if table != "events" for row in rows[table] for it in row if isinstance(it, str)
    )


def _values(member: str) -> Iterator[tuple[str, bytes]]:
    """The odd values for a member, as JSON."""
    values = {**{odd: msgspec.json.encode(text) for odd, text in TEXTS.items()}, **VALUES}
    for odd, value in values.items():
        yield odd, value
        if member in _HOLDING:
            yield f"{odd}, inside", _HOLDING[member] % value


def _unlike(stages: list[Stage], endpoint: Endpoint, member: str, said: str, verdicts: list[Verdict]) -> list[str]:
    """Where a text that was taken is not what was said, or not what is read afterwards."""
    found = []
    for stage, verdict in zip(stages[: len(verdicts)], verdicts, strict=True):
        if verdict.status != 200 or not said.strip():
            continue
        shown = verdict.data.get(member)
        if shown not in (said, said.strip()):
            found.append(f"taken as {shown!r}")
        where = GOOD[endpoint.wrapper][2].format(verdict.data["id"])
        if where and ask(stage, "GET", where).data.get(member) != shown:
            found.append("read otherwise than answered")
    return found
