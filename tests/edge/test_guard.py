"""What a peer that nobody knows may cost: bytes of head, seconds, connections; and which heads are clear."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import pytest

from hourhand.api.guard import Limits
from tests.edge.served import Address, Peer, Seen, answer_with, ask, chunk, echo, memory, request, served, wait_for

CAP = 4096
QUICK = Limits(head_bytes=CAP, head_seconds=0.3, body_seconds=0.3, stall_seconds=0.4, per_peer=50)
CHUNKED = "Transfer-Encoding: chunked"


@pytest.fixture(scope="module")
def seen() -> Seen:
    """The application behind `server`."""
    return Seen()


@pytest.fixture(scope="module")
def server(seen: Seen) -> Iterator[Address]:
    """A server with short deadlines and a small cap."""
    with served(seen, QUICK) as address:
        yield address


# Deadlines


def test_a_head_that_does_not_come_is_not_waited_for(server: Address) -> None:
    began = time.monotonic()
    peers = [Peer(server).send(start) for start in (b"", b"GE", b"GET / HTTP/1.1\r\nHost: h", b"\r\n")]
    for peer in peers:
        with peer:
            assert peer.rest() == b""
    assert 0.2 < time.monotonic() - began < 2


def test_a_head_that_drips_is_not_waited_for(server: Address) -> None:
    with Peer(server) as peer:
        began = time.monotonic()
        peer.send(*(bytes([byte]) for byte in request(target="/" + "a" * 100)), pause=0.02)
        assert peer.rest() == b""
        assert time.monotonic() - began < 2


def test_a_slow_head_in_time_is_answered(server: Address) -> None:
    head = request()
    with Peer(server) as peer:
        assert peer.send(head[:9], head[9:20], head[20:], pause=0.05).answer().status == 200


def test_a_next_request_that_does_not_finish_is_not_waited_for(server: Address) -> None:
    with Peer(server) as peer:
        assert peer.send(request()).answer().status == 200
        assert peer.send(b"GET / HT").rest() == b""


def test_an_idle_connection_may_stay_longer_than_a_head_may_take(server: Address) -> None:
    with Peer(server) as peer:
        assert peer.send(request()).answer().status == 200
        time.sleep(0.4)
        assert peer.send(request()).answer().status == 200


def test_an_idle_connection_is_closed_in_the_end() -> None:
    with served(echo, timeout_keep_alive=0.2) as address, Peer(address) as peer:
        assert peer.send(request()).answer().status == 200
        assert peer.rest() == b""


def test_a_body_that_does_not_come_is_not_waited_for(server: Address) -> None:
    began = time.monotonic()
    starts = request("/", "Content-Length: 9", body=b"ab"), request("/", CHUNKED, body=b"5\r\nab")
    for peer in [Peer(server).send(start) for start in starts]:
        with peer:
            assert peer.answer().status == 408
            assert peer.rest() == b""
    assert 0.2 < time.monotonic() - began < 2


def test_a_body_that_drips_is_not_waited_for(server: Address) -> None:
    with Peer(server) as peer:
        peer.send(request("/", "Content-Length: 100"))
        peer.send(*[b"a"] * 60, pause=0.02)
        assert peer.rest().startswith(b"HTTP/1.1 408 ")


def test_a_slow_body_in_time_is_answered(server: Address) -> None:
    with Peer(server) as peer:
        answer = peer.send(request("/", "Content-Length: 4"), b"a", b"b", b"cd", pause=0.05).answer()
    assert "".join(answer.json()["pieces"]) == "abcd"


def test_an_application_may_take_longer_than_a_peer_may() -> None:
    async def slow(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(0.5)
        await echo(scope, receive, send)

    with served(slow, QUICK) as address:
        assert ask(address, request("/", "Content-Length: 2", body=b"ab")).json()["pieces"] == ["ab"]


# The size of a head


@pytest.mark.parametrize(
    "flood",
    [
        request("/" + "a" * CAP),
        request("/", "A: " + "a" * CAP),
        request("/", *["A: b"] * (CAP // 6)),
        b"GET / HTTP/1.1\r\nHost: h\r\nA: " + b"a" * CAP,
        b"\r\n" * CAP,
    ],
    ids=["target", "one value", "many headers", "without end", "empty lines"],
)
@pytest.mark.parametrize("pieces", [1, 5])
def test_a_head_beyond_the_cap_is_refused(server: Address, flood: bytes, pieces: int) -> None:
    size = len(flood) // pieces + 1
    with Peer(server) as peer:
        peer.send(*(flood[at : at + size] for at in range(0, len(flood), size)), pause=0.01)
        answer = peer.answer()
        assert (answer.status, answer.headers["connection"]) == (431, "close")
        assert peer.rest() == b""


def test_a_head_just_below_the_cap_is_served(server: Address) -> None:
    padding = CAP - len(request("/", "A: ")) - 1
    assert ask(server, request("/", "A: " + "a" * padding)).status == 200


def test_a_large_body_is_not_taken_for_a_head(server: Address) -> None:
    body = b"a" * (50 * CAP)
    with Peer(server) as peer:
        peer.send(request("/", f"Content-Length: {len(body)}", body=body), request())
        assert sum(map(len, peer.answer().json()["pieces"])) == len(body)
        assert peer.answer().status == 200


@pytest.mark.parametrize("trailer", [b"A: " + b"a" * 2 * CAP, b"A: b\r\n" * CAP, b"A: b", b""])
def test_trailers_are_capped_and_never_become_headers(server: Address, trailer: bytes) -> None:
    body = chunk(b"abc") + b"0\r\n" + trailer + (b"\r\n\r\n" if trailer else b"\r\n")
    answer = ask(server, request("/", CHUNKED, body=body))
    if len(trailer) < CAP:
        assert answer.json()["pieces"] == ["abc"]
        assert "a" not in answer.json()["headers"]
    else:
        assert answer.status == 431


@pytest.mark.parametrize("line", [b"A: " + b"a" * 65536, b"A: b\r\n" * 10000])
def test_a_flood_of_headers_costs_no_memory(line: bytes) -> None:
    with served(echo) as address:
        ask(address, request())
        before = memory()
        with Peer(address) as peer:
            peer.send(b"GET / HTTP/1.1\r\nHost: h\r\n", *[line] * 1000)
        assert ask(address, request()).status == 200
        assert memory() - before < 8 * 1024 * 1024


# Framing


def post(*headers: str, body: bytes = b"") -> bytes:
    return request("/framed", *headers, method="POST", body=body)


UNCLEAR = {
    "length and coding": post("Content-Length: 5", CHUNKED, body=b"0\r\n\r\n"),
    "coding and length": post(CHUNKED, "Content-Length: 5", body=b"0\r\n\r\n"),
    "two lengths": post("Content-Length: 5", "Content-Length: 6", body=b"hello!"),
    "the same length twice": post("Content-Length: 5", "Content-Length: 5", body=b"hello"),
    "a list of lengths": post("Content-Length: 5, 5", body=b"hello"),
    "a signed length": post("Content-Length: +5", body=b"hello"),
    "a negative length": post("Content-Length: -5", body=b"hello"),
    "a length beyond all measure": post("Content-Length: 99999999999999999999999"),
    "a length of five thousand digits": post("Content-Length: " + "0" * 3000 + "5", body=b"hello"),
    "an unknown coding": post("Transfer-Encoding: xchunked", body=b"0\r\n\r\n"),
    "a coding beside chunked": post("Transfer-Encoding: gzip, chunked", body=b"0\r\n\r\n"),
    "two codings": post(CHUNKED, "Transfer-Encoding: identity", body=b"0\r\n\r\n"),
    "chunked in HTTP/1.0": post(CHUNKED, body=b"0\r\n\r\n").replace(b"HTTP/1.1", b"HTTP/1.0"),
    "bare line feeds": post().replace(b"\r\n", b"\n"),
    "one bare line feed": post("A: b\nC: d"),
    "a bare carriage return": post("A: b\rC: d"),
    "a space before the colon": post("A : b"),
    "a space before the length's colon": post("Content-Length : 5", body=b"hello"),
    "a folded line": post("A: b\r\n c"),
    "no colon": post("A"),
    "no name": post(": b"),
    "two hosts": post("Host: there"),
    "the same host twice": post("Host: here"),
    "no host": post().replace(b"Host: here\r\n", b""),
    "a host with a path": post().replace(b"here", b"he/re"),
    "NUL in a value": post("A: b\0c"),
    "NUL in a name": post("A\0: b"),
    "NUL in the target": post().replace(b"/framed", b"/fra\0med"),
    "a control character in a value": post("A: b\x01c"),
    "a chunk size that overflows": post(CHUNKED, body=b"FFFFFFFFFFFFFFFFF\r\nabc\r\n0\r\n\r\n"),
    "a negative chunk size": post(CHUNKED, body=b"-1\r\nabc\r\n0\r\n\r\n"),
    "a chunk size with 0x": post(CHUNKED, body=b"0x3\r\nabc\r\n0\r\n\r\n"),
    "a chunk longer than its size": post(CHUNKED, body=b"3\r\nabcdef\r\n0\r\n\r\n"),
    "a chunk that ends in a line feed": post(CHUNKED, body=b"3\nabc\n0\n\n"),
    "a body after an upgrade": post("Connection: Upgrade", "Upgrade: h2c", "Content-Length: 5", body=b"hello"),
    "chunks after an upgrade": post("Connection: Upgrade", "Upgrade: h2c", CHUNKED, body=b"0\r\n\r\n"),
    "HTTP/0.9": b"GET /framed\r\n\r\n",
    "HTTP/2 over one": post().replace(b"HTTP/1.1", b"HTTP/2.0"),
    "HTTP/2's preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "an authority": b"CONNECT a:443 HTTP/1.1\r\nHost: here\r\n\r\n",
    "an absolute target without a path": post().replace(b"/framed", b"http://there"),
    "a raw byte in the target": post().replace(b"/framed", b"/\xff"),
    "a lower-case method": post().replace(b"POST", b"post"),
    "a TLS greeting": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
}


@pytest.mark.parametrize("sent", UNCLEAR.values(), ids=UNCLEAR.keys())
def test_what_can_be_read_in_two_ways_is_refused_and_the_connection_closed(
    server: Address, seen: Seen, sent: bytes
) -> None:
    seen.paths.clear()
    with Peer(server) as peer:
        answer = peer.send(sent, request("/smuggled")).answer()
        assert (answer.status, answer.headers["connection"]) == (400, "close")
        assert peer.rest() == b""
    assert "/smuggled" not in seen.paths


CLEAR = {
    "plain": (post(), "/framed", ""),
    "a body by length": (post("Content-Length: 5", body=b"hello"), "/framed", "hello"),
    "a body by chunks": (post(CHUNKED, body=chunk(b"hel") + chunk(b"lo") + b"0\r\n\r\n"), "/framed", "hello"),
    "chunked in capitals": (post("Transfer-Encoding: CHUNKED", body=chunk(b"a") + b"0\r\n\r\n"), "/framed", "a"),
    "a chunk extension": (post(CHUNKED, body=b"1;b=c\r\na\r\n0\r\n\r\n"), "/framed", "a"),
    "an absolute target": (post().replace(b"/framed", b"http://there/framed"), "/framed", ""),
    "HTTP/1.0 without a host": (b"GET /framed HTTP/1.0\r\n\r\n", "/framed", ""),
    "an escaped NUL": (request("/a%00b"), "/a\0b", ""),
    "dots and a semicolon": (request("/a/..;/b"), "/a/..;/b", ""),
    "a host with a port": (post().replace(b"here", b"[::1]:8080"), "/framed", ""),
    "empty lines first": (b"\r\n\r\n" + post(), "/framed", ""),
}


@pytest.mark.parametrize(("sent", "path", "body"), CLEAR.values(), ids=CLEAR.keys())
def test_what_is_clear_is_served(server: Address, sent: bytes, path: str, body: str) -> None:
    answer = ask(server, sent)
    assert answer.status == 200
    assert (answer.json()["path"], "".join(answer.json()["pieces"])) == (path, body)


def test_an_offered_upgrade_is_served_plain_and_the_connection_closed(server: Address, seen: Seen) -> None:
    seen.paths.clear()
    with Peer(server) as peer:
        peer.send(request("/", "Connection: Upgrade", "Upgrade: h2c") + request("/lost"))
        answer = peer.answer()
        assert (answer.status, answer.headers["connection"]) == (200, "close")
        assert peer.rest() == b""
    assert seen.paths == ["/"]


def test_a_refusal_has_an_id_and_the_safe_headers(server: Address) -> None:
    headers = ask(server, post("A : b")).headers
    assert len(headers["x-request-id"]) == 16
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


# Requests ahead of their turn


def test_requests_sent_ahead_are_answered_in_turn(server: Address) -> None:
    with Peer(server) as peer:
        peer.send(b"".join(request(f"/{number}") for number in range(10)))
        assert [peer.answer().json()["path"] for _ in range(10)] == [f"/{number}" for number in range(10)]


def test_too_many_requests_ahead_end_the_connection(server: Address, seen: Seen) -> None:
    seen.paths.clear()
    with Peer(server) as peer:
        assert peer.send(request() * 60).answer().status == 200
        peer.rest()
    assert len(seen.paths) < 60


def test_a_malformed_request_does_not_spoil_the_answer_before_it(server: Address) -> None:
    with Peer(server) as peer:
        answer = peer.send(request("/first") + b"junk\r\n\r\n").answer()
        assert answer.json()["path"] == "/first"
        assert peer.rest() == b""


# Readers


LARGE = 16 * 1024 * 1024


async def at_once(_scope: Any, _receive: Any, send: Any) -> None:
    await answer_with(send, bytes(LARGE))


async def piece_by_piece(_scope: Any, _receive: Any, send: Any) -> None:
    length = [(b"content-length", str(LARGE).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": length})
    for _ in range(LARGE // 65536):
        await send({"type": "http.response.body", "body": bytes(65536), "more_body": True})
    await send({"type": "http.response.body"})


@pytest.mark.parametrize("app", [at_once, piece_by_piece])
@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
def test_a_peer_that_does_not_read_is_cut_off(app: Any, loop: str) -> None:
    with served(app, QUICK, loop=loop, timeout_keep_alive=0.1) as address, Peer(address) as peer:
        peer.send(request())
        # Well beyond the limit, for a machine that is busy.
        time.sleep(1.5)
        assert len(peer.rest()) < LARGE


@pytest.mark.parametrize("app", [at_once, piece_by_piece])
@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
def test_a_peer_that_reads_slowly_gets_everything(app: Any, loop: str) -> None:
    with served(app, QUICK, loop=loop, timeout_keep_alive=0.1) as address, Peer(address) as peer:
        peer.send(request("/", "Connection: close"))
        received = 0
        for _ in range(8):
            time.sleep(0.07)
            received += len(peer.socket.recv(LARGE // 8, 0x100))  # MSG_WAITALL
        assert received + len(peer.rest()) > LARGE


# Connections


def test_a_peer_has_so_many_connections_and_no_more() -> None:
    with served(echo, Limits(per_peer=2)) as address:
        with Peer(address) as one, Peer(address) as two:
            assert one.send(request()).answer().status == two.send(request()).answer().status == 200
            with Peer(address) as three:
                assert three.answer().status == 503
                assert three.rest() == b""
            with Peer(address, source="127.0.0.2") as other:
                assert other.send(request()).answer().status == 200
            assert one.send(request()).answer().status == 200
        wait_for(lambda: _welcome(address))


def test_a_trusted_proxy_has_as_many_connections_as_it_needs() -> None:
    with (
        served(echo, Limits(per_peer=1, uncounted=(ip_network("127.0.0.0/8"),))) as address,
        Peer(address) as one,
        Peer(address) as two,
    ):
        assert one.send(request()).answer().status == two.send(request()).answer().status == 200


def test_a_web_socket_counts_as_long_as_it_lasts() -> None:
    limits = Limits(per_peer=1, head_seconds=0.2)
    with served(echo, limits, ws=Socket) as address:
        with Peer(address) as peer:
            peer.send(request("/", "Connection: Upgrade", "Upgrade: websocket"))
            assert peer.socket.recv(100) == b"hello"
            time.sleep(0.3)
            assert not _welcome(address)
            assert peer.send(b"ping").socket.recv(100) == b"ping"
        wait_for(lambda: _welcome(address))


class Socket(asyncio.Protocol):
    """Takes over a connection, greets, and sends back what comes after the head."""

    def __init__(self, **_: Any) -> None:
        self._greeted = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        self._transport.write(data if self._greeted else b"hello")
        self._greeted = True


def _welcome(address: Address) -> bool:
    with Peer(address) as peer:
        try:
            return peer.send(request()).answer().status == 200
        except ConnectionError:
            return False
