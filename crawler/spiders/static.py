"""Plain lists: rows of links in the page itself, turned by a next link, page numbers, or not at all."""

from __future__ import annotations

from crawler.spiders.base import FamilySpider


class StaticSpider(FamilySpider):
    """Takes every anchor of `container`; without one, the anchors that have a date beside them or look like reports."""

    name = "static"
    reads_folders = True
