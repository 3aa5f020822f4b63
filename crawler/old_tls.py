"""Servers that speak TLS 1.0 or weak ciphers only, asked through Scrapy's aiohttp handler: with the system's OpenSSL, which still can.

Twisted's resolver does not stand before these connections, so each is judged where it is made: the address that is
about to be connected to, whatever name, spelling or answer of a name server led there.
"""

from __future__ import annotations

import logging
import socket
import ssl
import warnings
from typing import TYPE_CHECKING

import aiohttp
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler, _ClientResponse
from scrapy.exceptions import DownloadConnectionRefusedError, DownloadFailedError, UnsupportedURLSchemeError

from crawler.addresses import AddressRefusedError, allow_list, refusal
from crawler.failures import OldTLSError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aiohttp import AddrInfoType
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

WEAKEST = "ALL:@SECLEVEL=0"


class _RefusedError(OSError):
    """What aiohttp lets through from where a socket is made."""


class OldTLSHandler(AiohttpDownloadHandler):
    """For `options = { old_tls = true }`: TLS from 1.0 on, any cipher, public addresses only."""

    experimental = False  # its warning is for whole crawls; here it serves a few old servers

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._allowed = allow_list(crawler.settings.get("ALLOWED_ENDPOINTS", ""))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # old TLS is what this is for
            self._ssl_context.minimum_version = ssl.TLSVersion.TLSv1
        self._ssl_context.set_ciphers(WEAKEST)
        self._ssl_context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)
        self._unguarded = self._session
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(socket_factory=self._socket, limit_per_host=1),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            response_class=_ClientResponse,
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
        )

    async def download_request(self, request: Request) -> Response:
        """Fetch. Raises AddressRefusedError for an address that may not be reached, OldTLSError where even this TLS is none."""
        try:
            return await super().download_request(request)
        except UnsupportedURLSchemeError as error:  # a spelling of an address that aiohttp does not take
            raise AddressRefusedError(str(error)) from None
        except (DownloadConnectionRefusedError, DownloadFailedError) as error:
            for reason in _reasons(error):
                if isinstance(reason, _RefusedError):
                    raise AddressRefusedError(str(reason)) from None
                if isinstance(reason, ssl.SSLError):
                    raise OldTLSError(getattr(reason, "reason", "") or type(reason).__name__) from None
            raise

    async def close(self) -> None:
        """Scrapy's hook."""
        await self._unguarded.close()
        await super().close()

    def _socket(self, address: AddrInfoType) -> socket.socket:
        """aiohttp's hook: the socket for the one address that is connected to next."""
        family, kind, protocol, _, (host, port, *_) = address
        if (host, port) not in self._allowed and (why := refusal(str(host))):
            logging.getLogger(__name__).warning("Address refused: %s", why)
            raise _RefusedError(why)
        made = socket.socket(family, kind, protocol)
        made.setblocking(False)  # noqa: FBT003 - the standard library's signature
        return made


def _reasons(error: BaseException) -> Iterator[BaseException]:
    """What lies below an error, the innermost first."""
    below = error.__cause__ or getattr(error, "os_error", None)
    if below is not None:
        yield from _reasons(below)
        yield below
