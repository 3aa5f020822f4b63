"""Every family that the spider loader finds, against its saved list pages: a new one cannot be forgotten."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from scrapy import Request
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from crawler import families
from crawler.fetching import Page
from store.model import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.http import HtmlResponse

    from crawler.spiders.base import FamilySpider

LISTS = Path(__file__).resolve().parents[1] / "samples" / "lists"


class Saved:
    """A saved list page with what must be read in it."""

    def __init__(self, folder: Path) -> None:
        self.name = folder.name
        self.meta: dict[str, Any] = tomllib.loads((folder / "meta.toml").read_text(encoding="utf-8"))
        self.body = next(file for file in sorted(folder.iterdir()) if file.stem == "list").read_bytes()

    @property
    def spider(self) -> FamilySpider:
        loader = SpiderLoader.from_settings(Settings({"SPIDER_MODULES": ["crawler.spiders"]}))
        return cast("FamilySpider", loader.load(self.meta["family"])())

    @property
    def response(self) -> HtmlResponse:
        url = self.meta["url"]
        source = Source("saved", url, self.meta["family"], (), "demo", options=self.meta["options"])
        return Page(url, url, 200, {}, self.body, b"", self.meta.get("carried", {})).markup(source)


def saved() -> Iterator[Any]:
    for folder in sorted(LISTS.iterdir()):
        page = Saved(folder)
        yield pytest.param(page, id=page.name)


def onward(target: str | Request | None) -> str | None:
    """A way on as meta.toml writes it: the address, and what is sent to it."""
    if isinstance(target, Request):
        return f"{target.method} {target.url} {target.body.decode()}".rstrip()
    return target


def check(page: Saved, spider: FamilySpider) -> None:
    """What a saved page's meta.toml says is what the family reads in it."""
    links = spider.links(page.response)
    assert [[link.url, link.title, link.published or ""] for link in links] == page.meta["links"]
    below = spider.children(page.response, page.meta.get("depth", 0))
    assert [onward(child) for child in below] == page.meta.get("children", [])
    paging = spider.paging(page.response, page.meta["page"])
    assert onward(paging.next) == page.meta.get("next")
    assert (paging.pages, paging.total) == (page.meta.get("pages"), page.meta.get("total"))
    assert paging.proof == page.meta.get("proof", "")
    assert page.meta.get("doubt", "") in paging.doubt


@pytest.mark.parametrize("page", list(saved()))
def test_a_saved_list_is_read_and_its_way_on_found_or_its_end_proved(page: Saved) -> None:
    check(page, page.spider)


@pytest.mark.parametrize("family", sorted(families()))
def test_every_family_has_a_saved_list(family: str) -> None:
    assert family in {Saved(folder).meta["family"] for folder in LISTS.iterdir()}


def test_a_half_static_column_never_proves_its_end() -> None:
    page = Saved(LISTS / "trs-pingtan")
    paging = page.spider.paging(page.response, 1)
    assert not paging.proof
    assert paging.total == 20


ROWS = """<html><body><ul><li><a href="/zwgk/nb/">政府信息公开年报</a></li><li><a href="/nb/2024n/">2024年</a></li></ul>
<ul><li><a href="a.html">2023年年报</a></li><li><a href="b.html">2022年度</a> 2023-01-20</li></ul></body></html>"""


@pytest.mark.parametrize("family", ["static", "trs"])
def test_menus_are_no_rows_and_undated_reports_are(family: str, tmp_path: Path) -> None:
    (tmp_path / "list.html").write_text(ROWS, encoding="utf-8")
    (tmp_path / "meta.toml").write_text(
        f'family = "{family}"\nurl = "http://x.gov.cn/nb/"\noptions = {{}}\n', encoding="utf-8"
    )
    page = Saved(tmp_path)
    links = [(link.title, link.kind) for link in page.spider.links(page.response)]
    assert links == [("2023年年报", "maybe"), ("2022年度", "maybe")]
