"""Texts that are alike: the measure, what it may say, and every false alarm that is known of it."""

from __future__ import annotations

import random
from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from bench.similar import made
from monitor.across.alike import wanted_pairs
from monitor.across.candidates import candidates
from monitor.across.judging import judge
from monitor.across.measure import likeness, text_of
from monitor.across.model import Account, AcrossFacts, Likeness
from parsers import parse
from tests.monitor.across.made import account, body, facts
from tests.parsers.samples import SAMPLES

if TYPE_CHECKING:
    from monitor.across.measure import Text

SIGNS = "政府信息公开工作年度报告主动依申请管理平台建设监督保障重点领域政策解读培训考核群众办理流程目录指南制度审核发布栏目媒体回应关切"


def words(count: int, seed: int = 1) -> str:
    choose = random.Random(seed)  # noqa: S311 - a made text
    return "".join(choose.choices(SIGNS, k=count))


def text(section_one: str, section_five: str = "") -> Text:
    return text_of({"1": section_one, "5": section_five})


def alike(ratio: float = 0.9, tokens: int = 900, *, same: bool = False) -> Likeness:
    return Likeness(ratio, tokens, same, "一段相同的文字")


def two_bodies(like: Likeness) -> AcrossFacts:
    one, other = (account(body(name), 2023, text=name, tokens=900) for name in ("a", "b"))
    return facts(one, other, likenesses={("a", "b"): like})


def two_years(like: Likeness) -> AcrossFacts:
    owner = body()
    accounts = (account(owner, year, text=f"t{year}", tokens=900) for year in (2022, 2023))
    return facts(*accounts, likenesses={("t2022", "t2023"): like})


def levels(found: AcrossFacts) -> list[tuple[str, str]]:
    return [(one.rule, one.level) for one in judge(found)]


def test_the_measure_is_twice_the_common_sequence_over_both_lengths() -> None:
    one = words(200)
    assert likeness(text(one), text(one[:100] + "甲" * 100)).ratio == pytest.approx(0.5)
    assert likeness(text(one), text(one)).ratio == 1
    assert likeness(text(one), text(one + "乙" * 200)).ratio == pytest.approx(2 * 200 / 600)


def test_it_is_the_mean_of_the_parts_that_both_have() -> None:
    one, five = words(200), words(150, 2)
    assert likeness(text(one, five), text(one, "丙" * 150)).ratio == pytest.approx(0.5)
    assert likeness(text(one, five), text(one)).ratio == 1


def test_punctuation_spacing_and_width_are_nothing() -> None:
    plain = words(150) + "2023年ABC"
    other = "，".join(plain).replace("２", "2").replace("2，0，2，3", "２０２３").replace("A，B，C", "ABC")
    assert likeness(text(plain), text(f"  {other}。\n")).ratio == 1


def test_texts_that_differ_in_numbers_alone_are_the_same() -> None:
    one = words(100) + "共公开信息1203条，其中规范性文件4件" + words(50, 3)
    found = likeness(text(one), text(one.replace("1203", "88").replace("4件", "12件")))
    assert found.same
    assert found.ratio < 1
    assert not likeness(text(one), text(one + "另")).same


def test_tables_and_titles_are_left_out() -> None:
    table = "一、本年新收政府信息公开申请数量 0 0 0 0 0 0 0\n" * 30
    assert text_of({"2": table, "3": table, "4": table}).name is None
    titled = f"周口市行政服务中心2021年政府信息公开工作年度报告\n- 3 -\n{words(150)}"
    assert text_of({"1": titled}).tokens["1"] == text(words(150)).tokens["1"]


@pytest.mark.parametrize("short", ["无", "本年度没有需要报告的其他事项。", words(99)])
def test_a_standard_phrase_is_no_text(short: str) -> None:
    assert text_of({"1": short, "5": "无", "6": "无"}).name is None


def test_the_passage_is_the_longest_common_one_as_printed_and_cut() -> None:
    common = "我局坚持以公开为常态、不公开为例外，" + words(90, 5)
    found = likeness(text(words(100, 7) + common), text(words(100, 8) + common + words(30, 9)))
    assert "我局坚持以公开为常态、不公开为例外" in found.passage
    assert len(found.passage) <= 60


def test_a_passage_is_harmless() -> None:
    common = "@所有人<b>点击" + words(150, 5)
    found = likeness(text(common), text(common))
    assert "@" not in found.passage
    assert "<" not in found.passage


def test_real_reports_are_not_alike() -> None:
    names = ("text-zhoukou-2022", "text-zhoukou-service-2021", "text-zhoukou-service-2024", "text-ruzhou-service-2021", "text-zhoukou-petitions-2021")  # fmt: skip
    texts = []
    for name in names:
        parsed = parse((SAMPLES / name / "body.txt").read_bytes(), "text/plain")[0]
        texts.append(text_of({section.key: section.text for section in parsed.sections}))
    assert max(likeness(one, other).ratio for one, other in combinations(texts, 2)) < 0.5


def test_the_shortcut_finds_the_pairs_that_are_alike() -> None:
    texts = made(120)
    found = candidates(texts)
    missed = [
        pair
        for pair in combinations(sorted(texts), 2)
        if pair not in found and likeness(texts[pair[0]], texts[pair[1]]).ratio >= 0.5
    ]
    assert not missed
    assert 0 < len(found) < 120 * 119 // 2 // 10


def test_the_shortcut_gives_the_same_pairs_again() -> None:
    texts = made(60)
    assert candidates(texts) == candidates(dict(reversed(texts.items())))


def test_last_years_text_is_told_by_its_share() -> None:
    assert levels(two_years(alike(0.49))) == []
    assert levels(two_years(alike(0.5))) == [("like last year", "info")]
    assert levels(two_years(alike(0.8))) == [("like last year", "warning")]


def test_a_text_in_which_only_numbers_differ_is_said_to_be() -> None:
    (found,) = judge(two_years(alike(1.0, same=True)))
    assert found.level == "warning"
    assert "nothing but numbers differs" in found.message
    assert "除数字外完全一致" in found.message_zh


def test_a_short_text_is_an_information_however_alike() -> None:
    (found,) = judge(two_years(alike(1.0, 180, same=True)))
    assert found.level == "info"
    assert "short" in found.message


def test_both_bodies_are_told_of_each_other() -> None:
    found = judge(two_bodies(alike()))
    assert [(one.rule, one.level) for one in found] == [("like another body", "warning")] * 2
    assert "周口市b局" in found[0].message
    assert "90 %" in found[0].message
    assert "一段相同的文字" in found[0].message_zh


def test_texts_that_are_word_for_word_the_same_are_compared_too() -> None:
    one, other = (account(body(name), 2023, text="same", tokens=900) for name in ("a", "b"))
    assert ("same", "same") in wanted_pairs(facts(one, other))
    found = facts(one, other, likenesses={("same", "same"): alike(1.0, same=True)})
    assert len(judge(found)) == 2


def test_a_template_that_many_were_sent_is_an_information() -> None:
    accounts = [account(body(name), 2023, text=name, tokens=900) for name in "abcd"]
    pairs = {pair: alike() for pair in combinations("abcd", 2)}
    found = judge(facts(*accounts, likenesses=pairs))
    assert {one.level for one in found} == {"info"}
    assert all("template" in one.message and "统一下发" in one.message_zh for one in found)


@pytest.mark.parametrize("more", [{"parent": "a"}, {"region": "hunan/yueyang"}, {"successor": "a"}])
def test_a_body_above_or_after_another_or_elsewhere_is_not_accused(more: dict[str, str]) -> None:
    one = account(body("a"), 2023, text="a", tokens=900)
    other = account(body("b", **more), 2023, text="b", tokens=900)
    found = judge(facts(one, other, likenesses={("a", "b"): alike()}))
    assert {one.level for one in found} <= {"info"}


def test_one_document_that_stands_for_two_bodies_is_not_held_against_itself() -> None:
    accounts: list[Account] = [account(body(name), 2023, text="a", document="one") for name in "ab"]
    assert not wanted_pairs(facts(*accounts))
    assert not judge(facts(*accounts, likenesses={("a", "a"): alike(1.0)}))


def test_other_years_of_other_bodies_are_not_compared() -> None:
    accounts = (account(body("a"), 2022, text="a"), account(body("b"), 2023, text="b"))
    assert not judge(facts(*accounts, likenesses={("a", "b"): alike()}))


def test_a_decision_lasts_while_both_texts_last() -> None:
    before, after = judge(two_years(alike(0.91)))[0], judge(two_years(alike(0.92)))[0]
    assert before.claim == after.claim
