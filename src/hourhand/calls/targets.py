"""What an address that somebody typed leads to: read strictly, so that no two readers find two things in it."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import quote, urlsplit

import idna
from msgspec import Struct

from hourhand.calls.addresses import Address, plain
from hourhand.calls.errors import NotCalled

LONGEST = 2048
_PORTS = {"http": 80, "https": 443}
# Nothing that a program might take for the end of something, or drop without a word.
_STRANGE = re.compile(r"[\x00-\x20\x7f-\xa0\\<>\"^`{|}]")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)
# An address of IPv6 and its port, without what some readers of URLs would drop.
_BRACKETED = re.compile(r"\[[^\[\]]*\](:[0-9]*)?", re.ASCII)
# What some systems take for an address: `127.1`, `0x7f.1`, `2130706433`.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
_SAFE = "!$%&'()*+,-./:;=?@_~[]"


class Target(Struct, frozen=True):
    """Where a call goes. `host` is a name in ASCII, or an address as text; then `address` is that too."""

    tls: bool
    host: str
    port: int
    path: str
    address: Address | None

    @property
    def authority(self) -> str:
        """The value of the `Host` header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS["https" if self.tls else "http"] else f"{host}:{self.port}"


def read(url: str) -> Target:
    """Read a URL. Raises `NotCalled`."""
    if len(url) > LONGEST or _STRANGE.search(url):
        raise NotCalled("the address is not a URL")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotCalled("the address is not a URL") from None
    if port == 0:
        raise NotCalled("the port is not allowed")
    if parts.scheme not in _PORTS:
        raise NotCalled("the address begins neither with http:// nor with https://")
    if "@" in parts.netloc or parts.fragment:
        raise NotCalled("the address has a user or a fragment")
    host = parts.hostname or ""
    if "[" in parts.netloc and not _BRACKETED.fullmatch(parts.netloc):
        raise NotCalled("the address is not a URL")
    address = _address(host, bracketed="[" in parts.netloc)
    path = quote(parts.path or "/", safe=_SAFE) + (f"?{quote(parts.query, safe=_SAFE)}" if parts.query else "")
    name = str(address) if address else _name(host)
    return Target(parts.scheme == "https", name, _PORTS[parts.scheme] if port is None else port, path, address)


def _address(host: str, *, bracketed: bool) -> Address | None:
    """The address that a host is, if it is one and no name. Raises `NotCalled` where that is not plain."""
    if not bracketed:
        name = _name(host)
        if not _NUMBER.fullmatch(name.rpartition(".")[2]):
            return None
        try:
            return IPv4Address(name)
        except ValueError:
            raise NotCalled("the address is not a URL") from None
    try:
        address = IPv6Address(host)
    except ValueError:
        raise NotCalled("the address is not a URL") from None
    if address.scope_id is not None:
        raise NotCalled("the address is not a URL")
    return plain(address)


def _name(host: str) -> str:
    """A name as the domain name system has it."""
    try:
        # Names of a network of one's own may have underscores, which those of the internet have not.
        name = host.lower() if host.isascii() else idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        raise NotCalled("the address is not a URL") from None
    labels = name.removesuffix(".").split(".")
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise NotCalled("the address is not a URL")
    return name.removesuffix(".")
