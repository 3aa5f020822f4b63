"""Rules about the figures of the tables: sums, digits torn apart, counts that cannot be, blanks, nothing but zeros."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from parsers.editions import DISCLOSURE, DISPUTES, REQUESTS, editions, rules
from parsers.model import Finding
from parsers.rules_base import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from parsers.editions import Axis, Rule
    from parsers.model import Figure, FindingKind, Level, Value
    from parsers.rules_base import Report

_DIGIT = 9
# What stands in two cells of these was written into two cells; elsewhere cells are seen by lines or by places.
_CELLS_ARE_KNOWN = frozenset({"html", "docx", "sheet"})


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum that does not hold."""

    place: str
    keys: tuple[str, ...]
    operands: tuple[Figure, ...]
    left: int | Decimal
    right: int | Decimal
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


def judge_sums(rule: Rule, report: Report) -> Iterator[Finding]:
    """Sums that do not hold: the publisher's where two readings confirm every figure of them, else ours."""
    blank_totals = []
    torn = {key for one in torn_numbers(report.figures) for key in one.pair}
    for failing in failing_sums(rule, report.figures):
        if failing.total_is_blank:
            blank_totals.append(failing)
            continue
        yield _sum_finding(rule, failing, report, torn)
    if blank_totals:
        yield _blank_totals(rule, blank_totals, report)


def _sum_finding(rule: Rule, failing: Sum, report: Report, torn: set[str]) -> Finding:
    words = {"place": failing.place, "left": failing.left, "right": failing.right}
    message, message_zh = rule.message.format(**words), rule.message_zh.format(**words)
    kind: FindingKind = "printed_error"
    level: Level = rule.level
    if any(figure.state != "number" for figure in failing.operands):
        kind, level = "blank", "info" if report.may_leave_blanks else "warning"
        message += " Blank cells were counted as 0."
        message_zh += "空白单元格按0计。"
    elif not all(figure.key in report.confirmed for figure in failing.operands):
        kind, level = "unsure", "warning"
        message += " A second library could not confirm every figure, so this may be a misreading."
        message_zh += "第二种读取方式未能确认全部数字，也可能是误读。"
    elif any(figure.key in torn for figure in failing.operands):
        kind, level = "unsure", "warning"
        message += " Two of its digits may be one number torn over two cells."
        message_zh += "其中两个数字可能是被拆到两个单元格的同一个数。"
    return Finding(rule.name, kind, level, message, message_zh, failing.keys, failing.left, failing.right)


def _blank_totals(rule: Rule, failing: list[Sum], report: Report) -> Finding:
    """Forms of 2019 often leave the total column empty: one finding says so for all rows."""
    places = "；".join(one.place for one in failing)
    return Finding(
        rule.name,
        "blank",
        "info" if report.may_leave_blanks else "warning",
        f"{len(failing)} totals are left blank though their parts are not zero: {places}.",
        f"有{len(failing)}处总计未填，而分项不为零：{places}。",
        tuple(key for one in failing for key in one.keys),
    )


@dataclass(frozen=True, slots=True)
class Torn:
    """Two cells of one digit each that make the printed total of their row right, were they one number."""

    pair: tuple[str, str]
    place: str
    joined: int
    total: Value


def torn_numbers(figures: Mapping[str, Figure]) -> tuple[Torn, ...]:
    """Every pair of neighbours in a row with a wrong total that would make it right as one number."""
    return tuple(
        torn
        for rule in rules()
        if rule.test == "sums" and rule.each == "row"
        for failing in failing_sums(rule, figures)
        for torn in _torn(failing)
    )


def _torn(failing: Sum) -> Iterator[Torn]:
    parts = failing.operands[:-1]
    for first, second in pairwise(parts):
        a, b = first.value, second.value
        if not (isinstance(a, int) and isinstance(b, int) and 0 < a <= _DIGIT and 0 <= b <= _DIGIT):
            continue
        if b == 0 and first.origin.kind in _CELLS_ARE_KNOWN:
            continue
        joined = a * 10 + b
        if failing.left - a - b + joined == failing.right:
            yield Torn((first.key, second.key), failing.place, joined, failing.right)


def judge_split(rule: Rule, report: Report) -> Iterator[Finding]:
    """A number torn over two cells is a matter of reading or of the table's making: never the publisher's sum."""
    for torn in torn_numbers(report.figures):
        words = {"place": torn.place, "left": torn.joined, "right": torn.total}
        message, message_zh = rule.message.format(**words), rule.message_zh.format(**words)
        yield Finding(
            rule.name, "unsure", rule.level, message, message_zh, torn.pair, torn.joined, torn.total
        )


def judge_counts(rule: Rule, report: Report) -> Iterator[Finding]:
    """Negative counts and amounts, and counts with a fraction, which may be a matter of units: a warning."""
    for figure, negative in impossible(report.figures):
        if negative:
            yield _impossible(rule, figure, rule.level, ("negative", "负数"), report)
        else:
            yield _impossible(rule, figure, "warning", ("a fraction", "小数"), report)


def impossible(figures: Mapping[str, Figure]) -> Iterator[tuple[Figure, bool]]:
    """Every figure that no count or amount can be, and whether it is negative; else it is a fraction."""
    decimal, signed = _special_columns()
    for key, figure in figures.items():
        if figure.value is not None and figure.value < 0 and key not in signed:
            yield figure, True
        elif isinstance(figure.value, Decimal) and figure.value % 1 and key not in decimal:
            yield figure, False


def _impossible(rule: Rule, figure: Figure, level: Level, why: tuple[str, str], report: Report) -> Finding:
    words = {"place": figure.key, "left": figure.value, "why": why[0], "why_zh": why[1]}
    message, message_zh = rule.message.format(**words), rule.message_zh.format(**words)
    kind: FindingKind = "form"
    if figure.key not in report.confirmed:
        kind, level = "unsure", "warning"
        message += " No second reading confirms it, so this may be a misreading."
        message_zh += "没有第二种读取方式确认，也可能是误读。"
    return Finding(rule.name, kind, level, message, message_zh, (figure.key,), figure.value)


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


def judge_blanks(rule: Rule, report: Report) -> Iterator[Finding]:
    """Cells of a table without a number. On the form of 2019 blanks were the practice: only an information there."""
    cells = [figure for key, figure in report.figures.items() if key.startswith(f"{rule.table}.")]
    empty = [figure for figure in cells if figure.state in {"blank", "not_number"}]
    if empty:
        few = len(empty) <= rule.limit
        level: Level = "info" if few or report.may_leave_blanks else rule.level
        words = {"left": len(empty), "right": len(cells)}
        yield plain(rule, "blank", words, level, left=len(empty), right=len(cells))


def judge_all_zero(rule: Rule, report: Report) -> Iterator[Finding]:
    """Every number of the tables is 0: legal, common for small bodies, and worth knowing."""
    figures = report.figures.values()
    numbers = [figure.value for figure in figures if figure.state == "number"]
    tables = {key.split(".")[0] for key, figure in report.figures.items() if figure.state == "number"}
    read = tables >= {REQUESTS, DISPUTES, DISCLOSURE} and all(one.state != "unsure" for one in figures)
    if read and not any(numbers):
        yield plain(rule, "form", {"left": len(numbers)}, rule.level, left=len(numbers))


def is_quiet(report: Report) -> bool:
    """Whether the tables tell of no request and no dispute at all: a body to which nothing was asked."""
    told = [f for key, f in report.figures.items() if key.split(".")[0] in {REQUESTS, DISPUTES}]
    return bool(told) and all(figure.state != "unsure" and not figure.value for figure in told)
