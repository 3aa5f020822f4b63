"""From a document's readings to its reports: split, map, judge, check."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Literal

from parsers.cut import cut_tables
from parsers.facts import period_year, publisher_of, report_title
from parsers.legacy import is_old, old_report, prints_old_tables
from parsers.mapper import detect_edition, map_grids
from parsers.misread import SCAN
from parsers.model import Finding, Parsed, Unreadable
from parsers.notes import notes
from parsers.readers import text
from parsers.readings import More, Part, judge_readings
from parsers.rows import Harvest, label_findings, together
from parsers.rules import judge_rules
from parsers.rules_base import Report
from parsers.sections import outline, split
from parsers.titles import title_facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from parsers.model import Reading
    from parsers.readings import Kind

READER_VERSION = "5"
# A document without tables is a report when it has the parts of one.
ENOUGH_SECTIONS = 3
_NAMED = 5  # pictures


@dataclass(frozen=True, slots=True)
class Others:
    """Further readings of a document, each made when it is called for.

    `also` share the first reading's library: by the words' places, by tags. `second` is another library;
    `again` is that library by the words' places, for tables without lines.
    """

    also: tuple[Callable[[], Reading], ...] = ()
    second: Callable[[], Reading] | None = None
    again: Callable[[], Reading] | None = None


def reports(reading: Reading, others: Others | None = None) -> tuple[Parsed, ...]:
    """Every report in a document. `others` are readings that are made only where they must be."""
    edition = detect_edition(reading.text)
    chain = _chain(others or Others(), edition)
    parts = _first_parts(reading, edition, chain)
    found = [
        _parsed(part, _more(chain, parts, number), reading if number == 0 else replace(reading, title=None))
        for number, part in enumerate(parts)
    ]
    return tuple(parsed for parsed in found if parsed is not None)


def _first_parts(reading: Reading, edition: str | None, chain: Sequence[_Other]) -> list[Part]:
    """The first reading's reports. Where it found no table, another of its library may tell how many there are."""
    parts = _parts(reading, edition)
    for other in chain if not any(part.harvest.taken for part in parts) else ():
        if other.kind == "also" and len(found := other.all_parts()) > len(parts):
            return [Part(reading.reader, Harvest(), part.text) for part in found]
    return parts


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


class _Other:
    """Another reading of the document, made at most once, one part for each report; nothing where it is refused."""

    def __init__(self, kind: Kind, read: Callable[[], Reading], edition: str | None, *, placed: bool) -> None:
        self.kind, self.placed = kind, placed
        self._read, self._edition = read, edition
        self._parts: list[Part] | None = None

    @property
    def made(self) -> bool:
        """Whether the reading was called for already."""
        return self._parts is not None

    def all_parts(self) -> list[Part]:
        """One part for each report that this reading finds."""
        if self._parts is None:
            try:
                self._parts = _parts(self._read(), self._edition)
            except Unreadable:  # what another library cannot open, the first has read
                self._parts = []
        return self._parts

    def part(self, number: int, parts: Sequence[Part]) -> Part | None:
        """The part that belongs to the report of that number; None where this reading finds nothing of it."""
        found = self.all_parts()
        return found[number] if len(found) == len(parts) and found[number].harvest.taken else None


def _chain(others: Others, edition: str | None) -> list[_Other]:
    chain = [_Other("also", read, edition, placed=False) for read in others.also]
    for read, placed in ((others.second, False), (others.again, True)):
        if read is not None:
            chain.append(_Other("second", read, edition, placed=placed))
    return chain


def _more(chain: Sequence[_Other], parts: Sequence[Part], number: int) -> Iterator[More]:
    """The further readings of one report. A second library looks for lines where the first found any, else by words."""
    ruled = bool(parts[number].harvest.taken)
    loose = False
    for other in chain:
        wanted = other.kind == "also" or (loose if other.placed else ruled or not loose)
        if wanted:
            yield More(other.kind, partial(other.part, number, parts))
        if other.kind == "also":
            loose = loose or bool(other.made and other.part(number, parts))


def _parsed(part: Part, more: Iterator[More], reading: Reading) -> Parsed | None:
    sections = outline(part.text)
    title = report_title(part.text, reading.title)
    if not part.harvest.taken and not _reads_like_a_report(title, part.text, len(sections.sections)):
        return None
    split_rows = part.harvest.has_row("requests", "other_uncorrected")
    edition = detect_edition(part.text) or ("2019" if part.harvest.taken and not split_rows else "2021")
    judged, readings = judge_readings(part, edition, more)
    harvest = next((one.harvest for one in readings if one.harvest.taken), part.harvest)
    year = (title_facts(title).year if title else None) or period_year(part.text)
    figures = {figure.key: figure for figure in judged.figures}
    name = _edition_name(edition if figures else None)
    report = Report(figures, judged.confirmed, sections, title, year, part.text, reading.unread, name)
    cut = () if reading.unread else cut_tables(figures, edition)
    findings = (*label_findings(harvest), *judged.findings, *cut, *judge_rules(report))
    if reading.unread and reading.reader == SCAN:
        findings = (*findings, _lacking(reading.unread))
    publisher = publisher_of(title, part.text)
    beside = notes(part.text[: sections.end], publisher)
    reader = "+".join(dict.fromkeys(one.reader for one in readings))
    if is_old(part.text, year, judged.figures):
        old = old_report(part.text, title, sections)
        return Parsed(
            publisher, year, title, "legacy", old.figures, old.sections, old.findings, reader, beside
        )
    return Parsed(publisher, year, title, name, judged.figures, sections.sections, findings, reader, beside)


def _lacking(names: Sequence[str]) -> Finding:
    """The report is read from its pictures, and some of them were not to be had."""
    shown = ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
    return Finding(
        "pictures",
        "unsure",
        "warning",
        f"{len(names)} pictures of this report could not be fetched, or are too large to be read with the others ({shown}): "
        "what they show is not known.",
        f"本报告有{len(names)}张图片未能获取或过大（{shown}），其中内容未知。",
    )


def _reads_like_a_report(title: str | None, text: str, sections: int) -> bool:
    titled = title is not None and (sections >= ENOUGH_SECTIONS or prints_old_tables(text))
    return titled or sections > ENOUGH_SECTIONS


def _edition_name(edition: str | None) -> Literal["2021", "2019"] | None:
    if edition is not None:
        return "2019" if edition == "2019" else "2021"
    return None
