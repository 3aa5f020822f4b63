"""Pages that only lead on: followed where it is certain where to, blind where it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.shells import shell_target
from crawler.text import decode, suspect
from tests.portal.server import listed, report_row

if TYPE_CHECKING:
    from tests.crawler.conftest import World

URL = "http://www.example.gov.cn/nb/"


@pytest.mark.parametrize(
    "head",
    [
        '<meta http-equiv="refresh" content="0;url=list.html">',
        "<META HTTP-EQUIV=Refresh CONTENT='0; URL=list.html'>",
        '<meta content="0; url=list.html" http-equiv="refresh">',
        "<meta name=x content='3,URL=list.html' data-x=1 http-equiv='Refresh' />",
        "<script>location.replace('list.html')</script>",
        '<script>window.location.href = "list.html";</script>',
        "<script>top.location='list.html'</script>",
        "<script>document.location.assign( 'list.html' )</script>",
        '<iframe width="100%" src="list.html"></iframe>',
    ],
)
def test_a_shell_leads_on(head: str) -> None:
    assert shell_target(URL, f"<html><head>{head}</head><body></body></html>") == URL + "list.html"


UNCERTAIN = {
    "a variable": "var url = 'li' + 'st.html'; location.href = url;",
    "a sum": "window.location = '/nb/' + new Date().getFullYear() + '/';",
    "a function": "location.replace(where());",
}


@pytest.mark.parametrize("script", UNCERTAIN.values(), ids=UNCERTAIN)
def test_where_a_script_leads_is_not_guessed(script: str, world: World) -> None:
    page = f"<html><head></head><body><script>{script}</script></body></html>"
    assert shell_target(URL, page) is None
    site = world.site()
    site.put("/nb/", page)
    world.watch("demo", site.url("/nb/"))
    assert world.crawl().kinds == {"demo": "js_shell"}


LIST = listed([report_row(1), report_row(2)]).replace("示范", "镕囧示范")
WRITTEN = {
    "gbk, said to be utf-8": (LIST.encode("gb18030"), "text/html; charset=utf-8"),
    "utf-8, said to be gbk": (LIST.encode(), "text/html; charset=gbk"),
    "gb18030, said to be gb2312": (LIST.encode("gb18030"), "text/html; charset=gb2312"),
    "gbk, said nowhere": (LIST.encode("gb18030"), "text/html"),
    "utf-8 with a mark": (b"\xef\xbb\xbf" + LIST.encode(), "text/html; charset=iso-8859-1"),
    "utf-16 with a mark": (LIST.encode("utf-16"), "text/html"),
    "big5": (LIST.replace("镕囧", "").translate(str.maketrans("报开关众务层级组织栏", "報開關眾務層級組織欄")).encode("big5", "ignore"), "text/html; charset=big5"),
}  # fmt: skip


@pytest.mark.parametrize("written", WRITTEN)
def test_a_list_is_read_whatever_it_says_of_its_encoding(written: str) -> None:
    body, media_type = WRITTEN[written]
    text = decode(body, media_type)
    assert not suspect(text)
    assert "2025年政府信息公" in text


def test_session_ids_make_no_second_report(world: World) -> None:
    site = world.site()
    rows = [
        f"t1.html;jsessionid={word}?x=1&PHPSESSID={word}|{report_row(1).partition('|')[2]}"
        for word in ("A1", "B2")
    ]
    site.put("/nb/", listed([rows[0]]))
    site.put("/nb/", listed([rows[1]]), then=True)
    world.watch("demo", site.url("/nb/"), min_interval=0.01)
    world.crawl()
    world.crawl("2026-02-05T02:00:00Z")
    assert world.rows("SELECT DISTINCT url FROM links") == [(site.url("/nb/t1.html?x=1"),)]
