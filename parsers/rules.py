"""The rules inside one document, as parsers/editions/rules.toml declares them: each gives findings, none repairs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from parsers.editions import rules
from parsers.legacy import is_old
from parsers.rules_figures import judge_all_zero, judge_blanks, judge_counts, judge_split, judge_sums
from parsers.rules_parts import judge_mention, judge_sections, judge_short_section, judge_titles, judge_years
from parsers.rules_statements import judge_statements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from parsers.editions import Rule
    from parsers.model import Finding
    from parsers.rules_base import Report


def judge_rules(report: Report) -> tuple[Finding, ...]:
    """Every finding of every rule, in the order of rules.toml; none of a report before the form, which has no rules."""
    if is_old(report.text, report.year, report.figures.values()):
        return ()
    return tuple(
        replace(finding, version=rule.version)
        for rule in rules()
        for finding in TESTS[rule.test](rule, report)
    )


TESTS: dict[str, Callable[[Rule, Report], Iterator[Finding]]] = {
    "sums": judge_sums,
    "split": judge_split,
    "counts": judge_counts,
    "blanks": judge_blanks,
    "all_zero": judge_all_zero,
    "sections": judge_sections,
    "short_section": judge_short_section,
    "mention": judge_mention,
    "titles": judge_titles,
    "years": judge_years,
    "statements": judge_statements,
}
