"""Words by which a report explains a difference itself: each is seen, and everyday words are not taken for them."""

from __future__ import annotations

import re

import pytest

from monitor.across.book import book
from parsers import parse
from tests.parsers.samples import SAMPLES

PATTERNS = {mark.name: re.compile("|".join(mark.patterns)) for mark in book().mark}


def marks(text: str) -> set[str]:
    return {name for name, pattern in PATTERNS.items() if pattern.search(text)}


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("因统计口径调整，上年结转数据与上一年度报告不一致。", "restated"),
        ("上年度结转申请数据有误，现予以更正。", "restated"),
        ("经核对，对2023年度结转数量进行调整。", "restated"),
        ("上年结转2件，与2022年度报告数据不一致，系系统登记时间不同所致。", "restated"),
        ("上年结转数与上年度报告相差1件，为补录申请。", "restated"),
        ("周口市财政局（本级）2023年政府信息公开工作年度报告", "own"),
        ("根据机构改革方案，原农机局职能划入我局。", "reorganised"),
        ("本镇由原两镇撤并设立。", "reorganised"),
        ("开展行政规范性文件清理工作，废止和失效文件12件。", "cleaned"),
        ("对有效期届满的规范性文件宣布失效。", "cleaned"),
        ("本报告数据仅为本级机关数据。", "own"),
        ("本报告统计数据不包含各县（市、区）。", "own"),
        ("由市政府办公室汇总各部门2022年度工作情况编制。", "whole"),
        ("报告数据包括市政府各部门和各县区。", "whole"),
    ],
)
def test_an_explanation_is_seen(text: str, mark: str) -> None:
    assert mark in marks(text)


@pytest.mark.parametrize(
    "text",
    [
        "不断调整完善公开目录，加强信息更正和发布审核。",
        "整合公开资源，合并同类栏目，提高办事效率。",
        "本年度未收到政府信息公开申请，无结转申请。",
        "严格落实《中华人民共和国政府信息公开条例》，认真办理依申请公开。",
        "加强规范性文件公开，集中公开现行有效文件。",
        "强化部门协同和上下联动，定期开展培训。",
    ],
)
def test_everyday_words_explain_nothing(text: str) -> None:
    assert not marks(text)


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        ("text-zhoukou-2022", {"whole"}),  # 由…汇总市政府各部门和各县（市、区）
        ("text-zhoukou-service-2021", set()),
        ("text-zhoukou-service-2024", set()),
        ("text-ruzhou-service-2021", set()),
        ("text-zhoukou-petitions-2021", set()),
    ],
)
def test_real_reports_are_marked_by_what_they_say(sample: str, expected: set[str]) -> None:
    parsed = parse((SAMPLES / sample / "body.txt").read_bytes(), "text/plain")[0]
    compared = "\n".join(one.text for one in parsed.sections if one.key in book().measure.sections)
    assert marks(compared) == expected
