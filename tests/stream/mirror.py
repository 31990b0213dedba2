"""A client's copy of all that its person sees: a snapshot, kept up by what the stream tells."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from tests.server import Peer
from tests.stream.device import PATIENCE, Device, Message

_LISTS = {
    "time_entry": "time_entries",
    "project": "projects",
    "tag": "tags",
    "task": "tasks",
    "client": "clients",
    "workspace": "workspaces",
}
Things = dict[str, dict[int, Any]]


def snapshot(peer: Peer) -> Things:
    """What a fresh look shows."""
    data = peer.v8("GET", "/me?with_related_data=true").data
    del data["api_token"]
    things = {model: {it["id"]: it for it in data.pop(name)} for model, name in _LISTS.items()}
    for model, name in (("workspace_user", "workspace_users"), ("group", "groups")):
        answers = [peer.v8("GET", f"/workspaces/{workspace_id}/{name}") for workspace_id in things["workspace"]]
        things[model] = {it["id"]: it for answer in answers if answer.status == 200 for it in answer.json() or ()}
    return things | {"user": {data["id"]: data}}


class Mirror:
    """A copy that takes in messages."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self.things = snapshot(peer)

    def follow(self, device: Device, seconds: float = PATIENCE) -> None:
        """Take in what a device is told until the copy is what a fresh look shows; fails if that never is."""
        end = time.monotonic() + seconds
        while True:
            for message in device.silent(0.3):
                self.take(message)
            differences = list(_differences(self.things, snapshot(self._peer)))
            if not differences:
                return
            assert time.monotonic() < end, differences

    def take(self, message: Message) -> None:
        """Put a thing in the place of what was known of it."""
        model, data = message["model"], message["data"]
        if model not in self.things:
            return
        if model == "tag":
            self._rename(data["id"], None if message["action"] == "delete" else data["name"])
        if message["action"] == "delete":
            self.things[model].pop(data["id"], None)
        else:
            self.things[model][data["id"]] = data

    def _rename(self, tag_id: int, name: str | None) -> None:
        """Entries name their tags, and are not sent again when a tag gets another name or goes."""
        known = self.things["tag"].get(tag_id)
        if known is None:
            return
        for entry in self.things["time_entry"].values():
            if entry["wid"] == known["wid"] and known["name"] in entry.get("tags", ()):
                names = {*entry.pop("tags"), name} - {known["name"] if name != known["name"] else None, None}
                if names:
                    entry["tags"] = sorted(names)


def _differences(ours: Things, fresh: Things) -> Iterator[tuple[str, int, Any, Any]]:
    for model in ours:
        for thing_id in {*ours[model], *fresh[model]}:
            pair = ours[model].get(thing_id), fresh[model].get(thing_id)
            if pair[0] != pair[1]:
                yield (model, thing_id, *pair)
