"""Whom an address stands for, where requests or connections are counted."""

from __future__ import annotations

import ipaddress

# A proxy may say anything; an address is never longer than this.
_LONGEST = 64


def subscriber(host: str) -> str:
    """An IPv4 address, or an IPv6 /64, which one subscriber has whole. What is no address stands for itself."""
    if ":" not in host:
        return host[:_LONGEST]
    try:
        address = ipaddress.IPv6Address(host)
    except ValueError:
        return host[:_LONGEST]
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return address.packed[:8].hex()
