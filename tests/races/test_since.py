"""Whoever feeds the `since` of each answer into the next question misses nothing, while many others write."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Final

from tests.cast import Cast
from tests.server import Peer, Server

# In all; a machine of two cores has them done in some twenty seconds.
CHANGES = 10_000
WRITERS = 8
START = "2024-05-01T09:00:00+00:00"
GONE: Final = 1 << 30
NOUNS = {"time_entry": "time_entries", "client": "clients", "project": "projects", "tag": "tags", "task": "tasks"}

Key = tuple[str, int]


class Writer:
    """Writes things; `acknowledged` says what version of which was last promised.

    Every other one writes as the one who follows, whose entries and projects those are; the rest are a colleague.
    """

    def __init__(self, cast: Cast, number: int) -> None:
        self.acknowledged: dict[Key, int] = {}
        self._person = cast.bob if number % 2 else cast.ann
        self._nouns = ("time_entry", "time_entry", "project") if number % 2 else ("client", "tag", "task")
        self._cast = cast
        self._number = number
        self._choose = random.Random(number)
        self._there: list[Key] = []
        self._count = 0

    def write(self, server: Server, changes: int) -> None:
        """Make so many changes, one after the other."""
        with Peer(server, self._person.token) as peer:
            for _ in range(changes):
                self._change(peer)

    def _change(self, peer: Peer) -> None:
        if not self._there or self._choose.random() < 0.5:
            self._create(peer, self._choose.choice(self._nouns))
            return
        place = self._choose.randrange(len(self._there))
        noun, thing_id = key = self._there[place]
        path = f"/{NOUNS[noun]}/{thing_id}"
        if self._choose.random() < 0.3:
            reply = peer.v8("DELETE", path)
            assert reply.status == 200, reply
            self.acknowledged[key] = GONE
            self._there[place] = self._there[-1]
            self._there.pop()
        else:
            version = self.acknowledged[key] + 1
            changed = peer.v8("PUT", path, {noun: self._named(noun, version)}).data
            assert changed["id"] == thing_id
            self.acknowledged[key] = version

    def _create(self, peer: Peer, noun: str) -> None:
        place = {"pid": self._cast.public.id} if noun == "task" else {"wid": self._cast.acme.id}
        entry = {"start": START, "duration": 60, "created_with": "races"} if noun == "time_entry" else {}
        created = peer.v8("POST", f"/{NOUNS[noun]}", {noun: {**self._named(noun, 1), **place, **entry}}).data
        self.acknowledged[noun, created["id"]] = 1
        self._there.append((noun, created["id"]))

    def _named(self, noun: str, version: int) -> dict[str, str]:
        self._count += 1
        return {_label(noun): f"{version} of {self._number}.{self._count}"}


class Follower:
    """Asks what changed, again and again, and keeps the version of each thing that it was told last."""

    def __init__(self, peer: Peer) -> None:
        self.known: dict[Key, int] = {}
        self.looks = 0
        self._peer = peer
        self._since: int | None = None

    def look(self) -> None:
        """Learn what changed since the last look; no thing may be older than it was known to be."""
        more = "" if self._since is None else f"&since={self._since}"
        answer = self._peer.v8("GET", f"/me?with_related_data=true{more}").json()
        assert self._since is None or answer["since"] >= self._since
        self._since = answer["since"]
        self.looks += 1
        for noun, plural in NOUNS.items():
            for thing in answer["data"].get(plural) or ():
                key, version = (noun, thing["id"]), _version(noun, thing)
                assert version >= self.known.get(key, 0), thing
                self.known[key] = version


def test_whoever_keeps_asking_what_changed_misses_nothing(server: Server, cast: Cast) -> None:
    writers = [Writer(cast, number) for number in range(WRITERS)]
    with Peer(server, cast.bob.token) as peer, _writing(writers, server) as at_work:
        follower = Follower(peer)
        follower.look()
        while not all(work.done() for work in at_work):
            promised = [dict(writer.acknowledged) for writer in writers]
            follower.look()
            # Whatever was answered before the question was asked is in what is known after it.
            for one in promised:
                assert _missed(one, follower.known) == {}
        follower.look()
    for writer in writers:
        assert writer.acknowledged.items() <= follower.known.items()
    assert follower.looks > 5
    for noun in NOUNS:
        assert any(version == GONE for (of, _), version in follower.known.items() if of == noun)


@contextmanager
def _writing(writers: list[Writer], server: Server) -> Iterator[list[Future[None]]]:
    with ThreadPoolExecutor(len(writers)) as threads:
        at_work = [threads.submit(writer.write, server, CHANGES // len(writers)) for writer in writers]
        yield at_work
    for work in at_work:
        work.result()


def _missed(promised: dict[Key, int], known: dict[Key, int]) -> dict[Key, int]:
    return {key: version for key, version in promised.items() if known.get(key, 0) < version}


def _version(noun: str, thing: dict[str, Any]) -> int:
    if "server_deleted_at" in thing:
        return GONE
    words = str(thing[_label(noun)]).split(" of ")
    # What was there before has no version.
    return int(words[0]) if len(words) == 2 else 0


def _label(noun: str) -> str:
    return "description" if noun == "time_entry" else "name"
