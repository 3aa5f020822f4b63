"""Which addresses may be reached: public ones, and what the operator allows by host and port.

A list page is written by strangers. Without this, a redirect to 127.0.0.1 or to a cloud's metadata address
would have us read our own machine and keep it as evidence.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

Endpoint = tuple[str, int]
PORTS = {"http": 80, "https": 443}


class AddressRefusedError(Exception):
    """Raised by the resolver and the download handler for an address that may not be reached."""


class OutOfBoundsError(Exception):
    """Raised for a URL that leaves http(s) or the hosts of its source."""


def allow_list(text: str) -> frozenset[Endpoint]:
    """The endpoints in a comma list of `host:port`. Raises ValueError naming an entry without a port."""
    endpoints = set()
    for entry in filter(None, (part.strip() for part in text.split(","))):
        host, colon, port = entry.rpartition(":")
        if not colon or not port.isdigit():
            raise ValueError(f"REPORTWATCH_ALLOW: {entry!r} is not host:port")
        endpoints.add((host.strip("[]").lower(), int(port)))
    return frozenset(endpoints)


def endpoint(url: str) -> Endpoint:
    """Host and port of a URL. Raises OutOfBoundsError where there is no http(s) host."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise OutOfBoundsError(f"{url[:200]} is not a URL: {error}") from error
    if parts.scheme not in PORTS or not host:
        raise OutOfBoundsError(f"{url[:200]} is not an http or https address")
    return host.lower(), port or PORTS[parts.scheme]


def host_key(url: str) -> str:
    """What failures of a host are remembered under: its name, and its port where that is not the usual one."""
    host, port = endpoint(url)
    return host if port in PORTS.values() else f"{host}:{port}"


def refusal(address: str) -> str | None:
    """Why a resolved IP address may not be reached; None for a public one."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return f"{address!r} is not an IP address"
    mapped = getattr(ip, "ipv4_mapped", None)
    if mapped is not None:
        return refusal(str(mapped))
    if not ip.is_global or ip.is_multicast or ip.is_reserved:
        return f"{address} is not a public address"
    return None


def admitted(url: str, source_url: str, hosts: tuple[str, ...]) -> bool:
    """Whether a URL stays on the hosts of its source, on the ports 80 and 443 or that of the source's own URL."""
    host, port = endpoint(url)
    own_host, own_port = endpoint(source_url)
    return host in {own_host, *map(str.lower, hosts)} and port in {own_port, *PORTS.values()}
