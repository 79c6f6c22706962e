"""Which address is held responsible, and that a client can't choose it."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest

from quart_app.web.client_address import UNKNOWN, bucket, client_address

PROXIES = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.5", [], "203.0.113.5"),
        # A stranger's header is worth nothing.
        ("203.0.113.5", ["198.51.100.1"], "203.0.113.5"),
        # The proxy's own addition is, and what stood before it is not.
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["1.2.3.4, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["1.2.3.4", "198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["1.2.3.4, 198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        # Proxies only, or nothing that can be read: the last that is known.
        ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1, nonsense"], "10.0.0.1"),
        ("10.0.0.1", [""], "10.0.0.1"),
        # Ports and clothes.
        ("10.0.0.1", ["198.51.100.1:4711"], "198.51.100.1"),
        ("fd00::1", ["[2001:db8::7]:443"], "2001:db8::7"),
        ("::ffff:10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
    ],
)
def test_the_client_is_the_first_hop_that_is_no_proxy_of_ours(
    peer: str, forwarded: list[str], client: str
) -> None:
    assert client_address(peer, forwarded, PROXIES) == ip_address(client)


@pytest.mark.parametrize("peer", [None, "", "<local>"])
def test_a_peer_without_address_is_nobody_in_particular(peer: str | None) -> None:
    assert client_address(peer, ["198.51.100.1"], PROXIES) is None
    assert bucket(None) == UNKNOWN


def test_one_line_has_one_ipv6_network() -> None:
    assert bucket(ip_address("2001:db8:1:2::1")) == bucket(ip_address("2001:db8:1:2:ffff::9"))
    assert bucket(ip_address("2001:db8:1:2::1")) != bucket(ip_address("2001:db8:1:3::1"))
    assert bucket(ip_address("198.51.100.1")) == "198.51.100.1"
