"""Web pages as they are: spans, hidden rows, character sets, hostile markup; and no wrong figure from any of them."""

from __future__ import annotations

import random
import re
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers import parse, sniff
from parsers.model import Unreadable
from parsers.readers import html
from parsers.readers.charset import decode
from tests.parsers.pages import form, read_page
from tests.parsers.samples import SAMPLES, Sample

PINGTAN = Sample(SAMPLES / "pingtan-2024")


def _rows(markup: str) -> list[list[str]]:
    (grid,) = html.read(markup.encode()).grids
    return [[cell.text for cell in row] for row in grid.rows]


def test_a_merged_cell_stands_at_every_place_it_covers() -> None:
    assert _rows("<table><tr><td rowspan=2 colspan=2>a<td>b<tr><td>c</table>") == [
        ["a", "a", "b"],
        ["a", "a", "c"],
    ]


@pytest.mark.parametrize("span", ["", "x", "-1", "2px", "1.9", "  2"])
def test_odd_spans_are_read_as_browsers_do(span: str) -> None:
    width = 2 if span.strip().startswith("2") else 1
    assert _rows(f"<table><tr><td colspan='{span}'>a</table>") == [["a"] * width]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=5), min_size=1, max_size=6)
)
def test_no_cell_is_lost_and_none_is_invented_whatever_the_spans(spans: list[list[tuple[int, int]]]) -> None:
    table = "".join(
        "<tr>" + "".join(f"<td rowspan={r} colspan={c}>{y}.{x}</td>" for x, (r, c) in enumerate(row))
        for y, row in enumerate(spans)
    )
    rows = _rows(f"<table>{table}</table>")
    own = [cell for y, row in enumerate(rows) for cell in dict.fromkeys(row) if cell.startswith(f"{y}.")]
    assert own == [f"{y}.{x}" for y, row in enumerate(spans) for x in range(len(row))]


def test_a_nested_table_is_a_table_of_its_own() -> None:
    outer, inner = html.read(b"<table><tr><td>a<table><tr><td>b</table>c</table>").grids
    assert [outer.rows[0][0].text, inner.rows[0][0].text] == ["a\nc", "b"]


def test_what_is_hidden_is_not_read() -> None:
    markup = "<table><tr><td style='display : none'>1<td>2<tr hidden><td>3</table><script>4</script><textarea>5</textarea>"
    assert _rows(markup) == [["2"]]
    assert html.read(markup.encode()).text == "2"


@pytest.mark.parametrize(
    "cell",
    [
        "12<span style='vertical-align:super'>1</span>",
        "12<span style='position:relative;top:-3.0pt'>1</span>",
        "12<span class=raised>1</span>",
        "<span style='text-decoration:line-through'>9</span>12",
        "12<small>1</small>",
        "<ruby>12<rt>1</rt></ruby>",
        "<details><summary>12</summary>1</details>",
        "1<img src=2.png>",
        "<bdo dir=rtl>21</bdo>",
        "<textarea>12</textarea>",
        "<select><option>12</select>",
        "<noscript>12</noscript>",
        "<iframe srcdoc=12></iframe>",
        "<script>document.write(12)</script>",
        "<table><tr><td>12</td></tr></table>",
        "〇",
        "O",
        "○",
    ],
)
def test_what_is_marked_or_shown_another_way_is_never_a_sure_figure(cell: str) -> None:
    css = "<style>.raised, p{vertical-align:super}</style>"
    (parsed,) = read_page(css + form({"disclosure.fees.amount": cell}))
    (figure,) = [f for f in parsed.figures if f.key == "disclosure.fees.amount"]
    assert figure.state == "unsure"


def test_a_whole_figure_set_a_little_higher_is_that_figure() -> None:
    cell = "<span style='position:relative;top:-1.0pt'>12</span>"
    (parsed,) = read_page(form({"disclosure.fees.amount": cell}))
    assert {f.key: f.value for f in parsed.figures}["disclosure.fees.amount"] == 12


@pytest.mark.parametrize(
    "hidden",
    [
        "<i class='a gone'>",
        "<i id=away>",
        "<i style='font-size:0px'>",
        "<i style='opacity:0'>",
        "<i style='left:-9999px;position:absolute'>",
    ],
)
def test_what_the_page_hides_by_its_styles_is_not_glued_to_a_figure(hidden: str) -> None:
    css = "<style>/* . */ @media print{.x{display:none}} .gone{display:none}\n#away, b{visibility:hidden}</style>"
    markup = css + f"<table><tr><td class=x>{hidden}7</i>文字<td>{hidden}7</i></table>"
    (grid,) = html.read(markup.encode()).grids
    assert [(cell.text, cell.closed) for cell in grid.rows[0]] == [("文字", True), ("", False)]


def test_a_hidden_copy_with_other_figures_does_not_count() -> None:
    stale = f"<div style='display:none'>{form({'disclosure.fees.amount': '9'})}</div>"
    (parsed,) = read_page(stale + form({"disclosure.fees.amount": "1"}))
    assert {f.key: f.value for f in parsed.figures}["disclosure.fees.amount"] == 1


def test_an_article_kept_in_a_textarea_is_read_if_there_is_no_other() -> None:
    escaped = form({"disclosure.fees.amount": "3"}).replace("<", "&lt;")
    (parsed,) = read_page(f"<textarea style='display:none'>{escaped}</textarea>")
    assert {f.key: f.value for f in parsed.figures}["disclosure.fees.amount"] == 3


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "gbk", "utf-8-sig", "utf-16"])
def test_a_page_is_read_in_its_true_character_set(charset: str) -> None:
    assert decode("<p>政府信息公开年报</p>".encode(charset)) == "<p>政府信息公开年报</p>"


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
def test_markup_of_two_bytes_a_character_needs_no_mark(charset: str) -> None:
    assert decode("<p>政府信息公开年报</p>".encode(charset)) == "<p>政府信息公开年报</p>"


def test_big5_is_read_where_it_is_declared_and_true() -> None:
    page = "<meta charset='big5'><p>政府資訊公開年度報告</p>"
    assert decode(page.encode("big5hkscs")) == page
    assert decode(page.encode()) == page
    assert "政府信息公开工作年度报告" in decode(
        "<meta charset=Big5>政府信息公开工作年度报告".encode("gb18030")
    )


def test_a_page_cut_in_a_character_is_still_utf8() -> None:
    body = ("政府信息公开" * 1000).encode()[:-1]
    assert decode(body).startswith("政府信息公开")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        ("<title>404</title><p>您访问的页面不存在".encode(), "error_page"),
        ("<p>请输入验证码后继续访问".encode(), "error_page"),
        (b"<html><body><script>location.href='/x'</script></body></html>", "empty"),
        (b"<table>" * 300, "too_large"),
        (b"<table><tr>" + b"<td rowspan=65534 colspan=1000>1" * 1000, "too_large"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 9, "truncated"),
        (b"\xff\xd8\xff\xe0", "truncated"),
        (b"PK\x03\x04........word/document.xml", "truncated"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "truncated"),
        (b"\x00\x01\x02\x03" * 9, "unsupported"),
    ],
)
def test_what_cannot_be_read_says_why(body: bytes, kind: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse(body, "text/html" if kind not in {"unsupported", "truncated"} else "")
    assert caught.value.kind == kind
    assert len(caught.value.message) > 20


def test_a_report_that_speaks_of_an_error_is_a_report() -> None:
    (parsed,) = read_page(form().replace("我局认真", "我局开展系统维护，404页面不存在的问题已解决，认真"))
    assert len(parsed.figures) == 200


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"%PDF-1.7", "application/pdf"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html>", "text/html"),
        ("政府信息公开工作年度报告".encode(), "text/plain"),
        ("政府信息公开工作年度报告".encode("gbk"), "text/plain"),
        (b"PK\x03\x04 xl/workbook.xml", "application/zip"),
        (b"\x00\x01\x02\x03", "application/octet-stream"),
    ],
)
def test_bytes_say_what_they_are(body: bytes, media_type: str) -> None:
    assert sniff(body) == media_type


@pytest.mark.parametrize(
    "markup",
    [
        "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><p>&a;</p>",
        "<?xml version='1.0' encoding='gbk'?><p>a</p>",
        "<p>a\x00b</p>",
    ],
)
def test_entities_declarations_and_nulls_do_no_harm(markup: str) -> None:
    assert "root:" not in html.read(markup.encode()).text


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with suppress(Unreadable):
        assert parse(body, "text/html") == ()


def _drop_cell(markup: str, dice: random.Random) -> str:
    cells = list(re.finditer(r"<td\b.*?</td>", markup, re.DOTALL))
    cell = dice.choice(cells)
    return markup[: cell.start()] + markup[cell.end() :]


def _double_cell(markup: str, dice: random.Random) -> str:
    cell = dice.choice(list(re.finditer(r"<td\b.*?</td>", markup, re.DOTALL)))
    return markup[: cell.end()] + cell[0] + markup[cell.end() :]


def _change_span(markup: str, dice: random.Random) -> str:
    cell = dice.choice(list(re.finditer(r"<td\b", markup)))
    return f"{markup[: cell.end()]} {dice.choice(['rowspan', 'colspan'])}={dice.randint(0, 4)}{markup[cell.end() :]}"


def _drop_tag(markup: str, dice: random.Random) -> str:
    tag = dice.choice(list(re.finditer(r"</?t[rd]\b[^>]*>", markup)))
    return markup[: tag.start()] + markup[tag.end() :]


def _drop_row(markup: str, dice: random.Random) -> str:
    row = dice.choice(list(re.finditer(r"<tr\b.*?</tr>", markup, re.DOTALL)))
    return markup[: row.start()] + markup[row.end() :]


DAMAGES = (_drop_cell, _double_cell, _change_span, _drop_tag, _drop_row)


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(DAMAGES), st.integers(0, 10**6))
def test_damaged_tables_give_right_figures_or_unsure_ones(damage: object, seed: int) -> None:
    assert callable(damage)
    markup = damage(PINGTAN.body.decode(), random.Random(seed))  # noqa: S311 - repeatable damage, no secret
    for parsed in parse(markup.encode(), "text/html"):
        for figure in parsed.figures:
            assert figure.state == "unsure" or figure.value == PINGTAN.expected["figures"].get(figure.key), (
                figure
            )
