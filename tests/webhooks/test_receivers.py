"""The page about receivers: its programs take what is delivered, once, and nothing else."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from hourhand.webhooks import signatures
from tests.cast import assemble
from tests.server import Peer, Server
from tests.webhooks.programs import NODE, PROGRAMS, SECRET, Program


@pytest.fixture(params=PROGRAMS)
def name(request: pytest.FixtureRequest) -> str:
    """The name of each program of the page."""
    if request.param == "node" and NODE is None:
        pytest.skip("Node.js is not installed")
    found: str = request.param
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a program lies, and what it keeps."""
    folder = tmp_path / "program"
    folder.mkdir()
    return folder


@pytest.fixture
def program(name: str, folder: Path) -> Iterator[Program]:
    """Each program of the page, listening."""
    with Program(name, folder) as program:
        yield program


def test_a_program_of_the_page_is_validated_and_handles_what_happens(
    program: Program, sqlite_url: str, tmp_path: Path
) -> None:
    with Server(sqlite_url, tmp_path, webhook_allow_networks="127.0.0.0/8") as server:
        with server.visit() as (database, _):
            cast = assemble(database, tmp_path)
        hooks = "/webhooks/api/v1"
        with Peer(server, cast.ann.token) as ann:
            filters = [{"entity": "tag", "action": "*"}]
            wanted = {"url_callback": program.url, "secret": SECRET, "description": "mine", "event_filters": filters}
            made = ann("POST", f"{hooks}/subscriptions/{cast.acme.id}", wanted).json()
            assert made["validated_at"] is not None
            assert ann("POST", f"{hooks}/ping/{cast.acme.id}/{made['subscription_id']}").json() == {"status": "OK"}
            tag = ann.v8("POST", "/tags", {"tag": {"name": "é", "wid": cast.acme.id}}).data["id"]
            ann.v8("PUT", f"/tags/{tag}", {"tag": {"name": "日本語 🕐"}})
            assert program.printed(2) == [f"created tag {tag}", f"updated tag {tag}"]


def test_a_program_of_the_page_refuses_what_is_not_signed_with_its_secret(program: Program) -> None:
    body = event(1)
    good, foreign = signed(body), signed(body, "whsec_" + "A" * 32)
    for headers in ({}, foreign, dict.fromkeys(good, ""), dict.fromkeys(good, "sha256=é"), dict.fromkeys(good, "v1,")):
        assert program.post(body, headers)[0] == 401
    assert program.post(body + b" ", good)[0] == 401
    assert program.post(b"", good)[0] == 401
    assert program.post(event(2), signed(event(2)))[0] == 200
    assert program.printed(1) == ["created tag 2"]


def test_a_program_of_the_page_handles_a_repeat_once_even_after_a_restart(program: Program) -> None:
    for number in (1, 1, 2, 1, 3):
        assert program.post(event(number), signed(event(number))) == (200, b"{}")
    assert program.printed(3) == ["created tag 1", "created tag 2", "created tag 3"]
    program.kill()
    program.start()
    for number in (2, 1, 4):
        assert program.post(event(number), signed(event(number)))[0] == 200
    # Of the third nothing says whether it was noted before the end.
    again = [line for line in program.printed(4)[3:] if line != "created tag 3"]
    assert (again or program.printed(5)[4:]) == ["created tag 4"]


def test_a_program_of_the_page_answers_while_it_is_busy(name: str, folder: Path) -> None:
    with Program(name, folder, busy=True) as program:
        for number in (1, 2, 3):
            assert program.post(event(number), signed(event(number))) == (200, b"{}")
    with Program(name, folder) as program:
        assert program.printed(3) == ["created tag 1", "created tag 2", "created tag 3"]


def test_a_program_of_the_page_goes_on_with_what_it_failed_to_handle(program: Program) -> None:
    unknown = event(1, metadata=None)
    with suppress(OSError, HTTPException):
        program.post(unknown, signed(unknown))
    assert program.ended() != 0
    program.run()
    assert program.ended() != 0


def event(number: int, **more: Any) -> bytes:
    """An event that is delivered, about a tag of the same number."""
    said = {"event_id": number, "metadata": {"action": "created", "model": "tag"}, "payload": {"id": number}, **more}
    return json.dumps(said).encode()


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    """The headers of a delivery that is made now."""
    return signatures.headers(secret, body, "1", int(time.time()))
