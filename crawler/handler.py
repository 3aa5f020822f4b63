"""The door to the network: the last check of where a request goes, and the pause before it goes there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler, TunnelError
from scrapy.exceptions import CannotResolveHostError, DownloadConnectionRefusedError, DownloadTimeoutError
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.error import ConnectError, DNSLookupError

from crawler.addresses import AddressRefusedError, allow_list, endpoint, refusal
from crawler.blindness import Blindness
from crawler.failures import HostLeftAloneError, ProxyError, ProxyTimeoutError
from crawler.old_tls import OldTLSHandler
from crawler.politeness import PATIENT_TIMEOUTS, breaker_key, gate, silences, slot_of
from crawler.proxies import proxy_of
from crawler.resolver import refusals
from crawler.room import room_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.ledger import Ledger
    from crawler.proxies import Proxy
    from store.model import Source

PROXY_LOGIN = 407


class PoliteHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP handler, behind the gate. Robots, redirects, retries and what a browser asks for all come through here."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._allowed = allow_list(crawler.settings.get("ALLOWED_ENDPOINTS", ""))
        self._old_tls: OldTLSHandler | None = None
        settings = crawler.settings
        self._room = room_of(settings.getint("CONCURRENT_REQUESTS"), settings.getfloat("DOWNLOAD_TIMEOUT"))

    async def download_request(self, request: Request) -> Response:
        """Fetch, when it is this host's turn. Raises AddressRefusedError for what the guard refuses."""
        source: Source | None = request.meta.get("source") or request.meta.get("robots_of")
        if source is None:
            return await self._in_turn(request, None)
        with self._room.waiting(slot_of(source)):
            return await self._in_turn(request, source)

    async def _in_turn(self, request: Request, source: Source | None) -> Response:
        if render := request.meta.get("render"):
            response: Response = await render(
                request
            )  # a page in a browser: what it asks for comes back here
            return response
        proxy = proxy_of(source)
        host, port = endpoint(request.url)
        self._check_port(proxy.url if proxy else request.url)
        async with gate.turn(host):
            self._check_breaker(request.url)
            if proxy:
                if (host, port) not in self._allowed:
                    await self._check_target(host)
                return await self._through(proxy, request, source)
            return await self._directly(request, source)

    async def _directly(self, request: Request, source: Source | None) -> Response:
        host, _ = endpoint(request.url)
        if silences.silent(request.url):
            why = f"{host} gave no answer in time {PATIENT_TIMEOUTS} times, and is left alone for the rest of this run"
            raise HostLeftAloneError(Blindness("timeout", why))
        try:
            response = await self._fetch(request, source)
        except CannotResolveHostError as error:
            if host in refusals:
                raise AddressRefusedError(refusals[host]) from error
            raise
        except DownloadTimeoutError:
            if "robots_of" in request.meta or "download_maxsize" in request.meta:
                silences.timed_out(request.url)
            raise
        silences.answered(request.url)
        return response

    async def close(self) -> None:
        """Scrapy's hook."""
        if self._old_tls is not None:
            await self._old_tls.close()
        await super().close()

    async def _fetch(self, request: Request, source: Source | None) -> Response:
        if source is None or not source.options.get("old_tls") or not request.url.startswith("https:"):
            return await super().download_request(request)
        if self._old_tls is None:
            self._old_tls = OldTLSHandler(self._crawler)
        return await self._old_tls.download_request(request)

    async def _through(self, proxy: Proxy, request: Request, source: Source | None) -> Response:
        """The answer by way of a proxy. Its login stands in a copy of the request, which nobody logs or keeps."""
        sent = request.replace(meta={**request.meta, "proxy": proxy.url})
        if proxy.authorization:
            sent.headers["Proxy-Authorization"] = proxy.authorization
        try:
            response = await self._fetch(sent, source)
        except CannotResolveHostError:
            asked = endpoint(proxy.url)[0]
            if asked in refusals:
                raise AddressRefusedError(refusals[asked]) from None
            raise ProxyError(f"the name of the proxy {proxy.shown} has no address") from None
        except DownloadTimeoutError:
            raise ProxyTimeoutError(proxy.shown) from None
        except (DownloadConnectionRefusedError, ConnectError):
            raise ProxyError(f"the proxy {proxy.shown} cannot be reached") from None
        except TunnelError as error:
            status = "its login" if f"'status': {PROXY_LOGIN}" in str(error) else "the connection"
            raise ProxyError(f"the proxy {proxy.shown} refused {status}") from None
        if response.status == PROXY_LOGIN:
            raise ProxyError(f"the proxy {proxy.shown} refused its login")
        return response

    def _check_breaker(self, url: str) -> None:
        """While a request waited for its turn, those before it may have failed too often."""
        ledger: Ledger | None = getattr(self._crawler.spider, "ledger", None)
        if ledger is not None and (shut := ledger.breaker(breaker_key(url))):
            raise HostLeftAloneError(shut)

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
