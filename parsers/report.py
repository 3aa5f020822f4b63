"""From a document's readings to its reports: split, map, judge, check."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Literal

from parsers.editions import editions, rules
from parsers.facts import period_year, publisher_of, report_title
from parsers.judge import Judged, candidates, judge, rows_left_out
from parsers.mapper import detect_edition, map_grids
from parsers.model import Finding, Origin, Parsed
from parsers.normalise import normalise, readable
from parsers.rows import Harvest
from parsers.rules import Report, failing_sums, judge_rules
from parsers.sections import outline
from parsers.titles import title_facts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from parsers.model import Figure, Reading

READER_VERSION = "1"
# A document without tables is a report when it has the parts of one.
ENOUGH_SECTIONS = 3
LAST_LEGACY_YEAR = 2018
_REPORT_BEGINS = re.compile(
    r"第\s*二\s*十\s*条\s*第?\s*[(（]\s*一|二\s*、\s*主\s*动\s*公\s*开\s*政\s*府\s*信\s*息"
)


def reports(reading: Reading, second: Callable[[], Reading] | None = None) -> tuple[Parsed, ...]:
    """Every report in a document. `second` reads it with another library and is called only when it must be."""
    edition = detect_edition(reading.text)
    harvests = map_grids(reading.grids, edition) or (Harvest(),)
    texts = _split(reading.text, len(harvests))
    others = _Second(second, edition, len(harvests))
    found = [
        _parsed(
            reading,
            harvest,
            text,
            partial(others.part, part),
            named=reading.title if not part else None,
        )
        for part, (harvest, text) in enumerate(zip(harvests, texts, strict=True))
    ]
    return tuple(parsed for parsed in found if parsed is not None)


class _Second:
    """The second library's reading, made at most once, one harvest for each report."""

    def __init__(self, read: Callable[[], Reading] | None, edition: str | None, expected: int) -> None:
        self.read, self.edition, self.expected = read, edition, expected
        self.harvests: tuple[Harvest, ...] | None = None

    def part(self, number: int) -> Harvest | None:
        if self.read is None:
            return None
        if self.harvests is None:
            self.harvests = map_grids(self.read().grids, self.edition)
        return self.harvests[number] if len(self.harvests) == self.expected else None


def _parsed(
    reading: Reading, harvest: Harvest, text: str, second: Callable[[], Harvest | None], *, named: str | None
) -> Parsed | None:
    sections = outline(text)
    title = report_title(text, named)
    if not harvest.taken and not _reads_like_a_report(title, len(sections.sections)):
        return None
    edition = detect_edition(text) or ("2021" if harvest.has_row("requests", "other_uncorrected") else "2019")
    judged, reader = _two_readings(reading, harvest, text, edition, second)
    year = title_facts(title).year if title else None
    year = year or period_year(text)
    figures = {figure.key: figure for figure in judged.figures}
    report = Report(figures, judged.confirmed, sections, title, year, text)
    findings = (*_label_findings(harvest), *judged.findings, *judge_rules(report))
    name = _edition_name(harvest, figures, edition, year)
    return Parsed(
        publisher_of(title, text), year, title, name, judged.figures, sections.sections, findings, reader
    )


def _reads_like_a_report(title: str | None, sections: int) -> bool:
    return sections >= ENOUGH_SECTIONS and (title is not None or sections > ENOUGH_SECTIONS)


def _edition_name(
    harvest: Harvest, figures: Mapping[str, Figure], edition: str, year: int | None
) -> Literal["2021", "2019", "legacy"] | None:
    if harvest.taken or figures:
        return "2019" if edition == "2019" else "2021"
    return "legacy" if year is not None and year <= LAST_LEGACY_YEAR else None


def _two_readings(
    reading: Reading, harvest: Harvest, text: str, edition: str, second: Callable[[], Harvest | None]
) -> tuple[Judged, str]:
    origin = Origin(reading.grids[0].origin.kind if reading.grids else "text")
    primary = candidates(harvest, text)
    alone = _whole(judge(primary, None, edition), harvest, text, edition, origin)
    if reading.reader == "html" or not needs_second_reading(alone, edition):
        return Judged(alone.figures, alone.findings, frozenset(primary)), reading.reader
    other = second()
    if other is None:
        return alone, reading.reader
    both = _with(harvest, other)
    judged = judge(primary, candidates(other, text), edition)
    return _whole(judged, both, text, edition, origin), f"{reading.reader}+second"


def needs_second_reading(judged: Judged, edition: str) -> bool:
    """Whether another library must look: a figure is unsure, a figure of the form is absent, or a sum fails."""
    figures = {figure.key: figure for figure in judged.figures}
    absent = set(editions()[edition].keys()) - figures.keys()
    sums = (rule for rule in rules() if rule.test == "sums")
    return judged.unsure or bool(absent) or any(any(failing_sums(rule, figures)) for rule in sums)


def _whole(judged: Judged, harvest: Harvest, text: str, edition: str, origin: Origin) -> Judged:
    """With the rows that the text has and no table gave."""
    figures, findings = rows_left_out(harvest, text, edition, origin)
    order = {key: place for place, key in enumerate(editions()[edition].keys())}
    merged = sorted((*judged.figures, *figures), key=lambda figure: order.get(figure.key, len(order)))
    return Judged(
        tuple(merged) if figures else judged.figures, (*judged.findings, *findings), judged.confirmed
    )


def _with(harvest: Harvest, other: Harvest) -> Harvest:
    return Harvest(taken=[*harvest.taken, *other.taken])


def _label_findings(harvest: Harvest) -> tuple[Finding, ...]:
    unknown = tuple(
        Finding(
            "unknown label",
            "unsure",
            "warning",
            f"A row of {row.table} has a label that no edition of the form has: “{_one_line(row.label)}” with {_values(row.cells)}.",
            f"{row.table}表中有一行标签不属于任何版本的格式：“{_one_line(row.label)}”，内容为{_values(row.cells)}。",
        )
        for row in harvest.unknown
    )
    return unknown + tuple(
        Finding(
            "misprinted label",
            "form",
            "info",
            f"The label “{_one_line(printed)}” is misprinted; by its place and wording it is read as {key}.",
            f"标签“{_one_line(printed)}”印刷有误，按位置和文字读作{key}。",
        )
        for printed, key in harvest.misprints
    )


def _one_line(text: str) -> str:
    return normalise(text)


def _values(cells: tuple[object, ...]) -> str:
    return " | ".join(normalise(getattr(cell, "text", "")) or "—" for cell in cells)


def _split(text: str, count: int) -> list[str]:
    """The text of each of several reports: each begins with the title line before its section two."""
    if count == 1:
        return [text]
    plain = readable(text)
    begins = []
    position = 0
    for match in _REPORT_BEGINS.finditer(plain):
        if match.start() < position:
            continue
        begins.append(_title_before(plain, position, match.start()))
        position = plain.find("四、", match.end()) + 1 or match.end()
    if len(begins) != count:
        return [text] * count
    return [text[begin:end] for begin, end in zip([0, *begins[1:]], [*begins[1:], len(text)], strict=True)]


def _title_before(text: str, start: int, stop: int) -> int:
    """Where the last line between `start` and `stop` begins that is a report's title."""
    best = stop
    place = start
    for line in text[start:stop].splitlines(keepends=True):
        if title_facts(line).kind == "report" and len(line) <= 60:  # noqa: PLR2004 - longer is a sentence
            best = place
        place += len(line)
    return best
