"""Saved pages as pictures, and the dossier as a PDF, by the system's Chromium: no network, no scripts, one page at a time.

What is shown was written by strangers. The browser gets the one page that it is handed; whatever the page asks for
beside it (pictures, styles, frames, another address) is refused, and there is no way to a network (crawler.chromium).
"""

from __future__ import annotations

import asyncio
import io
import re
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from PIL import Image

from crawler.chromium import ARGUMENTS, INSTALL_CHROMIUM, INSTALL_EXTRA, MIB, Watch, launch_options, program
from reportwatch.pages import png

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from playwright.async_api import Browser, BrowserContext, Request, Route

WIDTH, LOWEST, HIGHEST = 1000, 160, 4200  # pixels of a picture; a longer page is cut, and that is told
SECONDS = 30.0  # for one page
LIMIT = 300.0  # seconds for all of them
MEMORY = 1024 * MIB
NO_PICTURES = "--blink-settings=imagesEnabled=false"
OWN_PAGE = "http://dossier.invalid/"
# What moves would make another picture each time.
STILL = "marquee, blink { visibility: hidden !important }"
_DATES = re.compile(rb"(/(?:CreationDate|ModDate) \(D:)\d{14}")


@dataclass(frozen=True, slots=True)
class Saved:
    """A page to be shown: its address, its bytes, the Content-Type with which it came; its top `height` pixels."""

    url: str
    body: bytes
    content_type: str
    height: int = HIGHEST


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as it looks, a PNG. `cut`: pixels below that are not shown. `why_not` instead, where there is none."""

    body: bytes = b""
    cut: int = 0
    why_not: str = ""


def lacking() -> str | None:
    """The command that installs what pictures of pages need; None where all is there."""
    if find_spec("playwright") is None:
        return INSTALL_EXTRA
    return None if program() else INSTALL_CHROMIUM


def pictures_of(pages: Iterable[Saved]) -> tuple[list[Picture], str]:
    """A picture of each page, in their order, and the version of the browser ("" where there is none)."""
    wanted = list(pages)
    if not wanted:
        return [], ""
    if lacks := lacking():
        return [Picture(why_not=lacks)] * len(wanted), ""
    return asyncio.run(_within(_pictures(wanted), len(wanted)))


def pdf_of(html: str, now: str) -> bytes:
    """The dossier's own page on A4. Raises RuntimeError with the reason where it cannot be made."""
    if lacks := lacking():
        raise RuntimeError(f"a PDF needs Chromium: {lacks}")
    body = asyncio.run(_printed(html))
    stamp = re.sub(r"\D", "", now).encode()  # the same database and moment give the same bytes
    return _DATES.sub(lambda match: match[1] + stamp, body)


async def _within(work: Any, count: int) -> tuple[list[Picture], str]:  # noqa: ANN401 - a coroutine
    try:
        async with asyncio.timeout(LIMIT), Watch(MEMORY).running():
            return await work  # type: ignore[no-any-return]  # _pictures
    except _errors() as error:
        return [Picture(why_not=_first_line(error))] * count, ""


async def _pictures(pages: list[Saved]) -> tuple[list[Picture], str]:
    from playwright.async_api import async_playwright  # noqa: PLC0415 - an extra

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**launch_options())  # type: ignore[arg-type]  # its own options
        try:
            return [await _picture(browser, page) for page in pages], f"Chromium {browser.version}"
        finally:
            await _closed(browser)


async def _picture(browser: Browser, page: Saved) -> Picture:
    try:
        async with asyncio.timeout(SECONDS):
            context = await _context(browser, page.url, page.body, page.content_type)
            try:
                tab = await context.new_page()
                await tab.goto(page.url, wait_until="load", timeout=SECONDS * 1000)
                height = int(await tab.evaluate("document.documentElement.scrollHeight"))
                clip = {"x": 0, "y": 0, "width": WIDTH, "height": max(1, min(height, page.height))}
                made = await tab.screenshot(full_page=True, animations="disabled", style=STILL, clip=clip)  # type: ignore[arg-type]  # its own dict
            finally:
                await context.close()
    except _errors() as error:
        return Picture(why_not=_first_line(error))
    with Image.open(io.BytesIO(made)) as image:
        return Picture(png(image), max(0, height - page.height))


async def _printed(html: str) -> bytes:
    from playwright.async_api import async_playwright  # noqa: PLC0415 - an extra

    options = launch_options()
    options["args"] = [one for one in ARGUMENTS if one != NO_PICTURES]  # ours are inside the page
    try:
        async with asyncio.timeout(LIMIT), Watch(MEMORY).running(), async_playwright() as playwright:
            browser = await playwright.chromium.launch(**options)  # type: ignore[arg-type]  # its own options
            try:
                context = await _context(browser, OWN_PAGE, html.encode(), "text/html; charset=utf-8")
                tab = await context.new_page()
                await tab.goto(OWN_PAGE, wait_until="load", timeout=LIMIT * 1000)
                return bytes(await tab.pdf(format="A4", print_background=True, prefer_css_page_size=True))
            finally:
                await _closed(browser)
    except _errors() as error:
        raise RuntimeError(f"Chromium made no PDF: {_first_line(error)}") from error


async def _context(browser: Browser, url: str, body: bytes, content_type: str) -> BrowserContext:
    """A context that gets this one page, once, and nothing else from anywhere."""
    context = await browser.new_context(
        java_script_enabled=False, service_workers="block", accept_downloads=False, locale="zh-CN",
        timezone_id="Asia/Shanghai", viewport={"width": WIDTH, "height": LOWEST},
    )  # fmt: skip
    given = False

    async def answer(route: Route, asked: Request) -> None:
        nonlocal given
        with suppress(*_errors()):  # the page was closed meanwhile
            if given or asked.url.split("#")[0] != url.split("#", maxsplit=1)[0]:
                await route.abort("aborted" if asked.is_navigation_request() else "blockedbyclient")
                return
            given = True
            await route.fulfill(status=200, headers={"content-type": content_type}, body=body)

    await context.route("**/*", answer)
    return context


async def _closed(browser: Browser) -> None:
    with suppress(*_errors()):
        async with asyncio.timeout(10):
            await browser.close()


def _errors() -> tuple[type[Exception], ...]:
    """What goes wrong with a browser: its own errors, and time that is over."""
    from playwright.async_api import Error  # noqa: PLC0415 - an extra

    return (Error, TimeoutError)


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or ["it took too long"])[0][:200]
