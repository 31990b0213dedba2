"""Odd elements of a batch, and odd members of elements: each is taken or refused for itself, alike on both engines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec

from hourhand.api.body import DEEPEST
from tests.fuzz.asking import ask
from tests.fuzz.oddities import ARGUMENTS, BODIES, IDS, TEXTS, VALUES
from tests.matrix.stage import Stage

_GOOD = {"method": "POST", "relative_url": "time_entries/current", "guid": "g", "body": None}
_MOST = 190


def test_an_odd_element_is_refused_for_itself(stages: list[Stage]) -> None:
    elements = list(_elements())
    wrong = []
    for at in range(0, len(elements), _MOST):
        some = elements[at : at + _MOST]
        body = b"[" + b",".join(element for _, element in some) + b"," + msgspec.json.encode(_GOOD) + b"]"
        verdicts = [ask(stage, "POST", "/batch_updates", body) for stage in stages]
        assert [verdict.status for verdict in verdicts] == [200, 200], verdicts[0].body[:500]
        answers = [json.loads(verdict.body) for verdict in verdicts]
        for (odd, _), one, other in zip(some, *(found[:-1] for found in answers), strict=True):
            if one != other or not 200 <= one["status"] < 500:
                wrong.append(f"{odd}: {one} {other}")
        assert all(found[-1]["body"] == '{"data":null}' for found in answers)
    assert wrong == []


def test_an_odd_body_of_an_element_is_read_or_refused(stages: list[Stage]) -> None:
    client = json.dumps({"client": {"name": "odd"}}).encode()
    wrong = []
    for odd, frame in BODIES.items():
        sent = frame.replace(b"%", client).decode("utf-8", "replace")
        element = {"method": "POST", "relative_url": "clients", "guid": odd, "body": sent}
        verdicts = [ask(stage, "POST", "/batch_updates", msgspec.json.encode([element])) for stage in stages]
        answers = [json.loads(verdict.body)[0] for verdict in verdicts]
        if len({(answer["status"], answer["content_type"]) for answer in answers}) > 1 or answers[0]["status"] >= 500:
            wrong.append(f"{odd}: {answers}")
    assert wrong == []


def _elements() -> Iterator[tuple[str, bytes]]:
    """Odd elements, and elements of which one member is odd, as JSON."""
    values = {**{odd: msgspec.json.encode(text) for odd, text in TEXTS.items() if len(text) < 5000}, **VALUES}
    for odd, value in values.items():
        if _is_json(value):
            yield odd, value
            for member in _GOOD:
                yield f"{member}, {odd}", _with(member, value)
    for odd in (*IDS, *(f"1?active={argument}" for argument in ARGUMENTS)):
        yield f"id {odd[:40]}", _with("relative_url", msgspec.json.encode(f"projects/{odd}"), method="GET")


def _is_json(value: bytes) -> bool:
    """Whether a body may hold this and still be JSON that is not nested too deeply."""
    if value.count(b"[") >= DEEPEST - 2:
        return False
    try:
        return bytes(msgspec.json.decode(value, type=msgspec.Raw)) == value
    except msgspec.DecodeError:
        return False


def _with(member: str, value: bytes, **more: Any) -> bytes:
    return msgspec.json.encode({**_GOOD, **more, member: msgspec.Raw(value)})
