"""Guangdong's disclosure platform (gkmlpt): a tree of categories in the page, and an interface for each category."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode, urlsplit, urlunsplit

from scrapy import Request

from crawler.answers import answer_of, at, day_of, number_of, rows_of, text_of
from crawler.configured import address_of, categories, is_configured, sid_of
from crawler.links import Entry, clean_url
from crawler.paging import Paging
from crawler.spiders.base import FamilySpider, Sign

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from scrapy.http import TextResponse

    from crawler.configured import Category
    from store.model import Link, Source

PLATFORM = re.compile(r"^(.*?/gkmlpt)(?:/|$)")
REPORTS = re.compile(r"年报|年度报告")
OTHER_REPORTS = re.compile(r"法治|统计|决算|预算|财务|审计|绩效|环境|质量|网站|社会责任")


class GkmlptSpider(FamilySpider):
    """The category of annual reports is found by its name, with all that are below it; each is read to its count.

    The pages of the interface count from 1 (0 is the same as 1), and many sites have no second: none is asked for
    once as many articles have come as the category declares.
    """

    name = "gkmlpt"
    asks_interfaces = True
    own_options: ClassVar[Mapping[str, str | int | bool]] = MappingProxyType({"category": ""})

    @classmethod
    def sign(cls, response: TextResponse) -> Sign | None:
        """The site's number and the tree, in the page's _CONFIG."""
        if not is_configured(response.text) or not sid_of(response.text):
            return None
        named = [" > ".join(category.path) for category in _of_reports(categories(response.text))]
        return Sign(
            f"window._CONFIG with SID and TREE; annual reports are in {'; '.join(named) or 'none of it'}"
        )

    def links(self, response: TextResponse) -> Iterator[Link]:
        """The articles that an answer lists."""
        carried = response.meta.get("carried") or {}
        if not carried:
            return
        for article in rows_of(at(answer_of(response), "articles")):
            if entry := _entry(article, carried["page"]):
                yield self.link(response, entry)

    def children(self, response: TextResponse, depth: int) -> Sequence[str | Request]:
        """The other categories of annual reports, and those below them."""
        if depth or response.meta.get("carried"):
            return ()
        return [_asking(_first(response, category)) for category in self._wanted(response)[1:]]

    def paging(self, response: TextResponse, page: int) -> Paging:  # noqa: ARG002 - what came is carried
        """The next page of a category, until as many articles have come as it declares."""
        carried = response.meta.get("carried") or {}
        if carried:
            return self._after(response, carried)
        wanted = self._wanted(response)
        if not wanted:
            return Paging(None, "", self._why_none(response), leads=True)
        return Paging(_asking(_first(response, wanted[0])), leads=True)

    def _wanted(self, response: TextResponse) -> list[Category]:
        """The categories to read: what the option or the address names, else what is called annual reports."""
        if not sid_of(response.text) or not PLATFORM.match(response.url):
            return []
        tree = categories(response.text)
        source: Source = response.meta["source"]
        named = str(self.own_option(response, "category")) or urlsplit(source.url).fragment
        number = number_of(named.rpartition("/")[2])
        tops = [category for category in tree if number is not None and category.number == number]
        wanted = _with_those_below(tops if named else _of_reports(tree), tree)
        return [] if any(category.elsewhere for category in wanted) else wanted

    def _why_none(self, response: TextResponse) -> str:
        if not sid_of(response.text):
            return "the page has no _CONFIG with a SID"
        tree = categories(response.text)
        away = [category for category in _with_those_below(_of_reports(tree), tree) if category.elsewhere]
        if away:
            first = away[0]
            return f"the category {' > '.join(first.path)} is no list, but leads to {first.elsewhere[:300]}"
        return f"none of the {len(tree)} categories in the tree is called annual reports: the option `category` can name it"

    def _after(self, response: TextResponse, carried: Mapping[str, Any]) -> Paging:
        """After one answer."""
        answer = answer_of(response)
        articles = at(answer, "articles")
        if not isinstance(articles, list):
            said = " ".join(response.text[:120].split())
            return Paging(None, "", f"the interface answers without articles: {said}", leads=True)
        number, count = carried["number"], carried["count"] + len(articles)
        total = None if self.options(response).ignore_total else _declared(answer)
        if number > 1 and total != carried.get("total"):
            doubt = f"the category declares {carried['total']} articles, and then {total}"
            return Paging(None, "", doubt, total=total, leads=not articles)
        if count == total:
            return Paging(None, f"{count} of {total} articles came", total=total, leads=not articles)
        if not articles or (total is not None and count > total):
            doubt = f"{count} articles came by page {number}, which has {len(articles)}; the category declares {total}"
            return Paging(None, "", doubt, total=total, leads=not articles)
        onward = {**carried, "number": number + 1, "count": count, "total": total}
        return Paging(_asking(onward), total=total, probe=total is None)


def _declared(answer: object) -> int | None:
    """How many articles a category has: the larger of the two numbers that it says."""
    said = (number_of(at(answer, "classify", "post_count")), number_of(at(answer, "total")))
    return max((number for number in said if number is not None), default=None)


def _of_reports(tree: Sequence[Category]) -> list[Category]:
    """The uppermost categories that are called annual reports, and not those of other matters."""
    named = [one for one in tree if REPORTS.search(one.name) and not OTHER_REPORTS.search(one.name)]
    paths = {one.path for one in named}
    return [one for one in named if not any(one.path[:depth] in paths for depth in range(1, len(one.path)))]


def _with_those_below(tops: Sequence[Category], tree: Sequence[Category]) -> list[Category]:
    wanted = [one for one in tree if any(one.path[: len(top.path)] == top.path for top in tops)]
    return list({one.number: one for one in wanted}.values())


def _entry(article: Mapping[str, object], page: str) -> Entry | None:
    """An article as an entry, by the scheme of the page: on many hosts only one of the two works."""
    title = text_of(article.get("title"))
    for name in ("url", "post_url"):
        if title and (url := clean_url(page, address_of(article.get(name)))):
            shown, here = urlsplit(url), urlsplit(page)
            if shown.netloc == here.netloc:
                url = urlunsplit(shown._replace(scheme=here.scheme))
            days = (
                day_of(article.get(said)) for said in ("display_publish_time", "created_at", "create_time")
            )
            return Entry(url, title, next((day for day in days if day), None))
    return None


def _first(response: TextResponse, category: Category) -> dict[str, Any]:
    """What the first request for a category carries."""
    platform = PLATFORM.match(response.url)
    address = f"{platform[1] if platform else ''}/api/all/{category.number}"
    return {
        "page": response.url, "address": address, "sid": sid_of(response.text), "category": " > ".join(category.path),
        "number": 1, "count": 0, "total": None,
    }  # fmt: skip


def _asking(carried: Mapping[str, Any]) -> Request:
    query = urlencode({"page": carried["number"], "sid": carried["sid"]})
    meta = {"data": True, "carried": dict(carried)}
    return Request(f"{carried['address']}?{query}", headers={"Referer": carried["page"]}, meta=meta)
