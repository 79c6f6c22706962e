"""What a value of each variable must look like. A ValueError says what is expected, never what was given."""

from __future__ import annotations

import base64
import binascii
import re
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

Network = IPv4Network | IPv6Network
NO_NETWORKS: Final[tuple[Network, ...]] = ()
SECRET_KEY_BYTES: Final = 32
PEPPER_BYTES: Final = 32
EXAMPLE_MARKS: Final = ("replace-me", "change-me", "changeme", "change_me")
"""Every example value that we publish contains one of these; PEPPER's does once decoded."""
HOST_NAME: Final = re.compile(
    r"(?=.{1,253}$)[a-z0-9]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9_-]*[a-z0-9])?)*", re.IGNORECASE
)
LOOPBACK_HOSTS: Final = ("localhost", "127.0.0.1", "[::1]")
DEFAULT_PORTS: Final = {"http": 80, "https": 443}


def _is_example(value: bytes) -> bool:
    text = value.decode("utf-8", "replace").lower()
    return any(mark in text for mark in EXAMPLE_MARKS)


def secret_key(value: str) -> bytes:
    key = value.encode()
    if _is_example(key):
        raise ValueError("this is the example value; generate your own")
    if len(key) < SECRET_KEY_BYTES:
        raise ValueError(f"must be at least {SECRET_KEY_BYTES} bytes long")
    return key


def pepper(value: str) -> bytes:
    """Base64 in either alphabet, padded or not."""
    bare = value.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        decoded = base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    if _is_example(decoded) or _is_example(value.encode()):
        raise ValueError("this is the example value; generate your own")
    if len(decoded) != PEPPER_BYTES:
        raise ValueError(f"must be {PEPPER_BYTES} bytes in base64")
    return decoded


def host(value: str) -> str:
    """An address to listen at, or a host name."""
    bare = value.removeprefix("[").removesuffix("]")
    try:
        return str(ip_address(bare))
    except ValueError:
        pass
    if not HOST_NAME.fullmatch(value):
        raise ValueError("must be an IP address or a host name")
    return value.lower()


def database_url(value: str) -> str:
    if urlsplit(value).scheme not in {"postgresql", "postgres", "postgresql+asyncpg"}:
        raise ValueError("must start with postgresql://")
    _ = port_of(value)
    return value


def redis_url(value: str) -> str:
    if urlsplit(value).scheme not in {"redis", "rediss", "unix"}:
        raise ValueError("must start with redis://, rediss:// or unix://")
    _ = port_of(value)
    return value


def port_of(url: str) -> int | None:
    try:
        return urlsplit(url).port
    except ValueError:
        raise ValueError("has a port that is no number from 0 to 65535") from None


def origin(value: str) -> str:
    """``scheme://host[:port]`` as a browser would write it in an Origin header."""
    try:
        parts = urlsplit(value)
        name = parts.hostname or ""
    except ValueError:
        raise ValueError("must be one origin, such as https://chat.example.org") from None
    port = port_of(value)
    plain = parts.path in {"", "/"} and not (
        parts.query or parts.fragment or parts.username or parts.password
    )
    if (
        parts.scheme not in DEFAULT_PORTS
        or not name
        or not plain
        or "?" in value
        or "#" in value
        or "," in value
    ):
        raise ValueError("must be one origin, such as https://chat.example.org, without a path")
    address = host(name)
    shown = f"[{address}]" if ":" in address else address
    return f"{parts.scheme}://{shown}" + ("" if port in {None, DEFAULT_PORTS[parts.scheme]} else f":{port}")


def same_origins(public_url: str) -> frozenset[str]:
    """The origins that mean ``public_url``: itself, and on loopback the other names of this machine."""
    parts = urlsplit(public_url)
    name = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    if name not in LOOPBACK_HOSTS:
        return frozenset({public_url})
    tail = "" if parts.port is None else f":{parts.port}"
    return frozenset(f"{parts.scheme}://{loopback}{tail}" for loopback in LOOPBACK_HOSTS)


def networks(value: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(part, strict=False) for part in value.replace(",", " ").split())
    except ValueError:
        raise ValueError("must be networks such as 10.0.0.0/8, separated by commas") from None


def data_centre_address(value: str) -> tuple[int, str, int]:
    """``ID@HOST:PORT`` as (id, host, port)."""
    number, at, address = value.partition("@")
    name, colon, port = address.rpartition(":")
    digits = number.isascii() and number.isdigit() and port.isascii() and port.isdigit()
    if not (at and colon and name and digits) or not (
        1 <= int(number) <= 99_999 and 1 <= int(port) <= 65_535
    ):
        raise ValueError("must read ID@HOST:PORT, such as 2@127.0.0.1:4430")
    return int(number), host(name), int(port)


def public_key(value: str) -> str:
    """PEM as it stands, or the path of a PEM file; in PKCS#1 form whichever form came."""
    text = value.replace("\\n", "\n")
    if not text.startswith("-----BEGIN"):
        try:
            text = Path(text).read_text("ascii")
        except (OSError, ValueError):
            raise ValueError("must be the path of a readable PEM file") from None
    try:
        key = load_pem_public_key(text.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError("must hold an RSA public key in PEM (BEGIN RSA PUBLIC KEY)") from None
    if not isinstance(key, RSAPublicKey):
        raise ValueError("must hold an RSA public key in PEM (BEGIN RSA PUBLIC KEY)")
    return key.public_bytes(Encoding.PEM, PublicFormat.PKCS1).decode()
