"""Where a request comes from: the peer, unless the peer is a proxy that the operator trusts."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from quart import has_request_context, request, websocket

from quart_app.web.current import settings

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
UNKNOWN: Final = "unknown"
"""All peers that have no address, such as those of a Unix socket, count as one."""


def client_address(
    peer: str | None, forwarded_for: Sequence[str], trusted: Sequence[Network]
) -> Address | None:
    """The address to hold responsible; ``None`` if the peer has none.

    ``forwarded_for``: the X-Forwarded-For lines in the order received. Only what a trusted proxy appended counts:
    from the right, the first hop that is no such proxy. A hop that is no address ends the search.
    """
    address = _parse(peer or "")
    hops = [hop for line in forwarded_for for hop in line.split(",")]
    while address is not None and hops and any(address in network for network in trusted):
        hop = _parse(hops.pop())
        if hop is None:
            break
        address = hop
    return address


def bucket(address: Address | None) -> str:
    """What counts as one client to a limit: an IPv4 address, or the /64 that one IPv6 line is given."""
    if address is None:
        return UNKNOWN
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address)


def current_bucket() -> str:
    """The client of this request or handshake."""
    asked = request if has_request_context() else websocket
    forwarded = asked.headers.getlist("X-Forwarded-For")
    return bucket(client_address(asked.remote_addr, forwarded, settings().trusted_proxies))


def is_direct_loopback() -> bool:
    """Whether a program on this very machine asks, and not through a proxy."""
    forwarded = ("X-Forwarded-For", "Forwarded", "X-Real-IP")
    peer = _parse(request.remote_addr or "")
    return peer is not None and peer.is_loopback and not any(name in request.headers for name in forwarded)


def _parse(text: str) -> Address | None:
    """With or without a port; an IPv4 address in IPv6 clothing is the IPv4 one."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
