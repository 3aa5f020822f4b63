"""Saved pages of strangers as pictures: nothing in them runs, and nothing that they ask for is fetched."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from reportwatch.dossier.browser import HIGHEST, WIDTH, Saved, lacking, pdf_of, pictures_of
from tests.crawler.test_render import WAYS_OUT, Trap

pytestmark = pytest.mark.skipif(lacking() is not None, reason="Chromium is not here")
RED = (255, 0, 0)


def page(body: str) -> Saved:
    text = (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'></head><body style='margin:0'>{body}</body></html>"
    )
    return Saved("http://www.zhoukou.gov.cn/list/", text.encode(), "text/html; charset=utf-8")


def image_of(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def test_scripts_do_not_run() -> None:
    script = "<div id=d style='width:500px;height:300px;background:#fff'></div><script>document.getElementById('d').style.background='#f00'</script><img src=x onerror=\"document.body.style.background='#f00'\">"
    (made,), version = pictures_of([page(script)])
    assert not made.why_not
    assert version.startswith("Chromium ")
    assert image_of(made.body).getpixel((100, 100)) == (254, 254, 254)  # white, as few colours have it


def test_a_page_reaches_nobody() -> None:
    trap = Trap()
    try:
        url = f"http://127.0.0.1:{trap.port}/x"
        tries = "".join(
            f"<script>{way.format(url=url, port=trap.port)}</script>" for way in WAYS_OUT.values()
        )
        tries += (
            f"<img src='{url}'><iframe src='{url}'></iframe><object data='{url}'></object><embed src='{url}'>"
            f"<video src='{url}' autoplay></video><link rel=stylesheet href='{url}'><link rel=prefetch href='{url}'>"
            f"<link rel=preconnect href='{url}'><style>@import '{url}'; body {{ background: url({url}) }}"
            f"@font-face {{ font-family: x; src: url({url}) }} p {{ font-family: x }}</style><p>x</p>"
            f"<meta http-equiv=refresh content='0;url={url}'><svg><image href='{url}'/></svg>"
        )
        (made,), _ = pictures_of([page(f"<p>政府信息公开</p>{tries}")])
        assert not made.why_not
        assert trap.reached == []
    finally:
        trap.close()


def test_a_file_of_this_machine_is_not_shown() -> None:
    frame = "<iframe src='file:///etc/passwd' style='width:900px;height:400px;border:0'></iframe>"
    (with_frame,), _ = pictures_of([page(frame)])
    (with_nothing,), _ = pictures_of([page(frame.replace("/etc/passwd", "/etc/nothing-there"))])
    assert with_frame.body == with_nothing.body


def test_a_long_page_is_cut_and_that_is_known() -> None:
    (made,), _ = pictures_of([page("<div style='height:9000px'>x</div>")])
    assert image_of(made.body).size == (WIDTH, HIGHEST)
    assert made.cut == 9000 - HIGHEST


def test_what_moves_gives_the_same_picture() -> None:
    moving = page("<marquee>通知公告</marquee><style>@keyframes a { to { margin-left: 300px } } p { animation: a 1s infinite }</style><p>x</p>")  # fmt: skip
    assert pictures_of([moving])[0][0].body == pictures_of([moving])[0][0].body


def test_each_page_is_by_itself_and_one_that_cannot_be_shown_harms_no_other() -> None:
    red = page("<div style='width:900px;height:300px;background:#f00'></div>")
    broken = Saved("http://www.zhoukou.gov.cn/list/", b"%PDF-1.4 x", "application/octet-stream")
    (first, second, third), _ = pictures_of([red, broken, red])
    assert image_of(first.body).getpixel((50, 50)) == RED
    assert second.why_not
    assert third.body == first.body


def test_the_encoding_of_the_page_is_kept() -> None:
    text = (
        "<html><head><meta charset=gbk></head><body><p style='font-size:40px'>政府信息公开</p></body></html>"
    )
    url = "http://www.zhoukou.gov.cn/list/"
    (one, other), _ = pictures_of(
        [
            Saved(url, text.encode("gbk"), "text/html"),
            Saved(url, text.replace("gbk", "utf-8").encode(), "text/html"),
        ]
    )
    assert one.body == other.body


def test_a_pdf_of_the_same_page_and_moment_is_the_same() -> None:
    text = "<!DOCTYPE html><html><body><h1>政府信息公开</h1></body></html>"
    first, second = (pdf_of(text, "2026-02-01T00:00:00Z") for _ in range(2))
    assert first == second
    assert first.startswith(b"%PDF")
    assert b"D:20260201000000" in first
