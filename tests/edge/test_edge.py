"""What every request passes on its way in and every answer on its way out, on a real server."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import os
import re
import time
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hourhand.api.edge import Edge
from tests.edge.served import Address, Peer, Seen, answer_with, ask, chunk, echo, memory, request, served, wait_for

LIMIT = 10_000
CHUNKED = "Transfer-Encoding: chunked"
GZIP = "Content-Encoding: gzip"


class Site:
    """A server with the edge around `app`, and what it logged."""

    def __init__(self) -> None:
        self.app = Seen()
        self.log: list[dict[str, Any]] = []
        self.address: Address = ("", 0)

    def last(self) -> dict[str, Any]:
        """The last record, once there is one."""
        wait_for(lambda: self.log)
        return self.log[-1]


@pytest.fixture(scope="module")
def running() -> Iterator[Site]:
    """One server for all tests that do not need another."""
    site = Site()
    with served(Edge(site.app, body_limit=LIMIT, log=lambda record: site.log.append(record))) as site.address:
        yield site


@pytest.fixture
def site(running: Site) -> Site:
    """The server, with nothing seen yet."""
    running.app.paths.clear()
    running.log.clear()
    return running


def post(*headers: str, body: bytes = b"") -> bytes:
    return request("/here", f"Content-Length: {len(body)}", *headers, method="POST", body=body)


# Request ids


def test_every_request_has_an_id_of_its_own(site: Site) -> None:
    with Peer(site.address) as peer:
        answers = [peer.send(request()).answer() for _ in range(3)]
    ids = [answer.headers["x-request-id"] for answer in answers]
    assert len(set(ids)) == 3
    assert all(re.fullmatch("[0-9a-f]{16}", found) for found in ids)
    assert [answer.json()["request_id"] for answer in answers] == ids
    wait_for(lambda: len(site.log) == 3)
    assert [record["request_id"] for record in site.log] == ids


def test_a_refusal_of_the_edge_has_an_id_too(site: Site) -> None:
    answer = ask(site.address, post(body=b"a" * LIMIT + b"b"))
    assert answer.headers["x-request-id"] == site.last()["request_id"]


# Paths


@pytest.mark.parametrize(
    ("sent", "path", "raw_path"),
    [
        ("/", "/", "/"),
        ("//", "/", "/"),
        ("//me", "/me", "/me"),
        ("/me/", "/me", "/me"),
        ("///api//v8/me//?a=//b/", "/api/v8/me", "/api/v8/me"),
        ("/a%20b//c", "/a b/c", "/a%20b/c"),
        ("/a/../b", "/a/../b", "/a/../b"),
    ],
)
def test_doubled_and_trailing_slashes_are_dropped(site: Site, sent: str, path: str, raw_path: str) -> None:
    seen = ask(site.address, request(sent)).json()
    assert (seen["path"], seen["raw_path"]) == (path, raw_path)


def test_the_query_is_left_alone(site: Site) -> None:
    assert ask(site.address, request("/me?a=//b/")).json()["query"] == "a=//b/"


# Bodies


def test_a_body_in_pieces_is_handed_on_whole(site: Site) -> None:
    with Peer(site.address) as peer:
        peer.send(request("/", CHUNKED), chunk(b"ab"), chunk(b"cd"), b"0\r\n\r\n", pause=0.02)
        assert peer.answer().json()["pieces"] == ["abcd"]


def test_a_request_without_a_body_has_an_empty_one(site: Site) -> None:
    assert ask(site.address, request("/", method="POST")).json()["pieces"] == [""]
    assert ask(site.address, post(GZIP)).json()["pieces"] == [""]


def test_a_body_of_the_limit_is_taken_and_one_byte_more_is_not(site: Site) -> None:
    whole = b"a" * LIMIT
    assert ask(site.address, post(body=whole)).json()["pieces"] == [whole.decode()]
    assert ask(site.address, request("/", CHUNKED, body=chunk(whole) + b"0\r\n\r\n")).status == 200
    assert_too_large(ask(site.address, post(body=whole + b"a")))
    assert_too_large(ask(site.address, request("/", CHUNKED, body=chunk(whole) + chunk(b"a") + b"0\r\n\r\n")))


def assert_too_large(answer: Any) -> None:
    assert answer.status == 413
    assert answer.body == b"The body is larger than 10000 bytes\n"
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["connection"] == "close"


@pytest.mark.parametrize("expect", [[], ["Expect: 100-continue"]])
def test_a_body_announced_too_large_is_refused_before_it_is_sent(site: Site, expect: list[str]) -> None:
    with Peer(site.address) as peer:
        assert_too_large(peer.send(request("/", "Content-Length: 1073741824", *expect)).answer())
        if expect:
            assert peer.rest() == b""
    assert site.app.paths == []


def test_a_body_that_is_expected_is_asked_for(site: Site) -> None:
    with Peer(site.address) as peer:
        assert peer.send(request("/", "Content-Length: 2", "Expect: 100-continue")).answer().status == 100
        assert peer.send(b"ab").answer().json()["pieces"] == ["ab"]


@pytest.mark.parametrize("head", [request("/", "Content-Length: 1073741824"), request("/", CHUNKED)])
def test_an_endless_body_costs_no_memory(site: Site, head: bytes) -> None:
    ask(site.address, request())
    piece = chunk(b"a" * 65536)
    before = memory()
    with Peer(site.address) as peer:
        answer = peer.send(head, *[piece] * 500).rest()
    assert answer == b"" or answer.startswith(b"HTTP/1.1 413 ")
    assert memory() - before < 8 * 1024 * 1024
    assert site.app.paths == ["/"]
    assert ask(site.address, request()).status == 200


def test_a_client_that_sends_all_before_it_reads_is_not_cut_off(site: Site) -> None:
    with Peer(site.address) as peer:
        for piece in request("/", CHUNKED), *[chunk(b"a" * 1000)] * 15, b"0\r\n\r\n":
            peer.socket.sendall(piece)
            time.sleep(0.005)
        assert_too_large(peer.answer())
        assert peer.rest() == b""


# Encodings


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "x-gzip", "identity"])
def test_a_body_is_decoded(site: Site, coding: str) -> None:
    body = b"hello" if coding == "identity" else gzip.compress(b"hello", mtime=0)
    seen = ask(site.address, post(f"Content-Encoding: {coding}", body=body)).json()
    assert seen["pieces"] == ["hello"]


def test_the_headers_describe_the_body_as_it_is_handed_on(site: Site) -> None:
    packed = gzip.compress(b"a" * 500, mtime=0)
    for sent in post(GZIP, body=packed), request("/", GZIP, CHUNKED, body=chunk(packed) + b"0\r\n\r\n"):
        headers = ask(site.address, sent).json()["headers"]
        assert headers["content-length"] == "500"
        assert not {"content-encoding", "transfer-encoding"} & headers.keys()


def test_a_body_packed_in_pieces_is_decoded(site: Site) -> None:
    packed = gzip.compress(os.urandom(3000).hex().encode())
    with Peer(site.address) as peer:
        peer.send(request("/", GZIP, CHUNKED))
        peer.send(*(chunk(packed[at : at + 1000]) for at in range(0, len(packed), 1000)), b"0\r\n\r\n", pause=0.01)
        assert peer.answer().json()["pieces"] == [gzip.decompress(packed).decode()]


def test_a_packed_body_has_the_same_limit(site: Site) -> None:
    assert ask(site.address, post(GZIP, body=gzip.compress(b"a" * LIMIT, mtime=0))).status == 200
    assert_too_large(ask(site.address, post(GZIP, body=gzip.compress(b"a" * LIMIT + b"a", mtime=0))))


def test_a_bomb_is_not_blown_up(site: Site) -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(8)) + packer.flush()
    assert len(bomb) < LIMIT
    ask(site.address, request())
    before = memory()
    assert_too_large(ask(site.address, post(GZIP, body=bomb)))
    assert memory() - before < 4 * 1024 * 1024


PACKED = gzip.compress(b"hello", mtime=0)


@pytest.mark.parametrize(
    "body", [b"hello", PACKED[:-1], PACKED[:5], PACKED + b"x", PACKED + PACKED, PACKED[:-8] + bytes(8)]
)
def test_a_broken_packing_is_refused(site: Site, body: bytes) -> None:
    answer = ask(site.address, post(GZIP, body=body))
    assert answer.status == 400
    assert answer.body.count(b"\n") == 1
    assert site.app.paths == []


@pytest.mark.parametrize("coding", ["deflate", "br", "gzip, gzip"])
def test_another_encoding_is_refused(site: Site, coding: str) -> None:
    answer = ask(site.address, post(f"Content-Encoding: {coding}", body=b"hello"))
    assert (answer.status, answer.headers["accept-encoding"]) == (415, "gzip")
    assert answer.body.count(b"\n") == 1
    assert site.app.paths == []


# Headers of answers

SAFE = {
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "referrer-policy": "same-origin",
}


@pytest.mark.parametrize("sent", [request(), post(GZIP, body=b"x"), post(body=b"a" * LIMIT + b"b")])
def test_every_answer_has_the_safe_headers(site: Site, sent: bytes) -> None:
    headers = ask(site.address, sent).headers
    assert headers.items() >= SAFE.items()
    assert "strict-transport-security" not in headers


def test_the_application_may_choose_otherwise() -> None:
    own = [(b"Cache-Control", b"max-age=60"), (b"content-security-policy", b"default-src 'self'")]

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await answer_with(send, b"", *own)

    with served(Edge(app)) as address:
        headers = ask(address, request()).headers
    assert headers["cache-control"] == "max-age=60"
    assert headers["content-security-policy"] == "default-src 'self'"
    assert headers["x-content-type-options"] == "nosniff"


def test_https_is_insisted_on_where_people_use_it() -> None:
    with served(Edge(echo, public_https=True)) as address:
        assert ask(address, request()).headers["strict-transport-security"] == "max-age=31536000"


# Failures


async def failing(scope: Any, _receive: Any, send: Any) -> None:
    if scope["path"] == "/late":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})
    raise LookupError("a secret of the house")


def test_a_failure_is_told_by_its_id_and_logged_once_with_its_traceback() -> None:
    log: list[dict[str, Any]] = []
    with served(Edge(failing, log=log.append)) as address:
        answer = ask(address, request())
        assert answer.status == 500
        assert answer.body == f"Internal error, request id {answer.headers['x-request-id']}\n".encode()
        assert answer.headers.items() >= SAFE.items()
        wait_for(lambda: log)
    assert len(log) == 1
    assert (log[0]["status"], log[0]["request_id"]) == (500, answer.headers["x-request-id"])
    assert log[0]["traceback"].rstrip().endswith("LookupError: a secret of the house")


def test_a_failure_after_the_answer_began_is_logged_and_the_connection_closed() -> None:
    log: list[dict[str, Any]] = []
    with served(Edge(failing, log=log.append)) as address, Peer(address) as peer:
        assert peer.send(request("/late")).rest().endswith(b"\r\n\r\nhalf")
        wait_for(lambda: log)
    assert "LookupError" in log[0]["traceback"]


def test_without_a_log_a_failure_goes_to_the_log_of_the_server(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "uvicorn.error"), served(Edge(failing)) as address:
        assert ask(address, request()).body.startswith(b"Internal error, request id ")
    assert [record.exc_info is not None for record in caplog.records] == [True]


# The log


def test_a_record_says_who_asked_what_and_what_came_of_it(site: Site) -> None:
    answer = ask(site.address, request("//me/%0A%C3%A9/?token=secret", "Authorization: Basic secret"))
    record = site.last()
    assert "secret" not in json.dumps(record)
    assert abs(datetime.now(UTC) - datetime.fromisoformat(record.pop("time"))) < timedelta(seconds=5)
    assert 0 <= record.pop("duration_ms") < 5000
    assert record == {
        "request_id": answer.headers["x-request-id"],
        "method": "GET",
        "path": "//me/%0A%C3%A9/",
        "status": 200,
        "bytes": len(answer.body),
        "peer": "127.0.0.1",
    }


def test_a_peer_that_leaves_early_is_logged_without_a_status(site: Site) -> None:
    with Peer(site.address) as peer:
        peer.send(request("/", "Content-Length: 5", body=b"ab"))
    assert site.last()["status"] is None
    assert site.app.paths == []


# What is not HTTP


def test_what_is_not_http_passes_untouched() -> None:
    passed: list[Any] = []

    async def app(*given: Any) -> None:
        passed.extend(given)

    given = {"type": "websocket", "path": "//stream/"}, object(), object()
    asyncio.run(Edge(app)(*given))  # type: ignore[arg-type] # objects, to see that it is these
    assert all(one is other for one, other in zip(passed, given, strict=True))
    assert given[0] == {"type": "websocket", "path": "//stream/"}
