"""Whom words concern that a page prints and that lead nowhere."""

from __future__ import annotations

import pytest

from store.matching import PRINTED, Matcher
from store.model import Publisher, Source

BODIES = (
    Publisher("gov", "示范市人民政府", "government", "demo", sources=("list",)),
    Publisher("edu", "示范市教育局", "department", "demo", sources=("list",)),
    Publisher("new", "示范市数据局", "department", "demo", from_year=2024, sources=("list",)),
)


def matcher(*others: str) -> Matcher:
    return Matcher(BODIES, [Source("list", "http://x.gov.cn/", "static", (), "demo", others=others)])


@pytest.mark.parametrize(
    ("words", "concerned"),
    [
        ("示范市教育局2025年政府信息公开工作年度报告", {("edu", 2025)}),
        ("示范市教育局政府信息公开工作年度报告（2025年）", {("edu", 2025)}),
        ("示范市2025年政府信息公开年报", {("gov", 2025)}),
        ("2025年政府信息公开年报", {("gov", 2025), ("edu", 2025), ("new", 2025)}),
        ("2025年", {(body, year) for body in ("gov", "edu", "new") for year in (2024, 2025)}),
        ("教育局 2025年 年报", {("edu", 2025)}),
        ("县直部门", {("gov", None), ("edu", None), ("new", None)}),
        ("示范市数据局2020年政府信息公开年报", set()),
    ],
)
def test_words_concern_as_few_as_they_allow(words: str, concerned: set[tuple[str, int | None]]) -> None:
    match = matcher().printed("list", words)
    assert match.publisher is None
    assert {(publisher, year) for publisher, year, _ in match.possible} == concerned
    assert all(why.startswith(PRINTED) for _, _, why in match.possible)


@pytest.mark.parametrize("words", ["2025年", "2025年度", "2025年政府信息公开年报"])
def test_a_person_can_say_that_words_are_nobodys_report(words: str) -> None:
    match = matcher("2025年*").printed("list", words)
    assert (match.how, match.possible) == ("not watched", ())
