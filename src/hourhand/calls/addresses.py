"""Which addresses of the internet may be called: the public ones, by a list of our own.

Not by what `ipaddress` says of an address, which lets through some that lead into networks of one's own. The blocks are
those of the IANA's registries of special-purpose addresses.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_FORBIDDEN_V4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_GLOBAL_V6 = IPv6Network("2000::/3")
# Within the global ones: protocols and Teredo, examples, 6to4, which leads to any IPv4 address, and more examples.
_FORBIDDEN_V6 = tuple(IPv6Network(block) for block in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))


def plain(address: Address) -> Address:
    """An address itself, where it stands in IPv6 for one of IPv4."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def is_opened(address: Address, opened: tuple[Network, ...]) -> bool:
    """Whether an address is in a network that the operator has opened."""
    return any(address.version == network.version and address in network for network in opened)


def is_public(address: Address) -> bool:
    """Whether an address is one of the internet, and of nobody's own network."""
    if isinstance(address, IPv4Address):
        return not any(address in block for block in _FORBIDDEN_V4)
    return address in _GLOBAL_V6 and not any(address in block for block in _FORBIDDEN_V6)
