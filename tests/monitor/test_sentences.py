"""What of a report's text is a change, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.sentences import SentenceChange, around, changed, sentences
from parsers.model import Section

TEXT = "2023年，区政府坚持公开。\n（一）主动公开。公开信息12条，其中“规章”0件；\n全年未收费。"


def diff(
    before: str, after: str, *, on_a_page: bool = False, table: bool = False
) -> tuple[SentenceChange, ...]:
    tables = frozenset({"1"} if table else ())
    old, new = (
        sentences((Section("1", "一、总体情况", text),), tables, on_a_page=on_a_page)
        for text in (before, after)
    )
    return changed(old, new)


COSMETIC = {
    "lines": TEXT.replace("坚持公开", "坚持\n公开"),
    "spaces": TEXT.replace("2023年", "2023 年　"),
    "page breaks": TEXT.replace("全年", "— 3 —\n全年"),
    "pages of pages": TEXT.replace("全年", "第 3 页 共 8 页\n全年"),
    "widths": TEXT.replace("12", "１２").replace("，", ","),
    "kangxi": TEXT.replace("一", "\u2f00"),
    "quotes": TEXT.replace("“", '"').replace("”", '"'),
    "traditional": TEXT.replace("务", "務").replace("区", "區"),
    "zero width": TEXT.replace("公开", "公\u200b开"),
    "moved": "2023年，区政府坚持公开。全年未收费。（一）主动公开。公开信息12条，其中“规章”0件；",
}


@pytest.mark.parametrize("name", COSMETIC)
def test_what_only_looks_like_a_change_is_none(name: str) -> None:
    assert diff(TEXT, COSMETIC[name]) == ()


def test_a_changed_sentence_is_shown_with_both_sides_and_nothing_else_is() -> None:
    assert diff(TEXT, TEXT.replace("12条", "13条")) == (
        SentenceChange("一、总体情况", "公开信息12条，其中“规章”0件；", "公开信息13条，其中“规章”0件；"),
    )


def test_new_and_gone_sentences_have_one_side() -> None:
    longer = TEXT + "另有一事。"
    assert diff(TEXT, longer) == (SentenceChange("一、总体情况", None, "另有一事。"),)
    assert diff(longer, TEXT) == (SentenceChange("一、总体情况", "另有一事。", None),)


def test_a_changed_sentence_is_shown_with_the_one_that_it_became() -> None:
    old = "优化网站栏目设置。定期开展培训和考核。"
    found = [(one.before, one.after) for one in diff(old, "每季度开展培训和考核。")]
    assert found == [("优化网站栏目设置。", None), ("定期开展培训和考核。", "每季度开展培训和考核。")]
    back = [(one.before, one.after) for one in diff("每季度开展培训和考核。", old)]
    assert back == [(None, "优化网站栏目设置。"), ("每季度开展培训和考核。", "定期开展培训和考核。")]


def test_a_changed_title_is_a_change() -> None:
    old, new = (
        sentences((Section("5", title, "无。"),), frozenset(), on_a_page=False)
        for title in ("五、存在的主要问题", "五、存在问题及改进")
    )
    assert [(one.before, one.after) for one in changed(old, new)] == [
        ("五、存在的主要问题", "五、存在问题及改进")
    ]


def test_cells_of_a_table_are_figures_and_what_stands_beside_it_is_text() -> None:
    table = "信息内容\n本年制发件数\n规章\n0\n注：规章{}件未公开。\n"
    assert diff(table.format(1), table.format(1).replace("0", "7"), table=True) == ()
    (found,) = diff(table.format(1), table.format(2), table=True)
    assert (found.before, found.after) == ("注：规章1件未公开。", "注：规章2件未公开。")


def test_what_follows_the_report_on_its_page_is_not_the_reports() -> None:
    before = "无其他事项。\n浏览次数：12\n上一篇：通知"
    assert diff(before, "无其他事项。\n浏览次数：99\n您是第9位访客。\n新闻：市政府开会", on_a_page=True) == ()
    assert diff(before, "收取费用100元。\n浏览次数：99", on_a_page=True)


def test_a_text_that_is_made_to_be_slow_is_compared_nevertheless() -> None:
    before, after = "好。" * 30_000 + "一。", "好。" * 30_001 + "二。"
    assert [(one.before, one.after) for one in diff(before, after)] == [("一。", "好。"), (None, "二。")]


@given(st.text("一二。；\n 12", max_size=60), st.text("一二。；\n 12", max_size=60))
def test_what_is_shown_makes_the_one_text_of_the_other(before: str, after: str) -> None:
    found = diff(before, after)
    assert all(one.before != one.after for one in found)
    assert diff(before, before) == ()
    if not found:  # the same sentences, in whatever order and however cut
        assert sorted(_bare(before)) == sorted(_bare(after))


def _bare(text: str) -> str:
    return "".join(text.split()).replace("；", ";")


@given(st.text("甲乙丙1", max_size=90), st.text("甲乙丙1", max_size=90), st.integers(10, 40))
def test_cut_sentences_fit_and_still_differ(before: str, after: str, limit: int) -> None:
    old, new = around(before, after, limit)
    assert max(len(old), len(new)) <= limit
    assert (old == new) == (before == after)
