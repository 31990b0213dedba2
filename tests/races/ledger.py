"""A client that writes without end, and keeps a ledger of what it was promised.

What was sent and not answered is in doubt: it may have been done or not, but never half. The client
says it again first of all, as a real one would.
"""

from __future__ import annotations

import random
from http.client import HTTPException
from threading import Event
from typing import Any, Literal

from msgspec import Struct

from tests.cast import Person
from tests.server import Peer, Server

Entry = dict[str, Any]
Kind = Literal["create", "start", "stop", "update", "delete"]
PATIENCE = 0.02
_ALL = "/time_entries?start_date=2020-01-01T00:00:00Z&end_date=2099-01-01T00:00:00Z"
# What the answer to a start does not tell of the entry that it stopped.
_UNTOLD = ("at",)


class Act(Struct, frozen=True):
    """One write: what it does to the entry with a guid, and how it is asked for."""

    kind: Kind
    guid: str
    method: str
    path: str
    asked: Entry | None = None


class Ledger:
    """One client: its entries by guid as they were last acknowledged, and the write that is in doubt.

    `torn` says that an answer began and did not end.
    """

    def __init__(self, person: Person, workspace_ids: list[int], seed: int) -> None:
        self.acknowledged = 0
        self.torn = False
        self._person = person
        self._workspace_ids = workspace_ids
        self._choose = random.Random(seed)
        self._known: dict[str, Entry] = {}
        self._gone: set[str] = set()
        self._running: str | None = None
        self._doubt: Act | None = None
        self._count = 0

    def write(self, server: Server, over: Event) -> None:
        """Write until it is over, or the server is gone."""
        try:
            with Peer(server, self._person.token) as peer:
                while not over.is_set():
                    if not self._settle(peer):
                        over.wait(PATIENCE)
        except OSError:
            return
        except HTTPException:
            self.torn = True

    def check(self, server: Server) -> bool:
        """Every acknowledged write is there with its values, one in doubt is there or not, and nothing else is.

        True if the one in doubt was done, and not only asked for.
        """
        with Peer(server, self._person.token) as peer:
            reply = peer.v8("GET", _ALL)
            assert reply.status == 200, reply
        there: dict[str, Entry] = {entry["guid"]: entry for entry in reply.json()}
        assert len(there) == len(reply.json())
        doubtful = self._done_in_doubt(there)
        for guid, promised in self._known.items():
            if guid not in doubtful:
                found = there.get(guid)
                assert found is not None, f"{promised} is lost"
                assert {name: found[name] for name in found if name in promised or name not in _UNTOLD} == promised
        assert there.keys() <= self._known.keys() | doubtful
        assert not there.keys() & self._gone
        return bool(doubtful)

    def _settle(self, peer: Peer) -> bool:
        """Do what is in doubt, or something new. False where the server does not know either what became of it."""
        act = self._doubt = self._doubt or self._next()
        reply = peer.v8(act.method, act.path, None if act.asked is None else {"time_entry": act.asked})
        assert reply.status in (200, 503), (act, reply)
        if reply.status == 503:
            return False
        self._note(act, reply.json()["data"] if act.kind != "delete" else {})
        self._doubt = None
        self.acknowledged += 1
        return True

    def _next(self) -> Act:
        if not self._known or self._choose.random() < 0.4:
            return self._born(self._choose.choice(["create", "start"]))
        guid = self._choose.choice(list(self._known))
        path = f"/time_entries/{self._known[guid]['id']}"
        if self._running and self._choose.random() < 0.3:
            path = f"/time_entries/{self._known[self._running]['id']}/stop"
            return Act("stop", self._running, "PUT", path)
        if self._choose.random() < 0.3:
            return Act("delete", guid, "DELETE", path)
        self._count += 1
        return Act("update", guid, "PUT", path, {"description": f"change {self._count}", "tags": self._tags()})

    def _born(self, kind: Kind) -> Act:
        self._count += 1
        guid = f"{self._person.id}-{self._count}"
        asked = {
            "guid": guid,
            "wid": self._choose.choice(self._workspace_ids),
            "description": f"entry {self._count}",
            "tags": self._tags(),
            "created_with": "ledger",
        }
        if kind == "start":
            return Act(kind, guid, "POST", "/time_entries/start", asked)
        return Act(kind, guid, "POST", "/time_entries", {**asked, "start": "2024-05-01T09:00:00+00:00", "duration": 60})

    def _tags(self) -> list[str]:
        return sorted(self._choose.sample(["red", "green", "blue"], self._choose.randint(0, 2)))

    def _note(self, act: Act, answer: Entry) -> None:
        if act.kind == "delete":
            del self._known[act.guid]
            self._gone.add(act.guid)
        else:
            self._known[act.guid] = answer
        if act.kind == "start":
            if self._running is not None:
                self._stopped_by(answer)
            self._running = act.guid
        elif act.kind in ("stop", "delete") and act.guid == self._running:
            self._running = None

    def _stopped_by(self, successor: Entry) -> None:
        assert self._running is not None
        former = {name: value for name, value in self._known[self._running].items() if name not in _UNTOLD}
        seconds = int(former["duration"]) - int(successor["duration"])
        self._known[self._running] = {**former, "stop": successor["start"], "duration": seconds}

    def _done_in_doubt(self, there: dict[str, Entry]) -> set[str]:
        """The entries that the write in doubt changed, if it was done. Fails if it was half done."""
        act = self._doubt
        if act is None:
            return set()
        entry = there.get(act.guid)
        if act.kind == "delete":
            return {act.guid} if entry is None else set()
        if act.kind in ("create", "start") and entry is None:
            return set()
        assert entry is not None, f"{act.guid} is lost"
        if act.kind == "stop":
            return {act.guid} if "stop" in entry else set()
        asked = act.asked or {}
        if entry.get("description") != asked["description"]:
            assert act.kind == "update", f"{entry} is not what was asked for: {asked}"
            return set()
        assert entry.get("tags", []) == asked["tags"]
        if act.kind == "start" and self._running is not None:
            assert there[self._running].get("stop") == entry["start"]
            return {act.guid, self._running}
        return {act.guid}
