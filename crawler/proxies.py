"""The proxy of a source, or of all: many sites answer inside the country only. Its password never leaves this module but in a header.

A watchlist is shared, so it names a proxy without a user, or the environment variable or the file (mode 0600) that
holds its address with user and password.
"""

from __future__ import annotations

import base64
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from crawler.failures import ProxyError

if TYPE_CHECKING:
    from store.model import Source

FOR_ALL = "REPORTWATCH_PROXY"
NONE = "none"  # a source that is asked directly although there is a proxy for all
HOST = re.compile(r"[\w.:%-]+", re.ASCII)
OTHERS = 0o077  # the rights of anybody but the owner


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy. `url` has no user and may be shown; `authorization` is what its header says, and never shown."""

    url: str
    authorization: bytes | None = field(default=None, repr=False)

    @property
    def shown(self) -> str:
        """Host and port, for people."""
        return urlsplit(self.url).netloc


def proxy_of(source: Source | None) -> Proxy | None:
    """The proxy for requests of a source; None where it is asked directly. Raises ProxyError where it cannot be made out."""
    wanted = (source.proxy if source else None) or os.environ.get(FOR_ALL, "").strip()
    if not wanted or wanted == NONE:
        return None
    return _parsed(*_looked_up(wanted))


def _looked_up(wanted: str) -> tuple[str, str]:
    """The address, and how to call it in a message: by where it stands, for it may hold a password."""
    kind, _, name = wanted.partition(":")
    if kind == "env":
        value = os.environ.get(name, "").strip()
        if not value:
            raise ProxyError(f"the proxy's variable {name} is not set")
        return value, f"the variable {name}"
    if kind == "file":
        return _from_file(Path(name)), f"the file {name}"
    return wanted, "the proxy's address"


def _from_file(path: Path) -> str:
    try:
        if path.stat().st_mode & OTHERS:
            raise ProxyError(f"the proxy's file {path} can be read by others: chmod 600 {path}")
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ProxyError(f"the proxy's file {path} cannot be read ({type(error).__name__})") from None


def _no_address(where: str) -> str:
    return f"{where} is not an address such as http://user:password@host:3128 (of a password, write / ? # @ : as %XX)"


def _parsed(address: str, where: str) -> Proxy:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ProxyError(_no_address(where)) from None
    if parts.scheme != "http" or not host or not address.isascii():
        raise ProxyError(f"{where} must begin with http:// and a host (pages of https go through it as well)")
    if parts.path not in ("", "/") or parts.query or parts.fragment or port == 0 or not HOST.fullmatch(host):
        raise ProxyError(
            _no_address(where)
        )  # a password may hold a slash: whatever stands here is not repeated
    bare = f"http://[{host}]:{port or 80}" if ":" in host else f"http://{host}:{port or 80}"
    if parts.username is None:
        return Proxy(bare)
    login = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
    return Proxy(bare, b"Basic " + base64.b64encode(login))
