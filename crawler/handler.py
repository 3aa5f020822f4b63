"""The door to the network: the last check of where a request goes, and the pause before it goes there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import CannotResolveHostError
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.error import DNSLookupError

from crawler.addresses import AddressRefusedError, allow_list, endpoint, refusal
from crawler.politeness import gate
from crawler.resolver import refusals

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response


class PoliteHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP handler, behind the gate. Robots, redirects and retries all come through here."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._allowed = allow_list(crawler.settings.get("ALLOWED_ENDPOINTS", ""))

    async def download_request(self, request: Request) -> Response:
        """Fetch, when it is this host's turn. Raises AddressRefusedError for what the guard refuses."""
        host, _ = endpoint(request.url)
        proxy = request.meta.get("proxy")
        self._check_port(proxy or request.url)
        async with gate.turn(host):
            if proxy:
                await self._check_target(host)
            try:
                return await super().download_request(request)
            except CannotResolveHostError as error:
                asked = endpoint(proxy)[0] if proxy else host
                if asked in refusals:
                    raise AddressRefusedError(refusals[asked]) from error
                raise

    def _check_port(self, url: str) -> None:
        """The resolver sees no port: an allowed host is allowed on its allowed ports only."""
        host, port = endpoint(url)
        ports = {allowed for name, allowed in self._allowed if name == host}
        if ports and port not in ports:
            raise AddressRefusedError(f"{host}:{port} is not in REPORTWATCH_ALLOW")

    async def _check_target(self, host: str) -> None:
        """A proxy resolves the name itself, out of the resolver's sight: judge the target here as well."""
        from twisted.internet import reactor  # noqa: PLC0415 - importing it would install a default reactor

        try:
            address = await maybe_deferred_to_future(reactor.resolve(host))  # type: ignore[arg-type]  # Twisted annotates the name as the timeout
        except DNSLookupError as error:
            raise AddressRefusedError(
                refusals.get(host, f"{host} cannot be resolved here: {error}")
            ) from error
        if why := refusal(address):
            raise AddressRefusedError(f"{host}: {why}")
