"""Downloads the pages of a list, and nothing else: `python -m bench.bare scrapy|aiohttp FILE DELAY CONCURRENCY`.

The yardsticks of bench/crawl.py. FILE has a line `METHOD <tab> URL <tab> BODY` for each page. Both ask each host one
request at a time with DELAY seconds between, and at most CONCURRENCY hosts at once; Scrapy obeys robots.txt as well.
"""

from __future__ import annotations

import asyncio
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

import aiohttp
import scrapy
from scrapy.crawler import CrawlerProcess

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

Wanted = list[tuple[str, str, str]]


def wanted(file: Path) -> Wanted:
    """(method, URL, body) of every page."""
    return [tuple(line.split("\t")) for line in file.read_text(encoding="utf-8").splitlines()]  # type: ignore[misc]  # three columns


class BareSpider(scrapy.Spider):
    """Yields requests, counts answers."""

    name = "bare"
    pages: ClassVar[Wanted] = []

    async def start(self) -> AsyncIterator[Any]:
        """One request a page."""
        for method, url, body in self.pages:
            yield scrapy.Request(url, method=method, body=body, dont_filter=True)

    def parse(self, response: scrapy.http.Response) -> None:
        """The whole body is in memory: that is all that is asked here."""
        self.logger.debug("%d bytes", len(response.body))


def by_scrapy(pages: Wanted, delay: float, concurrency: int) -> None:
    """Scrapy's own politeness, its default middlewares, no parsing."""
    BareSpider.pages = pages
    process = CrawlerProcess({
        "ROBOTSTXT_OBEY": True, "LOG_LEVEL": "ERROR", "DOWNLOAD_DELAY": delay, "RANDOMIZE_DOWNLOAD_DELAY": False,
        "CONCURRENT_REQUESTS": concurrency, "CONCURRENT_REQUESTS_PER_DOMAIN": 1, "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
    })  # fmt: skip
    process.crawl(BareSpider)
    process.start()


async def by_aiohttp(pages: Wanted, delay: float, concurrency: int) -> None:
    """The floor: one task a host, no robots, no middlewares."""
    hosts: defaultdict[str, Wanted] = defaultdict(list)
    for page in pages:
        hosts[urlsplit(page[1]).netloc].append(page)
    room = asyncio.Semaphore(concurrency)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=concurrency)) as session:

        async def visit(own: Wanted) -> None:
            async with room:
                for method, url, body in own:
                    async with session.request(method, url, data=body or None) as response:
                        await response.read()
                    await asyncio.sleep(delay)

        await asyncio.gather(*(visit(own) for own in hosts.values()))


if __name__ == "__main__":
    pages = wanted(Path(sys.argv[2]))
    if sys.argv[1] == "scrapy":
        by_scrapy(pages, float(sys.argv[3]), int(sys.argv[4]))
    else:
        asyncio.run(by_aiohttp(pages, float(sys.argv[3]), int(sys.argv[4])))
