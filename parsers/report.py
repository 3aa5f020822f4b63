"""From a document's readings to its reports: split, map, judge, check."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal

from parsers.facts import period_year, publisher_of, report_title
from parsers.mapper import detect_edition, map_grids
from parsers.model import Parsed
from parsers.notes import notes
from parsers.readers import text
from parsers.readings import Part, judge_readings
from parsers.rows import Harvest, label_findings, together
from parsers.rules import Report, judge_rules
from parsers.sections import outline, split
from parsers.titles import title_facts

if TYPE_CHECKING:
    from collections.abc import Callable

    from parsers.model import Reading

READER_VERSION = "1"
# A document without tables is a report when it has the parts of one.
ENOUGH_SECTIONS = 3
LAST_LEGACY_YEAR = 2018


def reports(reading: Reading, second: Callable[[], Reading] | None = None) -> tuple[Parsed, ...]:
    """Every report in a document. `second` reads it with another library and is called only when it must be."""
    edition = detect_edition(reading.text)
    parts = _parts(reading, edition)
    others = _Second(second, edition, len(parts))
    found = [
        _parsed(part, partial(others.part, number), named=reading.title if number == 0 else None)
        for number, part in enumerate(parts)
    ]
    return tuple(parsed for parsed in found if parsed is not None)


def _parts(reading: Reading, edition: str | None) -> list[Part]:
    """One part for each report: by its tables, or in a text file by its titles."""
    harvests = map_grids(reading.grids, edition) or (Harvest(),)
    texts = split(reading.text, None if reading.reader == text.READER else len(harvests))
    if len(harvests) > 1:
        harvests = together(harvests, [report_title(one, None) is not None for one in texts])
        texts = texts if len(texts) == len(harvests) else split(reading.text, len(harvests))
    if reading.reader == text.READER:
        harvests = tuple(Harvest() for _ in texts)
    return [Part(reading.reader, *both) for both in zip(harvests, texts, strict=True)]


class _Second:
    """The second library's reading, made at most once, one part for each report."""

    def __init__(self, read: Callable[[], Reading] | None, edition: str | None, expected: int) -> None:
        self.read, self.edition, self.expected = read, edition, expected
        self.parts: list[Part] | None = None

    def part(self, number: int) -> Part | None:
        if self.read is None:
            return None
        if self.parts is None:
            self.parts = _parts(self.read(), self.edition)
        return self.parts[number] if len(self.parts) == self.expected else None


def _parsed(part: Part, second: Callable[[], Part | None], *, named: str | None) -> Parsed | None:
    sections = outline(part.text)
    title = report_title(part.text, named)
    if not part.harvest.taken and not _reads_like_a_report(title, len(sections.sections)):
        return None
    split_rows = part.harvest.has_row("requests", "other_uncorrected")
    edition = detect_edition(part.text) or ("2019" if part.harvest.taken and not split_rows else "2021")
    judged, reader = judge_readings(part, edition, second)
    year = (title_facts(title).year if title else None) or period_year(part.text)
    figures = {figure.key: figure for figure in judged.figures}
    report = Report(figures, judged.confirmed, sections, title, year, part.text)
    findings = (*label_findings(part.harvest), *judged.findings, *judge_rules(report))
    publisher = publisher_of(title, part.text)
    name = _edition_name(edition if figures else None, year)
    beside = notes(part.text[: sections.end], publisher)
    return Parsed(publisher, year, title, name, judged.figures, sections.sections, findings, reader, beside)


def _reads_like_a_report(title: str | None, sections: int) -> bool:
    return sections >= ENOUGH_SECTIONS and (title is not None or sections > ENOUGH_SECTIONS)


def _edition_name(edition: str | None, year: int | None) -> Literal["2021", "2019", "legacy"] | None:
    if edition is not None:
        return "2019" if edition == "2019" else "2021"
    return "legacy" if year is not None and year <= LAST_LEGACY_YEAR else None
