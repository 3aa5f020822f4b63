"""Plain lists: rows of links in the page itself, turned by a next link, page numbers, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.links import entries
from crawler.spiders.base import FamilySpider

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.http import TextResponse

    from store.model import Link


class StaticSpider(FamilySpider):
    """Takes every anchor of `container`; without one, the anchors that have a date beside them or look like reports."""

    name = "static"

    def links(self, response: TextResponse) -> Iterator[Link]:
        """The rows of the list."""
        options = self.options(response)
        chosen = bool(options.container or options.link)
        for entry in entries(response, options.container, options.link):
            link = self.link(response, entry)
            if chosen or self.is_row(entry, link):
                yield link
