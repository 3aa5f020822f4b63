"""What every request passes on its way out, and every answer on its way in: bounds, breaker, robots, patience, validators."""

from __future__ import annotations

import codecs
import hashlib
import logging
from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import DownloadTimeoutError, IgnoreRequest, StopDownload
from scrapy.http import Response
from scrapy.signals import bytes_received
from twisted.internet.defer import Deferred

from crawler.addresses import OutOfBoundsError, admitted, endpoint
from crawler.blindness import Blindness
from crawler.clock import to_time
from crawler.failures import (
    FETCHING,
    HostLeftAloneError,
    ProxyError,
    ProxyTimeoutError,
    RobotsError,
    blindness_of,
)
from crawler.politeness import (
    LONGEST_DELAY,
    breaker_key,
    crawl_delay,
    gate,
    retry_after,
    silences,
    slot_of,
)
from crawler.room import room_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.robotstxt import RobotParser

    from crawler.ledger import Ledger
    from store.model import Source

OK, NO_CONTENT, TOO_MANY, FIRST_SERVER_ERROR, FIRST_ERROR = 200, 204, 429, 500, 400
ROBOTS_BYTES = 512 * 1024  # RFC 9309: at least 500 KiB
PATIENCE = 120.0  # seconds: a longer Retry-After ends the visit and opens the breaker instead
BACK_OFF = frozenset({403, 412, 521})  # a firewall's refusals: asking again at once makes them worse
LONGER = 4  # times the usual pause, after one of them
TIMEOUT_RETRIES = 1  # a second minute is enough for what gave no answer in the first


def ledger_of(crawler: Crawler) -> Ledger | None:
    """The ledger of the running spider; None for the spiders of `scrapy shell` and `scrapy fetch`."""
    return getattr(crawler.spider, "ledger", None)


class OfCrawler:
    """A middleware that knows its crawler."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's hook."""
        return cls(crawler)


class BoundsMiddleware(OfCrawler):
    """Holds every request, and every hop of a redirect, to http(s) and to the hosts of its source."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._visited: dict[str, Source] = {}

    def process_request(self, request: Request) -> None:
        """Raises OutOfBoundsError for a request that leaves its source."""
        host, _ = endpoint(request.url)
        if ledger_of(self.crawler) is None:
            return
        source: Source | None = request.meta.get("source")
        if source is None:  # robots.txt: asked for by the robots middleware, on a host that was just admitted
            if host not in self._visited:
                raise OutOfBoundsError(f"{request.url[:200]} belongs to no source")
            request.meta["robots_of"] = self._visited[host]  # its proxy and its TLS are those of the source
            return
        further = tuple(request.meta.get("further_hosts", ()))  # what a page in a browser may ask as well
        if not admitted(request.url, source.url, source.hosts + further):
            raise OutOfBoundsError(f"{request.url[:200]} is not on the hosts of {source.id}")
        self._visited[host] = source


class BreakerMiddleware(OfCrawler):
    """Sends nothing to a host that has failed too often, this run or earlier, until its time is over."""

    def process_request(self, request: Request) -> None:
        """Raises HostLeftAloneError while the host's breaker is open."""
        ledger = ledger_of(self.crawler)
        if ledger is None:
            return
        shut = ledger.breaker(breaker_key(request.url))
        if shut is not None:
            raise HostLeftAloneError(shut)


class StrictRobotsMiddleware(RobotsTxtMiddleware):
    """RFC 9309: what robots.txt forbids is forbidden, a missing one forbids nothing, an unreadable one everything.

    Scrapy itself takes an unreadable robots.txt for permission.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        logging.getLogger(RobotsTxtMiddleware.__module__).setLevel(
            logging.CRITICAL
        )  # a visit names its failure itself
        self._unreadable: dict[str, RobotsError | ProxyError] = {}
        crawler.signals.connect(self._received, bytes_received)

    def _received(self, data: bytes, request: Request) -> None:
        """Of a robots.txt, so much is read as RFC 9309 asks for: what came is its rules."""
        if "robots_of" in request.meta:
            request.meta["robots_bytes"] = request.meta.get("robots_bytes", 0) + len(data)
            if request.meta["robots_bytes"] > ROBOTS_BYTES:
                raise StopDownload(fail=False)

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= FIRST_SERVER_ERROR or response.status == TOO_MANY:
            why = f"robots.txt cannot be read (status {response.status}), so nothing may be visited"
            self._unreadable[netloc] = RobotsError(Blindness("robots", why))
        rules = response.replace(body=b"" if response.status >= FIRST_ERROR else _rules(response.body))
        await super()._parse_robots(rules, netloc, request)
        parser = self._parsers[netloc]
        if parser is None or isinstance(parser, Deferred):
            return
        asked = parser.crawl_delay(self._default_useragent)
        host, pause = endpoint(request.url)[0], crawl_delay(asked)
        if pause is None:
            why = f"robots.txt asks for {asked:.0f} s between two requests, and we wait for {LONGEST_DELAY:.0f} s at most"
            self._unreadable[netloc] = RobotsError(Blindness("robots", why))
            return
        gate.pace(host, pause)
        gate.hold(host, pause)  # the pause after robots.txt itself began before we knew

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        kept_elsewhere = isinstance(
            exc, OutOfBoundsError
        )  # redirected off the source's hosts: none of its own
        if isinstance(exc, FETCHING) and not kept_elsewhere:
            known = exc if isinstance(exc, ProxyError) else RobotsError(blindness_of(exc))
            self._unreadable[netloc] = known
        super()._robots_error(exc, netloc)

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Raises RobotsError for what may not be visited."""
        netloc = request.url.split("/")[2]
        if netloc in self._unreadable:
            raise self._unreadable[netloc]
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest as error:
            raise RobotsError(
                Blindness("robots", f"robots.txt of {netloc} forbids {request.url[:200]}")
            ) from error


class RoomMiddleware(OfCrawler):
    """Lets a visit that gave its place away have one again before it asks; and ends a knock, with robots.txt read."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self._room = room_of(settings.getint("CONCURRENT_REQUESTS"), settings.getfloat("DOWNLOAD_TIMEOUT"))

    async def process_request(self, request: Request) -> Response | None:
        """Waits for a place. A knock asks for nothing more: its answer is empty."""
        if request.meta.get("knock"):
            return Response(request.url, NO_CONTENT)
        source: Source | None = request.meta.get("source")
        if source is not None:
            await self._room.enter(slot_of(source))
        return None


class PatientRetryMiddleware(RetryMiddleware):
    """Scrapy's retries, each after a pause: the server's Retry-After, else longer each time."""

    def process_response(
        self,
        request: Request,
        response: Response,
        spider: Spider | None = None,  # noqa: ARG002 - Scrapy's signature
    ) -> Request | Response:
        """A retry, held back at the gate; the answer itself where the server asks for more patience than we have."""
        if response.status in self.retry_http_codes or response.status in BACK_OFF:
            wait = self._wait(request, response)
            if wait > PATIENCE:
                self._leave_alone(request, wait)
                return response
            gate.hold(endpoint(request.url)[0], wait)
        return super().process_response(request, response)

    def process_exception(
        self,
        request: Request,
        exception: Exception,
        spider: Spider | None = None,  # noqa: ARG002 - Scrapy's signature
    ) -> Request | Response | None:
        """A retry, held back at the gate; one only after a timeout, and none at a host that is silent."""
        if isinstance(exception, DownloadTimeoutError | ProxyTimeoutError):
            tried: int = request.meta.get("retry_times", 0)
            if tried >= TIMEOUT_RETRIES or silences.silent(request.url):
                return None
        gate.hold(endpoint(request.url)[0], min(self._pause(request), PATIENCE))
        return super().process_exception(request, exception)

    def _wait(self, request: Request, response: Response) -> float:
        header = (response.headers.get("Retry-After") or b"").decode("latin-1")
        ledger = ledger_of(self.crawler)
        asked = retry_after(header, to_time(ledger.real_now())) if ledger else None
        longer = LONGER if response.status in BACK_OFF else 1
        return min(self._pause(request) * longer, PATIENCE) if asked is None else asked

    def _pause(self, request: Request) -> float:
        return float(gate.interval(endpoint(request.url)[0]) * 2 ** request.meta.get("retry_times", 0))

    def _leave_alone(self, request: Request, wait: float) -> None:
        ledger = ledger_of(self.crawler)
        if ledger is not None:
            ledger.leave_alone(
                breaker_key(request.url), wait, Blindness("refused", f"Retry-After: {wait:.0f} s")
            )


class ConditionalMiddleware(OfCrawler):
    """Asks "only if changed" where the visit allows it, and remembers what to ask with.

    RFC 9111 caching would invent freshness and serve old pages: a monitor must not. Here a page is never served
    from memory; a 304 only saves its transfer. Requests that do not allow it are sent past all caches.
    """

    def process_request(self, request: Request) -> None:
        """Sets the validators of this very URL, and removes those of one that was redirected here."""
        for name in ("If-None-Match", "If-Modified-Since"):
            request.headers.pop(name, None)
        ledger = ledger_of(self.crawler)
        if ledger is None or not request.meta.get("conditional"):
            request.headers["Cache-Control"] = "no-cache"
            return
        known = ledger.validators(request.url)
        if known and known.etag:
            request.headers["If-None-Match"] = known.etag
        if known and known.last_modified:
            request.headers["If-Modified-Since"] = known.last_modified

    def process_response(self, request: Request, response: Response) -> Response:
        """Keeps the validators of a whole page."""
        ledger = ledger_of(self.crawler)
        if ledger is not None and response.status == OK and "source" in request.meta:
            etag, modified = (response.headers.get(name) for name in ("ETag", "Last-Modified"))
            digest = hashlib.sha256(response.body).hexdigest()
            ledger.keep_validators(request.url, _text(etag), _text(modified), digest)
        return response


def _rules(body: bytes) -> bytes:
    """The rules of a robots.txt in UTF-8; some editors save it as UTF-16."""
    marked = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return (body.decode("utf-16", "replace").encode() if marked else body)[:ROBOTS_BYTES]


def _text(header: bytes | None) -> str | None:
    return header.decode("latin-1") if header else None
