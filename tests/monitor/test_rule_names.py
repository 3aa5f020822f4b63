"""Rules have a name in each language."""

from __future__ import annotations

import pytest

from monitor.rule_names import rule_name
from monitor.words import faults, said


@pytest.mark.parametrize(
    ("lang", "rule", "text"),
    [
        ("en", "dispute total", "Wrong (rule “dispute total”, page 3)"),
        ("zh", "dispute total", "有误（规则“复议诉讼合计”、第 3 页）"),
        ("zh", "roll-up", "有误（规则“汇总核对”、第 3 页）"),
        ("zh", "one that is no more", "有误（规则“one that is no more”、第 3 页）"),
    ],
)
def test_a_message_calls_a_rule_by_its_name_in_that_language(lang: str, rule: str, text: str) -> None:
    place = {"fingerprint": "f", "rule": rule, "page": 3, "url": None}
    (fault,) = faults({"faults": [("Wrong.", "有误。")], "evidence": [place]}, lang)  # type: ignore[arg-type]  # one of the two
    assert said(fault, lang) == text  # type: ignore[arg-type]  # one of the two


def test_a_finding_of_reading_has_a_chinese_name() -> None:
    assert rule_name("two versions", "zh") == "两个版本"
