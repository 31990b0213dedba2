"""No call reaches what is not public: however it is written, whatever a name leads to, whenever one looks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hourhand.calls.addresses import is_public, plain
from hourhand.calls.calling import Answer, Line
from hourhand.calls.errors import NotCalled
from tests.calls.network import Names, here, listening, saying

# Blocks of the IANA's registries, and ways that lead into them.
BAD_V4 = [
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.254", "127.0.0.1"),
    *("127.255.255.254", "169.254.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1"),
    *("192.88.99.1", "192.168.0.1", "192.168.255.255", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9"),
    *("224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"),
]
BAD_V6 = [
    *("::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254"),
    *("64:ff9b::7f00:1", "64:ff9b:1::a00:1", "100::1", "2001::1", "2001:0:7f00:1::", "2001:10::1", "2001:db8::1"),
    *("2002:7f00:1::", "2002:a9fe:a9fe::1", "3fff::1", "5f00::1", "fc00::1", "fd12:3456::1", "fe80::1", "fec0::1"),
    *("ff02::1", "ff0e::1"),
]
GOOD = ["1.1.1.1", "8.8.8.8", "93.184.216.34", "192.0.1.1", "2606:4700:4700::1111", "2a00:1450:4001:82a::200e"]

# Why nobody is called; whoever was called and did not answer is told of in other words.
NEVER = {
    "the address begins neither with http:// nor with https://",
    "the address has a user or a fragment",
    "the address is not a URL",
    "the address is not allowed",
    "the port is not allowed",
}


def test_there_are_enough_of_them() -> None:
    assert len({*BAD_V4, *BAD_V6}) >= 43


@pytest.mark.parametrize("address", [*BAD_V4, *BAD_V6])
def test_a_bad_address_is_refused_as_it_is_and_as_what_a_name_leads_to(address: str) -> None:
    written = f"[{address}]" if ":" in address else address
    for url in (f"http://{written}/", f"https://{written}:8443/hook", f"HTTP://{written}"):
        assert refusal(url).reason in NEVER
        with pytest.raises(NotCalled):
            Line().check(url)
    for answers in ([address], ["93.184.216.34", address], [address, "93.184.216.34"]):
        assert refusal("http://name.example/", Names(name=[answers])).reason == "the address is not allowed"


@pytest.mark.parametrize("address", GOOD)
def test_a_good_address_is_allowed(address: str) -> None:
    assert is_public(plain(ip_address(address)))
    written = f"[{address}]" if ":" in address else address
    Line().check(f"https://{written}/hook?a=b")


@pytest.mark.parametrize(
    "url",
    [
        *("http://2130706433/", "http://0x7f000001/", "http://017700000001/", "http://0x7f.1/", "http://0177.0.0.1/"),
        *("http://127.1/", "http://127.0.1/", "http://0/", "http://127.0.0.1./", "http://127.000.000.001/"),
        *("http://１２７.0.0.1/", "http://127。0。0。1/", "http://①②⑦.⓪.⓪.①/", "http://[::ffff:7f00:1]/"),
        *("http://[::ffff:127.0.0.1]/", "http://[0:0:0:0:0:ffff:127.0.0.1]/", "http://[::1%25lo]/", "http://[::1%lo]/"),
        *("http://127.0.0.1%2f@example.com/", "http://user@93.184.216.34/", "http://a:b@93.184.216.34/"),
        *("http://93.184.216.34@127.0.0.1/", "http://127.0.0.1#@93.184.216.34/", "http://93.184.216.34\\@127.0.0.1/"),
        *("http://127.0.0.1\t/", "http://127.0.0.1\n/", "http:// 127.0.0.1/", "http://127.0.0.1\0.example/"),
        *("http:127.0.0.1/", "http:///127.0.0.1/", "//127.0.0.1/", "127.0.0.1", "", "http://", "http://:80/"),
        *("file:///etc/passwd", "gopher://127.0.0.1:70/_x", "ftp://127.0.0.1/", "dict://127.0.0.1:11211/stat"),
        *("javascript:alert(1)", "data:text/plain,x", "unix:///var/run/docker.sock", "http+unix://%2Fvar/x"),
        *("http://93.184.216.34:22/", "http://93.184.216.34:25/", "http://93.184.216.34:6379/", "http://x.example:0/"),
        *("http://93.184.216.34:65536/", "http://93.184.216.34:-1/", "http://93.184.216.34:8o/", "http://a..example/"),
        *("http://-.example/", "http://exa mple/", "http://[/", "http://]/", "http://[127.0.0.1]/", "http://[v1.x]/"),
        *("http://[2606:4700::1111]x.example/", "http://x.example[2606:4700::1111]/", "http://[2606:4700::1111]80/"),
        "http://" + "a" * 64 + ".example/",
        "http://example.com/" + "a" * 2100,
    ],
)
def test_a_strange_address_is_refused_before_anything_is_looked_up(url: str) -> None:
    names = Names()
    assert refusal(url, names).reason in NEVER
    assert names.asked == []
    with pytest.raises(NotCalled):
        Line().check(url)


@pytest.mark.parametrize(
    "host", ["localhost", "ⓛocalhost", "LOCALHOST", "localhost.", "lo%63alhost", "ｌｏｃａｌｈｏｓｔ"]
)
def test_this_machine_is_not_reached_by_its_name(canary: tuple[int, list[str]], host: str) -> None:
    port, peers = canary
    for way in (Line(), Line((ip_network("10.0.0.0/8"),))):
        with pytest.raises(NotCalled):
            asyncio.run(way.post(f"http://{host}:{port}/", {}, b""))
    assert peers == []


def test_a_name_is_looked_up_once_and_called_where_it_led_then(canary: tuple[int, list[str]]) -> None:
    port, peers = canary
    names = Names(name=[["127.0.0.2"], ["127.0.0.1"]])
    way = Line((ip_network("127.0.0.2/32"),), names, 0.5, 1.0)
    with pytest.raises(NotCalled, match="there is no connection"):
        asyncio.run(way.post(f"http://name.example:{port}/", {}, b""))
    assert (names.asked, peers) == (["name.example"], [])


def test_a_redirect_is_an_answer_and_leads_nowhere(canary: tuple[int, list[str]]) -> None:
    port, peers = canary
    for status in (301, 302, 303, 307, 308):
        moved = b"HTTP/1.1 %d Moved\r\nLocation: http://127.0.0.1:%d/\r\nContent-Length: 0\r\n\r\n" % (status, port)
        with listening(saying(moved)) as (elsewhere, _):
            answer = called(f"http://127.0.0.1:{elsewhere}/")
        assert (answer.status, answer.accepted) == (status, False)
    assert peers == []


def test_no_proxy_of_the_environment_is_used(canary: tuple[int, list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    port, peers = canary
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
    with listening(saying(b"HTTP/1.1 204 No Content\r\n\r\n")) as (elsewhere, _):
        assert called(f"http://127.0.0.1:{elsewhere}/").status == 204
    assert peers == []


def test_an_operator_may_open_a_network_and_no_other(canary: tuple[int, list[str]]) -> None:
    port, peers = canary
    assert called(f"http://127.0.0.1:{port}/").accepted
    assert called(f"http://[::ffff:127.0.0.1]:{port}/").accepted
    assert len(peers) == 2
    with pytest.raises(NotCalled, match="not allowed"):
        asyncio.run(Line((ip_network("127.0.0.2/31"),)).post(f"http://127.0.0.1:{port}/", {}, b""))
    assert len(peers) == 2


@given(
    st.one_of(st.text(max_size=60), st.text(max_size=40).map("http://{}".format), st.from_regex(r"https?://[^/]+/.*"))
)
def test_whatever_is_typed_is_an_address_or_refused(url: str) -> None:
    async def call() -> Any:
        return await Line(resolve=Names(), total_seconds=0.2, connect_seconds=0.1).post(url, {}, b"")

    with pytest.raises(NotCalled):
        asyncio.run(call())


@pytest.fixture
def canary() -> Iterator[tuple[int, list[str]]]:
    """A port of this machine, and the addresses of those who came."""
    with listening(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) as found:
        yield found


def refusal(url: str, names: Names | None = None) -> NotCalled:
    with pytest.raises(NotCalled) as refused:
        asyncio.run(Line(resolve=names or Names(), total_seconds=1).post(url, {}, b""))
    return refused.value


def called(url: str) -> Answer:
    return asyncio.run(here().post(url, {}, b"{}"))
