"""A list page that only a script fills, as Chromium shows it.

The browser has no network (crawler.chromium). What its page asks for is fetched here, by the same way as every other
page: on the hosts of the source, at public addresses, as robots.txt allows, one request at a time with its pause.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import DownloadCancelledError

from crawler.blindness import STATUSES, Blindness
from crawler.chromium import MIB, Watch, missing_browser
from crawler.failures import UnseenError

if TYPE_CHECKING:
    from playwright.async_api import Page as Tab
    from playwright.async_api import Request as Asked
    from playwright.async_api import Route, WebSocketRoute
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.fetching import Page
    from store.model import Source


class Get(Protocol):
    """How a page's wishes are fetched: `Fetcher.get`."""

    async def __call__(self, target: Request, *, maxsize: int) -> Page:
        """The answer to one request. Raises UnseenError where there is none."""


ONE = asyncio.Semaphore(1)  # page at a time, for the whole process
NEEDED = frozenset({"document", "script", "xhr", "fetch"})
LARGEST = 8 * MIB
CLOSING = 10.0  # seconds for the browser to end by itself
GONE = frozenset({404, 410})
FIRST_ERROR = 400
# Headers of the page's own wishes that matter to an interface; all others are ours, like everywhere.
SENT = frozenset({"accept", "content-type", "x-requested-with", "referer", "origin"})
NOT_PASSED = frozenset(
    {"content-length", "content-encoding", "transfer-encoding", "connection", "set-cookie", "content-security-policy", "link"}
)  # fmt: skip
# Counters, share buttons and official badges that half of all government pages ask for: no list comes from there.
NO_LIST = frozenset(
    {"hm.baidu.com", "cnzz.com", "zz.bdstatic.com", "push.zhanzhang.baidu.com", "bdimg.share.baidu.com", "res.wx.qq.com",
     "dcs.conac.cn", "bszs.conac.cn", "zfwzgl.www.gov.cn", "google-analytics.com", "googletagmanager.com"}
)  # fmt: skip


class Rendering:
    """One page in a browser of its own, started for it and ended with it."""

    def __init__(self, crawler: Crawler, source: Source, plain: Page, get: Get) -> None:
        self._crawler, self._source, self._plain, self._get = crawler, source, plain, get
        self._further = str(source.options.get("script_hosts", "")).lower().split()
        self._without = NO_LIST | set(str(source.options.get("does_without", "")).lower().split())
        self._seconds = crawler.settings.getfloat("RENDER_LIMIT")
        self._memory = crawler.settings.getint("RENDER_MEMORY") * MIB
        self._counts: Counter[str] = Counter()
        self._lacking: list[Blindness] = []
        self._begun = False

    async def __call__(self, request: Request) -> Response:
        """The page after its scripts have come to rest. Raises UnseenError where that cannot be had."""
        if lacks := missing_browser():
            raise UnseenError("unsupported", f"the list needs a browser (render = true); run: {lacks}")
        async with ONE:
            watch = Watch(self._memory)
            try:
                async with asyncio.timeout(self._seconds), watch.running():
                    response = await self._shown(request)
            except TimeoutError:
                why = f"the page did not come to rest in {self._seconds:.0f} seconds (RENDER_LIMIT)"
                raise UnseenError("timeout", why) from None
            except _errors() as error:
                if watch.exceeded:
                    why = f"the page wanted {watch.exceeded // MIB} MiB in the browser (RENDER_MEMORY)"
                    raise UnseenError("truncated", why) from None
                raise UnseenError("unsupported", f"the browser failed: {_first_line(error)}") from None
        if self._lacking:
            raise UnseenError(self._lacking[0].kind, self._lacking[0].reason)
        return response

    async def _shown(self, request: Request) -> Response:
        from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler  # noqa: PLC0415 - an extra
        from scrapy_playwright.page import PageMethod  # noqa: PLC0415 - an extra

        logging.getLogger("scrapy-playwright").setLevel(
            logging.CRITICAL
        )  # the visit names its failure itself
        handler = ScrapyPlaywrightDownloadHandler(self._crawler)
        handler.config.target_closed_max_retries = 0  # a browser that was ended stays ended
        meta = {
            "playwright": True,
            "playwright_context_kwargs": {
                "user_agent": self._crawler.settings["USER_AGENT"], "locale": "zh-CN", "service_workers": "block",
                "accept_downloads": False,
            },
            "playwright_page_init_callback": self._prepare,
            "playwright_page_goto_kwargs": {"wait_until": "networkidle", "timeout": self._seconds * 1000},
            "playwright_page_methods": [PageMethod(settled)],
        }  # fmt: skip
        try:
            await handler._maybe_launch_in_thread()  # Scrapy's signal for it has passed long ago
            response: Response = await handler.download_request(request.replace(meta=meta))
            response.headers["x-reportwatch-rendered"] = self._summary(handler.browser.version)
            return response
        finally:
            with suppress(TimeoutError, *_errors()):
                async with asyncio.timeout(CLOSING):
                    await handler.close()

    def _summary(self, version: str) -> str:
        counts = ", ".join(f"{count} {name}" for name, count in sorted(self._counts.items()))
        return f"Chromium {version}; {counts}"

    async def _prepare(self, tab: Tab, _: Request) -> None:
        """Everything that the page asks for comes to us; what another window would ask for is refused."""

        async def refuse(route: Route) -> None:
            await route.abort("blockedbyclient")

        async def hang_up(socket: WebSocketRoute) -> None:
            self._lack("websocket", socket.url, Blindness("js_shell", "web sockets are not followed"))
            await socket.close()

        await tab.context.route("**/*", refuse)
        await tab.route("**/*", self._answer)
        await tab.route_web_socket("**/*", hang_up)
        tab.on("popup", lambda other: asyncio.ensure_future(other.close()))
        tab.on("dialog", lambda dialog: asyncio.ensure_future(dialog.dismiss()))

    async def _answer(self, route: Route, asked: Asked) -> None:
        with suppress(*_errors()):  # the page was closed meanwhile
            page = await self._fetched(asked)
            if page is None:
                await route.abort("blockedbyclient")
                return
            headers = {name: value for name, value in page.headers.items() if name not in NOT_PASSED}
            body = page.body
            if page is self._plain:
                headers["content-type"], body = (
                    "text/html; charset=utf-8",
                    page.text.encode("utf-8", "replace"),
                )
            await route.fulfill(status=page.status, headers=headers, body=body)

    async def _fetched(self, asked: Asked) -> Page | None:
        """The answer to one wish of the page; None where it is refused or not to be had."""
        kind = asked.resource_type
        if asked.is_navigation_request() and not self._begun:
            self._begun = True
            self._counts["answered"] += 1
            return self._plain
        if kind not in NEEDED:
            self._counts[f"{kind} left out"] += 1
            if kind == "eventsource":
                self._lack(kind, asked.url, Blindness("js_shell", "event streams are not followed"))
            return None
        self._counts["asked"] += 1
        try:
            page = await self._get(self._request(asked), maxsize=LARGEST)
        except UnseenError as error:
            self._lack(kind, asked.url, error.blindness)
            return None
        if page.status >= FIRST_ERROR and not (kind == "script" and page.status in GONE):
            name, why_not = STATUSES.get(page.status, ("http_error", "an error"))
            self._lack(kind, asked.url, Blindness(name, f"status {page.status}: {why_not}"))
        self._counts["answered"] += 1
        return page

    def _request(self, asked: Asked) -> Request:
        headers = {name: value for name, value in asked.headers.items() if name.lower() in SENT}
        body = asked.post_data_buffer or b""
        meta: dict[str, Any] = {"further_hosts": self._further}
        return Request(
            asked.url, method=asked.method, headers=headers, body=body, meta=meta, dont_filter=True
        )

    def _lack(self, kind: str, url: str, why: Blindness) -> None:
        """What the page did not get. Its list may lack what would have come with it, unless a person says otherwise."""
        host = urlsplit(url).hostname or ""
        self._counts["not had"] += 1
        if not any(host == name or host.endswith(f".{name}") for name in self._without):
            advice = f"; if {host} belongs to the site, script_hosts, if the list is whole without it, does_without"
            off = why.kind == "redirected_away"
            reason = f"the page's {kind} {url[:200]} was not to be had: {why.reason}{advice if off else ''}"
            self._lacking.append(Blindness("js_shell" if off else why.kind, reason))


async def settled(tab: Tab) -> None:
    """Wait until the page stays the same for a second: what was fetched must also be shown."""
    before, same = -1, 0
    while same < 4:  # noqa: PLR2004 - looks, a quarter of a second apart
        await asyncio.sleep(0.25)
        now = await tab.evaluate("document.documentElement.outerHTML.length")
        same = same + 1 if now == before else 0
        before = now


def _errors() -> tuple[type[Exception], ...]:
    """What Playwright raises, where it is installed."""
    try:
        from playwright.async_api import Error  # noqa: PLC0415 - an extra
    except ImportError:
        return (DownloadCancelledError,)
    return (Error, DownloadCancelledError)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
