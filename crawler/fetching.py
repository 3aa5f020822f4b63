"""One page, asked for through all of Scrapy's machinery, or the named blindness that came instead."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.http import HtmlResponse
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.response import get_base_url

from crawler.addresses import OutOfBoundsError
from crawler.blindness import STATUSES, Blindness
from crawler.browser import Rendering
from crawler.failures import FETCHING, HostLeftAloneError, ProxyError, UnseenError, blindness_of
from crawler.politeness import breaker_key
from crawler.shells import shell_target
from crawler.text import decode
from crawler.watchdog import looking_at
from parsers import without_early_ends

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.ledger import Ledger
    from store.model import Source

MIB = 1024 * 1024
PAGE_MAXSIZE = 8 * MIB  # a list or an article is far below; parsing more than this would take gigabytes
DEEPEST = 2040  # levels: libxml2 stops at 2,048 of them, without an error
SHELLS = 3  # a page that only leads on, which leads on, ...
HOST_FAULTS = frozenset({"dns", "tls", "timeout", "connection", "refused", "firewall", "captcha"})
NOT_THE_HOST = (HostLeftAloneError, ProxyError)
OK, SERVER_ERROR = 200, 500
BASE = re.compile(rb"<base\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """An answer. `asked` is the URL asked for, `url` the one that answered; header names are lower-case.

    `carried` is what the family's own request for it carried (its meta `carried`), and `data` whether it asked an
    interface and not for a page (meta `data`).
    """

    asked: str
    url: str
    status: int
    headers: dict[str, str]
    body: bytes
    disposition: bytes
    carried: Mapping[str, Any] = field(default_factory=dict)
    data: bool = False

    @property
    def text(self) -> str:
        """The body decoded, whatever the server says about its encoding."""
        return decode(self.body, self.headers.get("content-type", ""))

    def markup(self, source: Source) -> HtmlResponse:
        """The page as families and Scrapy's selectors want it; its `meta` has the source and what was carried."""
        request = Request(self.url, meta={"source": source, "carried": self.carried})
        body = without_early_ends(self.text).encode("utf-8", "replace")
        response = HtmlResponse(self.url, body=body, encoding="utf-8", request=request)
        try:
            get_base_url(response)
        except ValueError:  # a <base> that is no address is none
            response = response.replace(body=BASE.sub(b"<x-base", body))
        return response


def is_cut_by_depth(response: HtmlResponse) -> bool:
    """Whether the parser left a page where it became too deep: then its end is the deepest element of the tree."""
    element, depth = response.selector.root, 0
    while not isinstance(element, str) and len(element):
        element, depth = element[-1], depth + 1
    return depth >= DEEPEST


class Fetcher:
    """Fetches for one source, and tells the ledger which hosts answered."""

    def __init__(self, crawler: Crawler, ledger: Ledger, source: Source) -> None:
        self._crawler, self._ledger, self._source = crawler, ledger, source
        looking_at.set(source.id)
        self._had: set[str] = set()  # addresses of all answers

    async def get(
        self, target: str | Request, *, conditional: bool = False, maxsize: int | None = None
    ) -> Page:
        """The answer to one request. Raises UnseenError where there is none."""
        request = self._request(target, conditional=conditional, maxsize=maxsize)
        host = self._host(request.url)
        try:
            response = await self._crawler.engine.download_async(request)
        except FETCHING as error:
            why = blindness_of(error)
            if why.kind in HOST_FAULTS and not isinstance(error, NOT_THE_HOST):
                self._ledger.failed(host, why)
            raise UnseenError(why.kind, why.reason) from error
        self._judge_host(host, response.status)
        self._had |= {request.url, response.url}
        return _page(request, response)

    async def through_shells(
        self, target: str | Request, *, conditional: bool, maxsize: int | None = None
    ) -> Page:
        """The page behind meta refreshes, location.replace and lone frames."""
        page = await self.get(target, conditional=conditional, maxsize=maxsize)
        asked = page.asked  # where a shell leads is judged against what the watchlist says
        for _ in range(SHELLS):
            onward = shell_target(page.url, page.text) if _is_markup(page) else None
            if onward is None or onward == page.url:
                break
            self._ledger.forget_validators(page.url)
            page = replace(await self.get(onward, maxsize=maxsize), asked=asked, carried=page.carried)
        return page

    async def rendered(self, plain: Page) -> Page:
        """A page as a browser shows it, its scripts having run. Raises UnseenError where it does not come to rest."""
        render = Rendering(self._crawler, self._source, plain, self.get)
        meta = {
            "source": self._source, "render": render, "download_slot": "browser", "dont_retry": True, "dont_redirect": True,
            "dont_obey_robotstxt": True,
        }  # fmt: skip
        request = Request(plain.url, meta=meta, callback=NO_CALLBACK, dont_filter=True)
        response = await self._crawler.engine.download_async(request)
        shown = _page(request, response)
        return replace(shown, asked=plain.asked, headers={**plain.headers, **shown.headers})

    def distrust(self, page: Page, why: Blindness) -> None:
        """A page that was refused is asked for in full next time; a captcha or a firewall's page with status 200 also
        counts as a failure of the host."""
        for address in {page.asked, page.url}:
            self._ledger.forget_validators(address)
        if why.kind in HOST_FAULTS and page.status == OK:  # other statuses are counted already
            self._ledger.failed(self._host(page.url), why)

    def forget_validators(self) -> None:
        """Everything that this visit had so far is asked for in full next time."""
        for address in self._had:
            self._ledger.forget_validators(address)

    def _request(self, target: str | Request, *, conditional: bool, maxsize: int | None) -> Request:
        request = target if isinstance(target, Request) else Request(target)
        meta = {**request.meta, "source": self._source, "conditional": conditional}
        if maxsize:
            meta["download_maxsize"] = maxsize
        return request.replace(meta=meta, callback=NO_CALLBACK)

    def _host(self, url: str) -> str:
        try:
            return breaker_key(url)
        except OutOfBoundsError:
            return ""

    def _judge_host(self, host: str, status: int) -> None:
        kind, why = STATUSES.get(status, ("http_error", f"status {status}"))
        if kind in HOST_FAULTS or status >= SERVER_ERROR:
            self._ledger.failed(host, Blindness(kind, why))
        else:
            self._ledger.answered(host)


def _is_markup(page: Page) -> bool:
    return page.status == OK and len(page.body) < PAGE_MAXSIZE and b"<" in page.body[:1024]


def _page(request: Request, response: Response) -> Page:
    asked = request.url
    headers = {
        name.decode("latin-1").lower(): "; ".join(value.decode("latin-1") for value in values)
        for name, values in response.headers.items()
    }
    if response.url != asked:
        headers["x-reportwatch-answered-from"] = response.url  # the redirect's end is evidence as well
    if request.body:
        headers["x-reportwatch-sent"] = request.body.decode("utf-8", "replace")
    disposition = response.headers.get("Content-Disposition") or b""
    return Page(
        asked, response.url, response.status, headers, response.body, disposition,
        request.meta.get("carried", {}), bool(request.meta.get("data")),
    )  # fmt: skip
