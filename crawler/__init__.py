"""The network edge: finds documents and keeps their bytes. Parses no table, judges nothing."""

from __future__ import annotations


def families() -> frozenset[str]:
    """The names of the CMS families that can be crawled, for checking the watchlist."""
    # scrapy takes a third of a second to import, and most commands never need it
    from scrapy.settings import Settings  # noqa: PLC0415 - as said above
    from scrapy.spiderloader import SpiderLoader  # noqa: PLC0415 - as said above

    settings = Settings({"SPIDER_MODULES": ["crawler.spiders"]})
    return frozenset(SpiderLoader.from_settings(settings).list())
