"""What a rule is called where people read: its name, or in Chinese its Chinese one, from the files of the rules."""

from __future__ import annotations

from functools import cache
from typing import Literal

from monitor.across.book import book
from parsers.editions import names_in_chinese


def rule_name(rule: str, lang: Literal["en", "zh"]) -> str:
    """The name in that language; the name itself where it has no other, as one of a rule that is no more."""
    return _in_chinese().get(rule, rule) if lang == "zh" else rule


@cache
def _in_chinese() -> dict[str, str]:
    return {**names_in_chinese(), **{rule.name: rule.name_zh for rule in book().rule}}
