"""The rules inside one document, as parsers/editions/rules.toml declares them: each gives findings, none repairs."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from parsers.editions import editions, rules
from parsers.facts import period_year
from parsers.legacy import is_old
from parsers.model import Finding
from parsers.normalise import normalise
from parsers.sections import official_titles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from parsers.editions import Axis, Rule
    from parsers.model import Figure, FindingKind, Level, Value
    from parsers.sections import Outline

# Free-form reports were still allowed in the first year of the form (国办公开办函〔2019〕60号).
FREE_FORM_YEAR = 2019
_NAMED = 5  # pictures
_NAMED_YEAR = re.compile(r"(20\d{2})年")


@dataclass(frozen=True, slots=True)
class Report:
    """What the rules look at. `confirmed`: keys that two libraries, or grid and text of a page, read alike.

    `unread`: pictures of the report that nobody looked at. What was not found may stand in them.
    """

    figures: Mapping[str, Figure]
    confirmed: frozenset[str]
    outline: Outline
    title: str | None
    year: int | None
    text: str
    unread: tuple[str, ...] = ()


def judge_rules(report: Report) -> tuple[Finding, ...]:
    """Every finding of every rule, in the order of rules.toml; none of a report before the form, which has no rules."""
    if is_old(report.text, report.year, report.figures.values()):
        return ()
    return tuple(
        replace(finding, version=rule.version)
        for rule in rules()
        for finding in TESTS[rule.test](rule, report)
    )


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum that does not hold."""

    place: str
    keys: tuple[str, ...]
    operands: tuple[Figure, ...]
    left: Value
    right: Value
    total_is_blank: bool


def failing_sums(rule: Rule, figures: Mapping[str, Figure]) -> Iterator[Sum]:
    """The rows or columns where the two sides differ. A side with a row missing or unsure is not judged."""
    return (one for one in sums(rule, figures) if one.left != one.right)


def sums(rule: Rule, figures: Mapping[str, Figure]) -> Iterator[Sum]:
    """Every row or column that can be judged, whether its two sides differ or not."""
    for axis in _axes(rule.table, rule.each):
        key = _key_maker(rule.table, axis.key, across=rule.each)
        left = _operands([key(part) for part in _parts(rule, key, figures)], figures)
        right = _operands([key(part) for part in rule.right], figures)
        if left is None or right is None:
            continue
        accused = right if len(right) == 1 else (*left, *right)
        keys = tuple(figure.key for figure in accused)
        blank = len(right) == 1 and right[0].state != "number"
        yield Sum(axis.label, keys, (*left, *right), _add(left), _add(right), blank)


@cache
def _axes(table: str, each: str) -> tuple[Axis, ...]:
    """The columns of a table, or its rows over all editions."""
    if each == "column":
        tables = (t for edition in editions().values() for name, t in edition.tables() if name == table)
        return next(tables).columns
    rows = {
        row.key: row for e in editions().values() for name, t in e.tables() if name == table for row in t.rows
    }
    return tuple(rows.values())


def _key_maker(table: str, fixed: str, *, across: str) -> Callable[[str], str]:
    if across == "column":
        return lambda part: f"{table}.{part}.{fixed}"
    return lambda part: f"{table}.{fixed}.{part}"


def _parts(rule: Rule, key: Callable[[str], str], figures: Mapping[str, Figure]) -> tuple[str, ...]:
    """The rows to add: a mixed form prints one row in the place of several."""
    parts = rule.left
    for single, several in rule.instead.items():
        if key(single) in figures and not any(key(part) in figures for part in several):
            parts = (*(part for part in parts if part not in several), single)
    return parts


def _operands(keys: list[str], figures: Mapping[str, Figure]) -> tuple[Figure, ...] | None:
    found = []
    for key in keys:
        figure = figures.get(key)
        if figure is None or figure.state == "unsure":
            return None
        found.append(figure)
    return tuple(found)


def _add(figures: tuple[Figure, ...]) -> int | Decimal:
    """Blank cells count 0 here, and only here."""
    return sum((figure.value for figure in figures if figure.value is not None), start=0)


def _sums(rule: Rule, report: Report) -> Iterator[Finding]:
    blank_totals = []
    for failing in failing_sums(rule, report.figures):
        if failing.total_is_blank:
            blank_totals.append(failing)
            continue
        yield _sum_finding(rule, failing, report)
    if blank_totals:
        yield _blank_totals(rule, blank_totals)


def _sum_finding(rule: Rule, failing: Sum, report: Report) -> Finding:
    words = {"place": failing.place, "left": failing.left, "right": failing.right}
    message, message_zh = rule.message.format(**words), rule.message_zh.format(**words)
    kind: FindingKind = "printed_error"
    level: Level = rule.level
    if any(figure.state != "number" for figure in failing.operands):
        kind, level = "blank", "warning"
        message += " Blank cells were counted as 0."
        message_zh += "空白单元格按0计。"
    elif not all(figure.key in report.confirmed for figure in failing.operands):
        kind, level = "unsure", "warning"
        message += " A second library could not confirm every figure, so this may be a misreading."
        message_zh += "第二种读取方式未能确认全部数字，也可能是误读。"
    return Finding(rule.name, kind, level, message, message_zh, failing.keys, failing.left, failing.right)


def _blank_totals(rule: Rule, failing: list[Sum]) -> Finding:
    """Forms of 2019 often leave the total column empty: one finding says so for all rows."""
    places = "；".join(one.place for one in failing)
    return Finding(
        rule.name,
        "blank",
        "warning",
        f"{len(failing)} totals are left blank though their parts are not zero: {places}.",
        f"有{len(failing)}处总计未填，而分项不为零：{places}。",
        tuple(key for one in failing for key in one.keys),
    )


def _counts(rule: Rule, report: Report) -> Iterator[Finding]:
    decimal, signed = _special_columns()
    for key, figure in report.figures.items():
        if figure.value is None:
            continue
        why = ("negative", "负数") if figure.value < 0 and key not in signed else None
        if isinstance(figure.value, Decimal) and figure.value % 1 and key not in decimal:
            why = ("a fraction", "小数")
        if why:
            words = {"place": key, "left": figure.value, "why": why[0], "why_zh": why[1]}
            message, message_zh = rule.message.format(**words), rule.message_zh.format(**words)
            yield Finding(rule.name, "form", rule.level, message, message_zh, (key,), figure.value)


@cache
def _special_columns() -> tuple[set[str], set[str]]:
    columns = [
        (f"{name}.{row.key}.{column.key}", column)
        for edition in editions().values()
        for name, table in edition.tables()
        for row in table.rows
        for column in table.columns
    ]
    return {key for key, column in columns if column.decimal}, {
        key for key, column in columns if column.signed
    }


def _blanks(rule: Rule, report: Report) -> Iterator[Finding]:
    cells = [figure for key, figure in report.figures.items() if key.startswith(f"{rule.table}.")]
    empty = [figure for figure in cells if figure.state in {"blank", "not_number"}]
    if empty:
        level: Level = rule.level if len(empty) > rule.limit else "info"
        words = {"left": len(empty), "right": len(cells)}
        yield _plain(rule, "blank", words, level, left=len(empty), right=len(cells))


def _sections(rule: Rule, report: Report) -> Iterator[Finding]:
    found = {section.key for section in report.outline.sections}
    missing = [title for key, title in official_titles().items() if key not in found]
    for table, number in (("requests", "三"), ("disputes", "四")):
        if not any(key.startswith(table) for key in report.figures):
            missing.append(f"{number}（表格）")
    if missing and report.unread:
        yield _not_seen(rule, missing, report.unread)
    elif missing:
        level: Level = "warning" if report.year == FREE_FORM_YEAR else rule.level
        yield _plain(rule, "form", {"place": "；".join(missing)}, level)


def _not_seen(rule: Rule, missing: list[str], unread: tuple[str, ...]) -> Finding:
    """What was not found where pictures of the report were not read: nobody knows whether it is missing."""
    place = "；".join(missing)
    names = ", ".join(unread[:_NAMED]) + (", …" if len(unread) > _NAMED else "")
    return Finding(
        rule.name,
        "unsure",
        "warning",
        f"Not found in what could be read: {place}. It may stand in {len(unread)} pictures of the page that were not "
        f"fetched or not read: {names}.",
        f"在已读取的内容中未找到：{place}。页面中有{len(unread)}张图片未能获取或识别（{names}），相关内容可能在图片中。",
    )


def _short_section(rule: Rule, report: Report) -> Iterator[Finding]:
    for section in report.outline.sections if not report.unread else ():
        text = normalise(section.text)
        if section.key == rule.section and len(text) < rule.limit:
            yield _plain(rule, "text", {"place": text or "（空白）"}, rule.level)


def _titles(rule: Rule, report: Report) -> Iterator[Finding]:
    """Misnumbered, doubled or out of order. A bare phrase without a number may be a menu: not judged."""
    numbered = [title for title in report.outline.titles if title.ordinal]
    wrong = [t.text for t in numbered if t.ordinal != official_titles()[t.key][0]]
    keys = [title.key for title in numbered]
    wrong += [t.text for place, t in enumerate(numbered) if t.key in keys[:place]]
    wrong += [t.text for before, t in pairwise(numbered) if t.key < before.key]
    if wrong:
        yield _plain(rule, "form", {"place": "；".join(dict.fromkeys(wrong))}, rule.level)


def _years(rule: Rule, report: Report) -> Iterator[Finding]:
    if report.year is None or report.title is None:
        return
    period = period_year(report.text)
    if period is not None and period != report.year:
        yield _year(rule, report.year, period, ("the period of its figures", "数据统计期限"))
        return
    first = next((section.text for section in report.outline.sections if section.key == "1"), "")
    years = [int(year) for year in _NAMED_YEAR.findall(normalise(first))]
    if years and report.year not in years and years.count(report.year - 1) * 2 > len(years):
        yield _year(rule, report.year, report.year - 1, ("most of section one", "第一部分大多数"))


def _year(rule: Rule, title: int, other: int, place: tuple[str, str]) -> Finding:
    message = rule.message.format(left=title, right=other, place=place[0])
    message_zh = rule.message_zh.format(left=title, right=other, place=place[1])
    return Finding(rule.name, "text", rule.level, message, message_zh, (), title, other)


def _plain(
    rule: Rule,
    kind: FindingKind,
    words: Mapping[str, object],
    level: Level,
    *,
    left: Value = None,
    right: Value = None,
) -> Finding:
    message, message_zh = rule.message.format(**words), rule.message_zh.format(**words)
    return Finding(rule.name, kind, level, message, message_zh, (), left, right)


TESTS: dict[str, Callable[[Rule, Report], Iterator[Finding]]] = {
    "sums": _sums,
    "counts": _counts,
    "blanks": _blanks,
    "sections": _sections,
    "short_section": _short_section,
    "titles": _titles,
    "years": _years,
}
