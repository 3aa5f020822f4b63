"""Pages that are broken, or made to break what reads them: nothing of them is lost without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reportwatch.portal.story import REAL_PDF
from tests.portal.server import listed, report_page, report_row

if TYPE_CHECKING:
    from tests.crawler.conftest import World
    from tests.portal.server import Site

ENDED = "</body></html>\n"


def put_reports(site: Site, *numbers: int) -> None:
    for number in numbers:
        site.put(f"/nb/t{number}.html", report_page(f"示范市第{number}局2025年政府信息公开工作年度报告"))


def test_rows_behind_a_stray_end_of_the_page_are_entries(world: World) -> None:
    site = world.site()
    page = listed([report_row(1), report_row(2), report_row(3)])
    site.put("/nb/", page.replace("<ul", f"<div>nav</div>{ENDED}<ul", 1))
    put_reports(site, 1, 2, 3)
    world.watch("demo", site.url("/nb/"))
    world.crawl()
    assert world.rows("SELECT outcome, entries FROM crawls") == [("good", 3)]


def test_a_pager_behind_a_stray_end_of_the_page_is_followed(world: World) -> None:
    site = world.site()
    onward = f'{ENDED}<div class="page"><a href="index_1.html">下一页</a></div>'
    site.put("/nb/", listed([report_row(1)], onward))
    site.put("/nb/index_1.html", listed([report_row(2)], f'{ENDED}<a href="./">上一页</a>'))
    put_reports(site, 1, 2)
    world.watch("demo", site.url("/nb/"))
    world.crawl()
    assert world.rows("SELECT outcome, entries, pages FROM crawls") == [("good", 2, 2)]


def nested(tag: str, count: int) -> str:
    """Rows, each inside the one before it: what old editors leave behind."""
    title = "示范市第{}局2025年政府信息公开工作年度报告"
    rows = "".join(f'<{tag}><a href="t{i}.html">{title.format(i)}</a>2026-01-20' for i in range(count))
    return f"<html><head><title>政府信息公开年报</title></head><body>{rows}</body></html>"


@pytest.mark.parametrize("tag", ["div", "span"])
def test_a_list_nested_deeper_than_the_parser_goes_is_truncated(world: World, tag: str) -> None:
    site = world.site()
    site.put("/nb/", nested(tag, 2100))
    world.watch("demo", site.url("/nb/"))
    assert world.crawl(VISIT_LIMIT="20").kinds == {"demo": "truncated"}
    assert "nested" in str(world.rows("SELECT reason FROM crawls")[0][0])


NOTICE = "<html><head><title>系统维护</title></head><body><p>网站正在维护升级，请稍后访问。</p></body></html>"
SHORT_LIST = listed([report_row(1)], '<a href="javascript:turn(2)">下一页</a>')
HOURS = ("2026-02-03T02:00:00Z", "2026-02-03T08:00:00Z", "2026-02-03T14:00:00Z")


@pytest.mark.parametrize(
    ("page", "kind"), [(NOTICE, "maintenance"), (SHORT_LIST, "truncated")], ids=("a notice", "a cut list")
)
def test_an_unchanged_page_that_was_wrong_before_is_still_wrong(world: World, page: str, kind: str) -> None:
    site = world.site()
    site.put("/nb/", listed([report_row(1), report_row(2)]), headers={"ETag": '"list"'})
    put_reports(site, 1, 2)
    world.watch("demo", site.url("/nb/"))
    world.crawl(HOURS[0])
    site.put("/nb/", page, headers={"ETag": '"other"'})
    assert [world.crawl(hour).kinds for hour in HOURS[1:]] == [{"demo": kind}] * 2


def test_a_reports_page_that_was_wrong_before_is_asked_for_in_full(world: World) -> None:
    site = world.site()
    site.put("/nb/", listed([report_row(1)]))
    put_reports(site, 1)
    world.watch("demo", site.url("/nb/"))
    world.crawl("2026-02-03T02:00:00Z")
    site.put("/nb/t1.html", NOTICE, headers={"ETag": '"other"'})
    for now in ("2026-02-11T02:00:00Z", "2026-02-12T02:00:00Z"):
        assert world.crawl(now).summary["failed_documents"] == 1


MENU = "".join(f'<a href="/c{n}/">栏目导航第{n}项政务服务互动交流</a> ' for n in range(80))
FRAME = (
    "<html><head><title>{}</title></head><body><div>"
    + MENU
    + "</div><p>{}</p><div>主办：示范市人民政府</div></body></html>"
)
SOFT_404 = FRAME.format("示范市人民政府门户网站", "抱歉，您访问的页面不存在或已被删除！")
SCRIPT = "<html><head></head><body><script>var _0x1=['a'];document.cookie='x=1';location.reload()</script></body></html>"
# What comes instead, and where the report's address leads for it.
INSTEAD = {
    "a notice in the site's frame": (SOFT_404, ""),
    "a redirect to a page of errors": (SOFT_404, "/404.html"),
    "a redirect to a column": (FRAME.format("政务公开", "最新消息"), "/zwgk/"),
    "a field for a code": (FRAME.format("示范市人民政府", "请输入验证码<input name=code>"), ""),
    "a page for a script": (SCRIPT, ""),
}


def test_another_page_is_no_new_version_of_a_report(world: World) -> None:
    site, numbers = world.site(), range(1, 2 * len(INSTEAD) + 1)
    site.put("/nb/", listed([report_row(n) for n in numbers]))
    for n in numbers:
        title = f"示范市第{n}局2025年政府信息公开工作年度报告"
        site.put(f"/nb/t{n}.html", report_page(title, f'<a href="r{n}.pdf">附件</a>'))
        site.put(f"/nb/r{n}.pdf", REAL_PDF.read_bytes(), media_type="application/pdf")
    world.watch("demo", site.url("/nb/"))
    world.crawl("2026-02-03T02:00:00Z")
    paths = [f"/nb/t{n}.html" for n in numbers[: len(INSTEAD)]] + [
        f"/nb/r{n}.pdf" for n in numbers[len(INSTEAD) :]
    ]
    for path, (page, leads) in zip(paths, [*INSTEAD.values()] * 2, strict=True):
        site.put(leads or path, page)
        if leads:
            site.put(path, "", 302, headers={"Location": leads})
    assert world.crawl("2026-02-11T02:00:00Z").summary["failed_documents"] == len(paths)
    noted = world.rows("SELECT url FROM captures WHERE kind = 'failed' ORDER BY id")
    assert sorted(str(url) for (url,) in noted) == sorted(map(site.url, paths))
    assert world.rows("SELECT count(*) FROM documents") == [(2 * len(numbers),)]


def test_a_report_that_is_laid_out_anew_or_moved_is_a_new_version(world: World) -> None:
    site = world.site()
    site.put("/nb/", listed([report_row(1), report_row(2)]))
    put_reports(site, 1, 2)
    world.watch("demo", site.url("/nb/"))
    world.crawl("2026-02-03T02:00:00Z")
    site.put("/nb/t1.html", FRAME.format("示范市人民政府门户网站", "表：本年新收政府信息公开申请数量 0"))
    site.put("/nb/t2.html", "", 302, headers={"Location": "/new/t2.html"})
    site.put("/new/t2.html", report_page("示范市第2局2025年政府信息公开工作年度报告", "<p>更正</p>"))
    assert world.crawl("2026-02-11T02:00:00Z").summary["failed_documents"] == 0
    assert world.rows("SELECT count(*) FROM documents") == [(4,)]
