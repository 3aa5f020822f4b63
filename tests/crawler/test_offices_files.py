"""Files without an ending behind the articles of five CMSs: found, kept, and never a captcha in their place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.portal.corner import Listed
from tests.portal.corners import openness, vsb, webplus
from tests.portal.server import HTML, Reply

if TYPE_CHECKING:
    from tests.crawler.conftest import World
    from tests.portal.server import Asked, Site

REPORTS = [
    Listed(1000, "示范区2025年政府信息公开工作年度报告", "2026-03-20"),
    Listed(1001, "示范区2024年政府信息公开工作年度报告", "2025-03-21"),
]
PDF = b"%PDF-1.4\n%fake\n" + b"0" * 3000 + b"\nstartxref\n9\n%%EOF\n"
WHOLE = f"<p>本报告由示范区人民政府编制。{'公开' * 80}</p>"
CODE = """<html><head><title>附件下载</title></head><body><form method="post"><table><tr><td>验证码：</td>
<td><input type="text" name="codeValue"><img src="createimage.jsp"></td></tr></table><input type="submit" value="确定">
</form></body></html>"""
DOWNLOAD = "/system/_content/download.jsp"


def attached(number: int) -> str:
    """How VSB prints a file: behind the article, not in it."""
    href = f"{DOWNLOAD}?urltype=news.DownloadAttachUrl&amp;owner=1404874179&amp;wbfileid={number}&amp;deal=1"
    return (
        f'<ul style="list-style-type:none;"><li>附件【<a href="{href}" target="_blank">{number}年报.pdf</a>】已下载'
        f'<span id="nattach{number}"></span>次</li></ul>'
    )


def page_of(title: str, inside: str, behind: str = "") -> str:
    return (
        f'<html><head><title>{title}</title><META Name="ArticleTitle" Content="{title}"><META Name="PubDate" '
        f'Content="2026-03-20"></head><body><div class="nav"><a href="/index.htm">首页</a></div>{inside}{behind}</body></html>'
    )


def a_vsb_site(world: World) -> Site:
    site = world.site()
    made = vsb.build(site, REPORTS)
    for report in REPORTS:
        body = f'<div id="vsb_content"><div class="v_news_content">{WHOLE}</div></div>'
        site.put(f"/info/1331/{report.number}.htm", page_of(report.title, body, attached(report.number)))
    world.watch("demo", site.url(made.path), made.family, hosts=[site.host])
    return site


def a_file(asked: Asked) -> Reply:
    number = asked.parameters["wbfileid"].encode()
    name = f"attachment;filename={number.decode()}.pdf"
    return Reply(PDF + number, 200, {"Content-Type": "application/octet-stream", "Content-Disposition": name})


def kept(world: World) -> set[tuple[object, ...]]:
    return set(world.rows("SELECT media_type, title FROM documents WHERE parent IS NOT NULL"))


def test_vsb_files_behind_the_article_are_kept(world: World) -> None:
    site = a_vsb_site(world)
    site.serve(DOWNLOAD, a_file)
    assert world.crawl().summary["visits"] == {"good": 1}
    assert kept(world) == {("application/pdf", "1000年报.pdf"), ("application/pdf", "1001年报.pdf")}


def test_a_captcha_for_the_second_download_is_never_kept_as_the_file(world: World) -> None:
    site, given = a_vsb_site(world), list[str]()

    def once(asked: Asked) -> Reply:
        given.append(asked.path)
        return a_file(asked) if len(given) == 1 else Reply(CODE.encode(), 200, {"Content-Type": HTML})

    site.serve(DOWNLOAD, once)
    crawled = world.crawl()
    assert crawled.summary["visits"] == {"good": 1}
    assert [media_type for media_type, _ in kept(world)] == ["application/pdf"]
    assert not world.rows("SELECT 1 FROM documents WHERE title LIKE '附件下载%'")
    failed = world.rows("SELECT note FROM captures WHERE kind = 'failed'")
    assert len(failed) == 1
    assert "captcha" in str(failed[0][0])


@pytest.mark.parametrize("first", [True, False])
def test_a_file_once_had_is_not_replaced_by_a_captcha(first: bool, world: World) -> None:
    site = a_vsb_site(world)
    site.serve(DOWNLOAD, a_file)
    world.crawl()
    before = kept(world)
    site.serve(DOWNLOAD, lambda _: Reply(CODE.encode(), 200 if first else 403, {"Content-Type": HTML}))
    world.crawl("2026-02-11T02:00:00Z")
    assert kept(world) == before


def test_the_pdf_in_a_player_of_webplus_is_kept(world: World) -> None:
    site = world.site()
    made = webplus.build(site, REPORTS[:1])
    path = "/_upload/article/files/aa/bb/c44a5b/1f9c2d11-77aa"
    player = f'<div class="wp_articlecontent"><p><div class="wp_pdf_player" pdfsrc="{path}" sudy-wp-player></div></p></div>'
    article = f"/2026/0120/c1742a{REPORTS[0].number}/page.htm"
    site.put(article, page_of(REPORTS[0].title, player, f"<div>{WHOLE}</div>"))
    site.put(path, PDF, media_type="application/octet-stream")
    world.watch("demo", site.url(made.path), made.family, hosts=[site.host])
    assert world.crawl().summary["visits"] == {"good": 1}
    assert [media_type for media_type, _ in kept(world)] == ["application/pdf"]


@pytest.mark.parametrize("body", ["g-detailbox", "j-fontContent", "article-content"])
def test_a_download_of_openness_without_an_ending_is_kept(body: str, world: World) -> None:
    site = world.site()
    made = openness.build(site, REPORTS[:1])
    behind = (
        '<div class="m-file-download"><a href="/OpennessContent/download/2277958.html">2025年年报</a></div>'
    )
    article = f"/XxgkContent/show/{REPORTS[0].number}.html"
    site.put(article, page_of(REPORTS[0].title, f'<div class="{body}">{WHOLE}</div>', behind))
    site.put("/OpennessContent/download/2277958.html", PDF, media_type="application/octet-stream")
    world.watch("demo", site.url(made.path), made.family, hosts=[site.host])
    assert world.crawl().summary["visits"] == {"good": 1}
    assert kept(world) == {("application/pdf", "2025年年报")}
