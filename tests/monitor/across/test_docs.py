"""The documentation of the rules across documents: every rule is in it, with its kind, its level and its thresholds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from monitor.across.book import Rule, book

PAGE = (Path(__file__).parents[3] / "docs" / "rules-across.md").read_text(encoding="utf-8")


def row_of(rule: Rule) -> list[str]:
    line = next(line for line in PAGE.splitlines() if line.startswith(f"| `{rule.name}` {rule.name_zh} |"))
    return [cell.strip() for cell in line.strip("|").split("|")]


@pytest.mark.parametrize("rule", book().rule, ids=lambda rule: rule.name)
def test_a_rule_is_described_with_its_kind_and_level(rule: Rule) -> None:
    _, kind, _, level, _ = row_of(rule)
    assert kind == rule.kind
    assert rule.level in level
    if rule.kind == "text":
        assert f"{rule.info:.0%}".replace("%", " %") in level
        assert f"{rule.warning:.0%}".replace("%", " %") in level


def test_nothing_is_described_that_does_not_exist() -> None:
    named = set(re.findall(r"^\| `([^`]+)` [^|]*\|", PAGE, re.MULTILINE))
    assert named == {rule.name for rule in book().rule}


def test_the_numbers_of_the_measure_are_those_of_the_file() -> None:
    measure = book().measure
    for words in (
        f"at least {measure.least} tokens",
        f"in {measure.bands} bands of three",
        "runs of four tokens",
        "Under 300 tokens",
        "at least three other bodies",
    ):
        assert words in PAGE
    assert (measure.permutations, measure.shingle) == (3 * measure.bands, 4)
    assert {rule.short for rule in book().rule if rule.kind == "text"} == {300}
    assert {rule.many for rule in book().rule if rule.test == "other_body"} == {3}


@pytest.mark.parametrize("rule", book().rule, ids=lambda rule: rule.name)
def test_a_rule_says_on_what_it_rests_and_speaks_both_languages(rule: Rule) -> None:
    assert rule.source
    assert not re.search(r"[\u4e00-\u9fff]", re.sub(r"（[^）]*）|\(万元\)", "", rule.message))
    assert re.search(r"[\u4e00-\u9fff]", rule.message_zh)
    assert set(re.findall(r"{(\w+?)(?:_zh)?}", rule.message)) == set(re.findall(r"{(\w+?)(?:_zh)?}", rule.message_zh))  # fmt: skip
    for word in ("plagia", "抄袭"):
        assert word not in rule.message + rule.message_zh
