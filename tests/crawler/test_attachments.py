"""Files hang on pages in every way, under every name and type: each is found, and kept as what its bytes are."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from parsers import sniff
from reportwatch.portal.story import REAL_PDF
from tests.crawler.conftest import NOW
from tests.portal.server import HTML, listed, report_page, report_row

if TYPE_CHECKING:
    from tests.crawler.conftest import World
    from tests.portal.server import Site

PDF = REAL_PDF.read_bytes()


def _docx() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", "<document/>")
    return file.getvalue()


DOCX = _docx()
NAME = "示范市2025年政府信息公开工作年度报告.pdf"
# How a page leads to a file, and the address that must be asked for.
WAYS = {
    "VSB": ("/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1&wbfileid=5", '<a href="{0}">附件1</a>'),
    "VSB script": ("/__local/A/BC/DE.pdf", '<script>showVsbpdfIframe("{0}","100%","600","0","","",0)</script>'),
    "Anhui": ("/OpennessContent/download/123.html", '<a href="{0}">年度报告</a>'),
    "Hanweb": ("/module/download/downfile.jsp?classid=0&filename=0a1b2c.pdf", '<a href="{0}">年度报告</a>'),
    "JPaaS": (
        "/api-gateway/jpaas-web-server/front/document/file-download?fileUrl=%2Fa%2Fb.pdf&fileName=b.pdf",
        '<a href="{0}">年度报告</a>',
    ),
    "Webplus": ("/_upload/article/files/0a/1b/2c/3d-4e.pdf", '<div class="wp_pdf_player" pdfsrc="{0}"></div>'),
    "pdf.js": ("/f/shown.pdf", '<iframe src="/pdfjs/web/viewer.html?file=/f/shown.pdf"></iframe>'),
    "pdf.js coded": (
        "/system/_content/download.jsp?wbfileid=6",
        '<iframe src="/pdfjs/web/viewer.html?file=%2Fsystem%2F_content%2Fdownload.jsp%3Fwbfileid%3D6"></iframe>',
    ),
    "window.open": ("/f/opened.pdf", "<a href=\"#\" onclick=\"window.open('{0}')\">年度报告</a>"),
    "a span that opens": ("/f/span.pdf", "<span onclick=\"window.open('{0}')\">年度报告</span>"),
    "javascript:": ("/f/script.pdf", "<a href=\"javascript:openFile('{0}')\">年度报告</a>"),
    "iframe": ("/f/framed.pdf", '<iframe src="{0}"></iframe>'),
    "embed": ("/f/embedded.pdf", '<embed src="{0}">'),
    "object": ("/f/object.pdf", '<object data="{0}"></object>'),
    "no extension, named": ("/getit?id=5", f'<a href="{{0}}">{NAME}</a>'),
    "no extension, 附件": ("/files/5f3a", '<a href="{0}">附件：年度报告</a>'),
    "gkmlpt": ("/attachment/0/5/1.bin", '<script>window._CONFIG = {{"DETAIL":{{"attachment":[{{"url":"{0}","name":"a"}}]}}}};</script>'),
    "upper case": ("/f/REPORT.PDF", '<a href="{0}">年度报告</a>'),
    "a blank in it": ("/f/a%20b.pdf", '<a href="/f/a b.pdf">年度报告</a>'),
}  # fmt: skip


def with_page(world: World, page: str) -> Site:
    site = world.site()
    site.put("/nb/", listed([report_row(1)]))
    site.put("/nb/t1.html", page)
    world.watch("demo", site.url("/nb/"))
    return site


def files(world: World) -> list[tuple[object, ...]]:
    return world.rows("SELECT url, media_type, title FROM documents WHERE parent IS NOT NULL ORDER BY id")


def test_a_file_is_fetched_however_the_page_leads_to_it_and_whatever_it_is_called(world: World) -> None:
    site = with_page(world, report_page(more="".join(markup.format(path) for path, markup in WAYS.values())))
    for path, _ in WAYS.values():
        site.put(path, PDF, media_type="text/html")
    world.crawl(NOW)
    found = {str(url).removeprefix(site.url("")).replace(" ", "%20") for url, _, _ in files(world)}
    assert found == {path for path, _ in WAYS.values()}
    assert {kind for _, kind, _ in files(world)} == {"application/pdf"}


@pytest.mark.parametrize(
    ("body", "said"), [(PDF, "image/jpeg"), (DOCX, "application/pdf"), (PDF, "text/html")]
)
def test_a_file_is_kept_as_what_its_bytes_are(world: World, body: bytes, said: str) -> None:
    site = with_page(world, report_page(more='<a href="/f/a.doc">年度报告</a>'))
    site.put("/f/a.doc", body, media_type=said)
    world.crawl(NOW)
    assert [kind for _, kind, _ in files(world)] == [sniff(body)]


@pytest.mark.parametrize(
    "beside",
    [
        '<div><iframe src="/nb/P1.pdf"></iframe></div>',
        '<ul><li><a href="P1.pdf">年度报告全文</a></li></ul>',
        '<p><a href="/nb/P1.pdf">附件：年度报告</a></p>',
    ],
)
def test_a_file_outside_an_article_that_has_none_is_found(world: World, beside: str) -> None:
    page = report_page().replace("</body>", f'<a href="/menu/other.pdf">指南</a>{beside}</body>')
    site = with_page(world, page)
    site.put("/nb/P1.pdf", PDF)
    world.crawl(NOW)
    assert [url for url, _, _ in files(world)] == [site.url("/nb/P1.pdf")]


def latin(raw: bytes) -> str:
    return raw.decode("latin-1")


NAMES = {
    "GBK": (latin("attachment; filename=年报.pdf".encode("gbk")), "年报.pdf"),
    "GBK in quotes": (latin('attachment; filename="年报 一.pdf"'.encode("gbk")), "年报 一.pdf"),
    "UTF-8": (latin('attachment; filename="年报.pdf"'.encode()), "年报.pdf"),
    "percent": ("attachment;filename=%E5%B9%B4%E6%8A%A5.pdf", "年报.pdf"),
    "percent GBK": ("attachment;filename=%C4%EA%B1%A8.pdf", "年报.pdf"),
    "RFC 5987": ("attachment; filename*=UTF-8''%E5%B9%B4%E6%8A%A5.pdf", "年报.pdf"),
    "RFC 5987 beside another": ("attachment; filename=\"x.pdf\"; filename*=utf-8''%E5%B9%B4%E6%8A%A5.pdf", "年报.pdf"),
    "RFC 2047": ("attachment; filename=\"=?UTF-8?B?5bm05oqlLnBkZg==?=\"", "年报.pdf"),
    "up": ('attachment; filename="../../x"', "../../x"),
    "up on Windows": (r'attachment; filename="a\..\b.pdf"', r"a\..\b.pdf"),
    "absolute": ('attachment; filename="/etc/passwd"', "/etc/passwd"),
    "a device": ("attachment; filename=CON", "CON"),
    "NUL": ("attachment; filename=a%00b.pdf", "ab.pdf"),
    "right to left": ("attachment; filename=a%E2%80%AEfdp.exe", "afdp.exe"),
    "long": (f"attachment; filename={'n' * 300}.pdf", "n" * 200),
    "none": ("inline", None),
}  # fmt: skip


def test_names_are_only_text_and_never_paths(world: World) -> None:
    site = with_page(
        world, report_page(more="".join(f'<embed src="/f/{place}.pdf">' for place in range(len(NAMES))))
    )
    for place, (header, _) in enumerate(NAMES.values()):
        body = PDF + b"\n" * place  # other bytes, other file
        site.put(f"/f/{place}.pdf", body, headers={"Content-Disposition": header})
    world.crawl(NOW)
    assert [title for _, _, title in files(world)] == [name for _, name in NAMES.values()]
    made = {path.relative_to(world.state).parts[0] for path in world.state.rglob("*") if path.is_file()}
    assert made <= {"raw", "reports.db", "reports.db-wal", "reports.db-shm", "crawl.lock"}
    assert all(
        path.name == path.name.lower() and len(path.name) == 64 for path in world.state.glob("raw/*/*")
    )


def test_the_page_s_own_names_for_files_are_only_text_too(world: World) -> None:
    hostile = f'<a href="/f/a.pdf" title="../../a\\..\\b\u202e{"长" * 300}">x</a>'
    site = with_page(world, report_page(more=hostile))
    site.put("/f/a.pdf", PDF, media_type=HTML)
    world.crawl(NOW)
    [(_, _, title)] = files(world)
    assert str(title).startswith("../../a\\..\\b长")
    assert len(str(title)) == 200
    assert str(title).isprintable()


def test_a_captcha_in_the_place_of_a_file_is_not_kept(world: World) -> None:
    site = with_page(world, report_page(more='<a href="/system/_content/download.jsp?wbfileid=1">附件</a>'))
    site.put(
        "/system/_content/download.jsp?wbfileid=1", "<html><body>请输入验证码后下载 <input></body></html>"
    )
    world.crawl(NOW)
    assert files(world) == []
    assert world.rows("SELECT kind FROM captures WHERE url LIKE '%download.jsp%'") == [("failed",)]
