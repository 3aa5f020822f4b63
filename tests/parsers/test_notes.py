from __future__ import annotations

import pytest

from parsers.model import Note
from parsers.notes import notes
from tests.parsers.pages import form, read_page

END = "六、其他需要报告的事项\n无\n"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024年1月25日", "2024-01-25"),
        ("  2024 年 1 月 5 日 ", "2024-01-05"),
        ("二〇二四年一月二十五日", "2024-01-25"),
        ("二○二四年十月三十一日", "2024-10-31"),
        ("二零二四年十二月十日", "2024-12-10"),
    ],
)
def test_the_signed_day_is_the_last_line_that_is_a_date(text: str, day: str) -> None:
    assert notes(f"{END}{text}\n") == (Note("dated", text.strip(), day),)


@pytest.mark.parametrize("text", ["2024年2月30日", "截至2024年1月25日，本机关未收到申请。", "2023年"])
def test_no_day_of_the_calendar_and_no_sentence_is_a_signature(text: str) -> None:
    assert notes(f"{END}{text}\n") == ()


@pytest.mark.parametrize(
    "text",
    ["周口市财政局\n2024年1月25日", "  周口市财政局  2024年1月25日", "周口市财政局\n\n2024年1月25日\n"],
)
def test_a_bodys_name_beside_the_day_is_its_signature(text: str) -> None:
    assert notes(END + text) == (
        Note("signature", "周口市财政局"),
        Note("dated", "2024年1月25日", "2024-01-25"),
    )


def test_the_line_above_the_day_is_no_signature_if_it_names_no_body() -> None:
    assert notes(f"{END}本年度没有其他事项。\n2024年1月25日") == (
        Note("dated", "2024年1月25日", "2024-01-25"),
    )


def test_the_publishers_name_alone_on_the_last_line_signs() -> None:
    assert notes(f"{END}周口市财政局", "周口市财政局") == (Note("signature", "周口市财政局"),)
    assert notes(f"{END}周口市财政局", "周口市审计局") == ()


def test_footnotes_keep_the_lines_they_were_broken_over() -> None:
    text = "注：1.本表不含\n乡镇数据。\n* 含上年结转。\n二、主动公开政府信息情况\n注册登记"
    assert [(note.kind, note.text) for note in notes(text)] == [
        ("footnote", "注：1.本表不含乡镇数据。"),
        ("footnote", "* 含上年结转。"),
    ]


def test_attachments_are_named_one_by_one() -> None:
    text = "附件：1.情况统计表.xlsx\n2.说明.docx\n3. 附图\n五、存在的主要问题"
    assert [note.value for note in notes(text)] == ["情况统计表.xlsx", "说明.docx", "附图"]
    assert [note.value for note in notes("附件1：统计表\n附件2：说明")] == ["统计表", "说明"]
    assert [note.value for note in notes("附件：\n\n统计表.pdf\n")] == ["统计表.pdf"]
    assert notes("附件下载\n附近的居民：你好") == ()


def test_contacts_are_taken_from_a_sentence_field_by_field() -> None:
    text = "如有疑问请联系（地址：周口市文昌大道1号；邮编：466000，联系电话：0394-8222222）。"
    assert [(note.kind, note.value) for note in notes(text)] == [
        ("contact", "周口市文昌大道1号"),
        ("contact", "466000"),
        ("contact", "0394-8222222"),
    ]


def test_the_day_of_publication_is_told() -> None:
    assert notes("发布日期：2024-01-25 来源：本站") == (Note("dated", "发布日期：2024-01-25", "2024-01-25"),)


def test_a_report_holds_its_notes_but_not_those_of_the_page_after_it() -> None:
    tail = (
        "<p>附件：统计表.xls</p><p>某县财政局</p><p>2024年1月25日</p><p>主办单位：某县政府 电话：0394-1</p>"
    )
    (parsed,) = read_page(form() + tail)
    assert [(note.kind, note.value or note.text) for note in parsed.notes] == [
        ("attachment", "统计表.xls"),
        ("signature", "某县财政局"),
        ("dated", "2024-01-25"),
    ]
