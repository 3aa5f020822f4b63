"""A page and the pictures that it shows are read as one; what nobody could fetch is unknown, never missing."""

from __future__ import annotations

import io
from contextlib import suppress
from functools import cache

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from parsers import may_be_a_page, page_pictures, parse, sniff, together
from parsers.model import Finding, Unreadable
from parsers.picture_size import size_of
from parsers.readers.html_pictures import shown
from tests.parsers.samples import SAMPLES

PRINTED = SAMPLES / "made-l00-zhoukou2022" / "body.pdf"
TITLE = "周口市2022年政府信息公开工作年度报告"
SECTIONS = ("一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况",
            "四、政府信息公开行政复议、行政诉讼情况", "五、存在的主要问题及改进情况", "六、其他需要报告的事项")  # fmt: skip


@cache
def tables() -> tuple[bytes, bytes]:
    """The two pages that hold the three tables, as pictures."""
    document = pypdfium2.PdfDocument(PRINTED)
    made = []
    for number in (4, 5):
        file = io.BytesIO()
        document[number].render(scale=150 / 72, grayscale=True).to_pil().save(file, "JPEG", quality=75)
        made.append(file.getvalue())
    document.close()
    return made[0], made[1]


def page(after: dict[int, str], container: str = "TRS_Editor") -> bytes:
    """A report whose words are in the page, with markup after some of its sections."""
    words = "".join(
        f"<p>{title}</p><p>{'本年度依法公开政府信息，办理各项申请。' * 4}</p>{after.get(number, '')}"
        for number, title in enumerate(SECTIONS, 1)
    )
    return f"<html><head><title>{TITLE}</title></head><body><div class='{container}'><h1>{TITLE}</h1>{words}</div></body></html>".encode()


def findings(body: bytes) -> dict[str, Finding]:
    [report] = parse(body, "")
    return {finding.rule: finding for finding in report.findings}


LINKED = {2: "<p><img src='1.jpg'></p>", 4: "<p><img src='2.jpg'></p>"}


def test_tables_in_pictures_stand_among_the_words_of_their_page() -> None:
    first, second = tables()
    [report] = parse(together(page(LINKED), {"1.jpg": first, "2.jpg": second}), "")
    assert len(report.figures) == 200
    assert [section.key for section in report.sections] == list("123456")
    assert {finding.rule for finding in report.findings if finding.level != "info"} <= {"titles"}
    assert {figure.origin.page for figure in report.figures} == {1, 2}


def test_a_page_whose_tables_are_pictures_that_nobody_fetched_lacks_no_section() -> None:
    told = findings(page(LINKED))["sections"]
    assert (told.kind, told.level) == ("unsure", "warning")
    assert "1.jpg, 2.jpg" in told.message
    told = findings(together(page(LINKED), {"1.jpg": None, "2.jpg": None}))["sections"]
    assert (told.kind, told.level) == ("unsure", "warning")


def test_a_page_without_tables_whose_pictures_are_icons_lacks_them() -> None:
    assert findings(together(page(LINKED), {}))["sections"].kind == "form"
    assert findings(page({}))["sections"].kind == "form"


def test_a_page_that_speaks_of_a_pdf_is_no_pdf() -> None:
    assert sniff(together(b"<html>%PDF-", {})) == "multipart/related"


def test_a_picture_that_the_page_hides_is_not_read() -> None:
    hidden = page({2: "<p style='display:none'><img src='1.jpg'></p>"})
    assert shown(together(hidden, {"1.jpg": tables()[0]})).pictures == ()


def test_the_same_bytes_under_two_addresses_are_read_once() -> None:
    twice = page({2: "<img src='1.jpg'><img src='again.jpg'>"})
    first = tables()[0]
    assert [one.name for one in shown(together(twice, {"1.jpg": first, "again.jpg": first})).pictures] == [
        "1.jpg"
    ]


@pytest.mark.parametrize(
    "address", ["./图 一.jpg", "a b.jpg?x=1&y=2", "/%E5%9B%BE.jpg", "http://a.gov.cn/1.jpg", "x" * 3000]
)
def test_a_picture_is_found_by_its_address_as_written(address: str) -> None:
    markup = page({2: f'<img src="{address.replace("&", "&amp;")}">'})
    assert page_pictures(markup) == (address,)
    assert len(shown(together(markup, {address: tables()[0]})).pictures) == 1


@pytest.mark.parametrize(
    ("markup", "addresses"),
    [
        ('<img src="/grey.gif" data-original="1.jpg">', ("1.jpg",)),
        ('<a href="large.JPG"><img src="small.jpg"></a>', ("large.JPG",)),
        ('<a href="1.jpg">第一页</a><a href="2.pdf">x</a>', ("1.jpg",)),
        ('<img src="1.jpg"><img src="1.jpg">', ("1.jpg",)),
        ('<img src="data:image/png;base64,AAAA">', ()),
        ("<img>", ()),
    ],
)
def test_what_a_page_shows_is_what_it_would_load(markup: str, addresses: tuple[str, ...]) -> None:
    assert page_pictures(page({1: markup})) == addresses


def test_pictures_beside_the_article_are_none_of_its_own() -> None:
    beside = page({}).replace(b"</body>", b"<img src='banner.jpg'></body>")
    assert page_pictures(beside) == ()


def test_where_no_article_is_known_the_pictures_of_the_frame_are_left() -> None:
    frame = "<div class='header-box'><img src='logo.png'></div><a href='/'><img src='home.png'></a>"
    body = f"<html><body>{frame}<div class='xl'><img src='1.jpg'></div><footer><img src='x.png'></footer></body></html>"
    assert page_pictures(body.encode()) == ("1.jpg",)
    tables = "<p>一、本年新收政府信息公开申请数量 0</p><p>未经复议直接起诉 0</p>"
    told = page({1: "<img src='1.jpg'>", 3: tables}, container="xl")
    assert page_pictures(told) == ()  # its words are the whole report


def test_tables_in_pictures_of_a_page_of_an_unknown_system_are_fetched_and_never_missing() -> None:
    body = page({**LINKED, 6: "<footer><img src='x.png'></footer>"}, container="xl")
    assert page_pictures(body) == ("1.jpg", "2.jpg")
    told = findings(body)["sections"]
    assert (told.kind, told.level) == ("unsure", "warning")
    assert "1.jpg, 2.jpg" in told.message
    assert findings(page({}, container="xl"))["sections"].kind == "form"
    first, second = tables()
    [report] = parse(together(body, {"1.jpg": first, "2.jpg": second}), "")
    assert len(report.figures) == 200


def test_a_page_of_pictures_none_of_which_was_had_is_incomplete() -> None:
    body = f"<html><body><div id='zoom'><h1>{TITLE}</h1><img src='1.jpg'></div></body></html>".encode()
    for asked in (body, together(body, {"1.jpg": None})):
        with pytest.raises(Unreadable) as refused:
            parse(asked, "")
        assert refused.value.kind == "incomplete"


def test_a_gap_between_pictures_joins_no_table() -> None:
    first, second = tables()
    three = page({2: "<img src='1.jpg'><img src='gone.jpg'><img src='2.jpg'>"})
    [report] = parse(together(three, {"1.jpg": first, "gone.jpg": None, "2.jpg": second}), "")
    assert {figure.origin.page for figure in report.figures} == {1, 3}
    assert "gone.jpg" in {finding.rule: finding for finding in report.findings}["pictures"].message


FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("size", "large"), [((400, 400), True), ((800, 210), True), ((1000, 150), False), ((90, 90), False)]
)
def test_the_size_of_a_picture_is_told_by_its_heading(form: str, size: tuple[int, int], large: bool) -> None:
    file = io.BytesIO()
    Image.new("RGB", size, "white").save(file, form)
    assert size_of(file.getvalue()) == size
    assert may_be_a_page(file.getvalue()) is large
    assert size_of(file.getvalue()[:7]) is None


def test_webp_without_loss_and_with_transparency_has_a_size() -> None:
    for mode, lossless in (("RGB", True), ("RGBA", False)):
        file = io.BytesIO()
        Image.new(mode, (640, 480)).save(file, "WEBP", lossless=lossless)
        assert size_of(file.getvalue()) == (640, 480)


@given(
    st.sampled_from(
        [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"BM", b"II*\x00", b"MM\x00*", b"RIFF1234WEBPVP8"]
    ),
    st.binary(),
)
def test_damaged_pictures_have_no_size_or_some(magic: bytes, rest: bytes) -> None:
    size = size_of(magic + rest)
    assert size is None or min(size) > 0


@given(st.binary(), st.dictionaries(st.text(min_size=1), st.none() | st.binary()))
def test_a_page_with_anything_beside_it_is_one_file_that_opens(
    body: bytes, pictures: dict[str, bytes | None]
) -> None:
    made = together(b"<html>" + body, pictures)
    assert sniff(made) == "multipart/related"
    with suppress(Unreadable):
        parse(made, "")
