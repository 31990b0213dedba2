"""What answers may be slow, long, rude or broken: a call ends in time, and tells no more than it must."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hourhand.calls.calling import MOST_BODY, Answer, Line
from hourhand.calls.errors import NotCalled
from tests.calls.network import LOOPBACK, here, listening, request, saying

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        (OK, 200, b"hi"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
        (b"HTTP/1.0 200 OK\r\n\r\nuntil the end", 200, b"until the end"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", 200, b"hi"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, 200, b"hi"),
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", 503, b""),
        # It has answered; that it breaks off then, or says more than it announced, changes nothing.
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi", 200, b"hi"),
        (OK + b"and more", 200, b"hi"),
    ],
)
def test_an_answer_is_taken_as_it_comes(answer: bytes, status: int, body: bytes) -> None:
    with listening(saying(answer)) as (port, _):
        found = called(port)
    assert (found.status, found.body) == (status, body)


def test_a_request_says_where_it_goes_and_what_it_brings() -> None:
    got: list[bytes] = []

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        got.append(await request(reader))
        writer.write(OK)

    with listening(speak) as (port, _):
        url = f"http://127.0.0.1:{port}/a%20b/ü?x=[1]&y=é"
        asyncio.run(here().post(url, {"X-One": "1"}, b'{"a":1}'))
    head, _, body = got[0].partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"POST /a%20b/%C3%BC?x=[1]&y=%C3%A9 HTTP/1.1"
    assert f"Host: 127.0.0.1:{port}".encode() in lines
    assert {b"X-One: 1", b"Accept-Encoding: identity", b"Connection: close", b"Content-Length: 7"} <= set(lines)
    assert body == b'{"a":1}'


@pytest.mark.parametrize(
    "parts",
    [
        [b""],
        [b"nonsense\r\n\r\n"],
        [b"HTTP/1.1 abc\r\n\r\n"],
        [b"HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n"],
        [b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n"],
        [b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 10_000],
        [b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000],
        [b"HTTP/1.1 100 Continue\r\n\r\n" * 50],
        [b"\x16\x03\x01\x00\x05hello"],
    ],
    ids=["nothing", "words", "no status", "no length", "no header", "headers", "a header", "patience", "TLS"],
)
def test_what_is_no_answer_is_told_as_that(parts: list[bytes]) -> None:
    with listening(saying(*parts)) as (port, _):
        assert refusal(port).reason in ("what answers does not speak HTTP", "the connection was lost")


def test_who_hangs_or_drips_is_waited_for_no_longer_than_it_may_take() -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(30)

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for byte in OK * 10:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.2)

    for speak in (hang, drip):
        with listening(speak) as (port, _):
            began = time.monotonic()
            assert refusal(port, seconds=0.5).reason == "it took too long"
            assert time.monotonic() - began < 2


def test_who_has_answered_may_drip_what_follows() -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.1)

    with listening(drip) as (port, _):
        began = time.monotonic()
        assert called(port, seconds=0.5).accepted
        assert time.monotonic() - began < 2


def test_of_gigabytes_only_the_beginning_is_read() -> None:
    sent = 0

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4000000000\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()
            sent += 65536

    with listening(flood) as (port, _):
        answer = called(port)
    assert (answer.status, len(answer.body)) == (200, MOST_BODY)
    assert sent < 64 << 20


@pytest.mark.parametrize(
    "piece", [b"1;" + b"x" * 15_000 + b"\r\na\r\n", b"1\r\na\r\n" * 1000], ids=["wrapped", "small"]
)
def test_of_a_body_in_endless_little_pieces_no_more_is_read_than_of_a_large_one(piece: bytes) -> None:
    sent = 0

    async def crumble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(piece)
            await writer.drain()
            sent += len(piece)

    with listening(crumble) as (port, _):
        answer = called(port, seconds=10)
    assert answer.status == 200
    # What was sent and not read lies in the buffers between.
    assert len(answer.body) < MOST_BODY // 4
    assert sent < 64 << 20


def test_nobody_there_is_told_as_that() -> None:
    with listening(saying(OK)) as (port, _):
        pass
    assert refusal(port).reason == "there is no connection"


def test_many_addresses_that_do_not_answer_take_no_longer_than_one() -> None:
    async def three(host: str, port: int) -> list[str]:
        return ["127.0.0.1"] * 3

    line = Line(LOOPBACK, resolve=three, connect_seconds=0.6, total_seconds=1.2)
    with deaf() as port:
        began = time.monotonic()
        with pytest.raises(NotCalled, match="there is no connection"):
            asyncio.run(line.post(f"http://three.example:{port}/", {}, b""))
    assert time.monotonic() - began < 1


@contextmanager
def deaf() -> Iterator[int]:
    """A port where nobody is let in, or turned away: those who may wait for that are there already."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as door, ExitStack() as waiting:
        for _ in range(8):
            one = waiting.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(door.getsockname())
        yield door.getsockname()[1]


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(tmp_path: Path) -> None:
    with listening(saying(OK), certified(tmp_path)) as (port, _):
        with pytest.raises(NotCalled, match="certificate"):
            asyncio.run(here().post(f"https://127.0.0.1:{port}/", {}, b"{}"))
        with pytest.raises(NotCalled):
            asyncio.run(here().post(f"http://127.0.0.1:{port}/", {}, b"{}"))


def test_one_who_is_trusted_is_called_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = certified(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    with listening(saying(OK), context) as (port, _):
        assert asyncio.run(here().post(f"https://127.0.0.1:{port}/", {}, b"{}")).accepted


def test_whom_to_trust_can_be_said_once_for_all_calls(tmp_path: Path) -> None:
    context = certified(tmp_path)
    way = Line(LOOPBACK, trust=ssl.create_default_context(cafile=tmp_path / "certificate.pem"))
    with listening(saying(OK), context) as (port, _):
        assert asyncio.run(way.post(f"https://127.0.0.1:{port}/", {}, b"{}")).accepted
        stranger = Line(LOOPBACK, trust=ssl.create_default_context())
        with pytest.raises(NotCalled, match="certificate"):
            asyncio.run(stranger.post(f"https://127.0.0.1:{port}/", {}, b"{}"))


def certified(folder: Path) -> ssl.SSLContext:
    """TLS with a certificate for this machine, made by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "here")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(pem))
    plain, traditional = serialization.NoEncryption(), serialization.PrivateFormat.TraditionalOpenSSL
    (folder / "key.pem").write_bytes(key.private_bytes(pem, traditional, plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context


def called(port: int, seconds: float = 2) -> Answer:
    return asyncio.run(here(total_seconds=seconds).post(f"http://127.0.0.1:{port}/", {}, b"{}"))


def refusal(port: int, seconds: float = 2) -> NotCalled:
    with pytest.raises(NotCalled) as refused:
        called(port, seconds)
    return refused.value
