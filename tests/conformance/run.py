"""A run: makes every call of a chapter, and tells what it saw."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal

import httpx
from msgspec import Struct, structs

from hourhand.api.http import House
from tests.api.conftest import Api
from tests.api.v8.members import ORDER
from tests.api.v8.stage import Stage
from tests.conformance.promises import Absent, ByMode, Chapter, Matching, Promise, Proof

Verdict = Literal["works", "narrower", "not yet", "left out"]
NOT_YET = 501


class Seen(Struct, frozen=True):
    """What became of a promise, and what of all that was sent counts."""

    promise: Promise
    verdict: Verdict
    taken: list[str]


class Story(Struct, frozen=True):
    """What a run saw of a chapter: its promises, and the members that were shown of what it is about."""

    chapter: Chapter
    seen: list[Seen]
    shown: list[str]


def run(chapter: Chapter, stage: Stage) -> Story:
    """Try a chapter. Raises `AssertionError` for a promise that is not kept and for a reason that does not hold."""
    shown: dict[str, set[str]] = {}
    seen = [_seen(promise, stage, shown) for promise in chapter.promises]
    members = [member for member in _order(chapter.about) if member in shown.get(chapter.about, ())]
    missing = {*_order(chapter.about)} - {*members}
    assert missing == {*chapter.unseen}, f"{chapter.title}: shown without {missing}, not {[*chapter.unseen]}"
    return Story(chapter, seen, members)


def _seen(promise: Promise, stage: Stage, shown: dict[str, set[str]]) -> Seen:
    if promise.left_out:
        _try(structs.replace(promise.call, status=404), stage)
        return Seen(promise, "left out", [])
    answer = _try(promise.call, stage, unless=NOT_YET)
    if answer.status_code == NOT_YET:
        return Seen(promise, "not yet", [])
    content = answer.json() if answer.status_code == 200 else None
    _check_members(promise, content, shown)
    taken = [] if promise.name else _taken(promise, content, stage)
    for proofs in (*promise.takes.values(), promise.proofs, *promise.narrower.values(), *promise.different.values()):
        for proof in proofs:
            _try(proof, stage)
    return Seen(promise, "narrower" if promise.absent or promise.narrower else "works", taken)


def _try(proof: Proof, stage: Stage, unless: int = 0) -> httpx.Response:
    stage.clock.advance(proof.seconds_later)
    answer = _ask(proof, stage)
    if answer.status_code == unless:
        return answer
    where = f"{proof.request} {proof.sent}: {answer.status_code} {answer.text}"
    if proof.refused:
        _check_refusal(proof.refused, answer, stage, where)
        return answer
    status = _in_mode(proof.status, stage)
    assert answer.status_code == status, where
    for name, beginning in proof.headers.items():
        assert answer.headers.get(name, "").startswith(beginning), f"{where}: {answer.headers}"
    if status == 200:
        assert answer.headers["content-type"] == "application/json; charset=utf-8", where
    if proof.answer is not ...:
        content = answer.json() if status == 200 else answer.text
        assert _fits(proof.answer, content, stage), f"{where} is not {proof.answer}"
    if proof.keeps:
        stage.ids[proof.keeps] = answer.json()["data"][proof.member]
    return answer


def _ask(proof: Proof, stage: Stage) -> httpx.Response:
    if not proof.settings:
        return stage.ask(proof.request, proof.sent, proof.by)
    usual, house = stage.api, stage.api.house
    stage.api = Api(House(house.database, house.vault, structs.replace(house.settings, **proof.settings)))
    try:
        return stage.ask(proof.request, proof.sent, proof.by)
    finally:
        stage.api.close()
        stage.api = usual


def _check_refusal(line: str, answer: httpx.Response, stage: Stage, where: str) -> None:
    line = stage.with_ids(line)
    if stage.recorded:
        assert (answer.status_code, answer.text) == (400, f"{line}\n"), where
    else:
        assert (answer.status_code, answer.json()) == (404, [line]), where


def _check_members(promise: Promise, content: Any, shown: dict[str, set[str]]) -> None:
    for entity in _entities(content) if promise.entity else ():
        order = [*ORDER[promise.entity], "server_deleted_at"]
        assert list(entity) == [member for member in order if member in entity], f"{promise.request}: {list(entity)}"
        shown.setdefault(promise.entity, set()).update(entity)
    there = set(_members(content))
    wanted = set(promise.shows.split())
    assert wanted - there == set(), f"{promise.request} shows no {sorted(wanted - there)}"
    assert there & set(promise.absent) == set(), f"{promise.request} shows {sorted(there & set(promise.absent))}"


def _taken(promise: Promise, content: Any, stage: Stage) -> list[str]:
    """The members that were sent, and the arguments of the query; all of them count."""
    sent = _entity_sent(promise.sent)
    for name, value in sent.items():
        if name in promise.unshown:
            continue
        shows = [name in entity and _fits(value, entity[name], stage) for entity in _entities(content)]
        assert (shows and all(shows)) or name in promise.takes, f"{promise.request}: nothing shows that {name} counts"
    return [name for name in dict.fromkeys([*sent, *promise.takes]) if name not in promise.unshown]


def _entity_sent(sent: Any) -> dict[str, Any]:
    """The members of what was sent, out of its wrapper if it has one."""
    if isinstance(sent, list):
        return _entity_sent(sent[0])
    if not isinstance(sent, dict):
        return {}
    inner = next(iter(sent.values()))
    return inner if len(sent) == 1 and isinstance(inner, dict) else sent


def _entities(content: Any) -> list[dict[str, Any]]:
    """The things that an answer is made of."""
    inside = content["data"] if isinstance(content, dict) and "data" in content else content
    return [it for it in (inside if isinstance(inside, list) else [inside]) if isinstance(it, dict)]


def _members(content: Any, before: str = "") -> Iterator[str]:
    """All members of an answer, with dots between levels."""
    if isinstance(content, list):
        for it in content:
            yield from _members(it, before)
    elif isinstance(content, dict):
        for name, value in content.items():
            if name != "data":
                yield before + name
            yield from _members(value, before if name == "data" else f"{before}{name}.")


def _fits(expected: Any, got: Any, stage: Stage) -> bool:
    expected = _in_mode(expected, stage)
    if expected is ...:
        return True
    if isinstance(expected, dict):
        return isinstance(got, dict) and all(
            name not in got if isinstance(value, Absent) else name in got and _fits(value, got[name], stage)
            for name, value in ((name, _in_mode(value, stage)) for name, value in expected.items())
        )
    if expected == [] and stage.recorded:
        # Tags that are none are left out, and lists of things that are none are null.
        return got in (None, [])
    if isinstance(expected, list):
        return (
            isinstance(got, list)
            and len(got) == len(expected)
            and all(_fits(one, other, stage) for one, other in zip(expected, got, strict=True))
        )
    if isinstance(expected, Matching):
        return isinstance(got, str) and re.fullmatch(expected.pattern, got) is not None
    expected = stage.with_ids(expected)
    moments = _moment(expected), _moment(got)
    return expected == got or (None not in moments and moments[0] == moments[1])


def _in_mode(value: Any, stage: Stage) -> Any:
    if isinstance(value, ByMode):
        return value.recorded if stage.recorded else value.documented
    return value


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else None


def _order(entity: str) -> list[str]:
    """The contract's members of an entity, without the lists that are only there when they are asked for."""
    related = ("time_entries", "projects", "tags", "tasks", "workspaces", "clients")
    return [member for member in ORDER.get(entity, ()) if entity != "user" or member not in related]
