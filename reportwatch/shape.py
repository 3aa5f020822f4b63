"""The shapes in which a reading leaves the program: the JSON object that others rely on, and rows of CSV."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING

from monitor.cleaning import cell
from reportwatch.exactjson import dumps
from reportwatch.reading import Failure, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.model import Figure, Finding, Origin, Parsed, Value

_NUMBER = re.compile(r"[+-]?[\d.,]+")


def lines(file: str, outcome: Outcome) -> Iterator[str]:
    """One line of JSON for each report of the file, or one for its failure."""
    if isinstance(outcome, Failure):
        yield dumps({"file": file, "error": {"kind": outcome.kind, "message": outcome.message}})
        return
    for part, parsed in enumerate(outcome, start=1):
        yield dumps(report(file, part, parsed))


def report(file: str, part: int, parsed: Parsed) -> dict[str, object]:
    """The object of one report; `part` counts the reports of a document from 1."""
    figures = parsed.figures
    return {
        "file": file,
        "part": part,
        "publisher": parsed.publisher,
        "year": parsed.year,
        "title": parsed.title,
        "edition": parsed.edition,
        "reader": parsed.reader,
        "figures": {figure.key: figure.value for figure in figures},
        "texts": {figure.key: figure.text for figure in figures if says_more(figure)},
        "states": {figure.key: figure.state for figure in figures if figure.state != "number"},
        "origins": {figure.key: origin(figure.origin) for figure in figures},
        "alternatives": {figure.key: alternatives(figure) for figure in figures if figure.alternatives},
        "sections": {section.key: section.text for section in parsed.sections},
        "notes": [{"kind": note.kind, "text": note.text, "value": note.value} for note in parsed.notes],
        "findings": [finding(found) for found in parsed.findings],
    }


def alternatives(figure: Figure) -> list[dict[str, object]]:
    """What each reader says of a figure that is unsure, and where."""
    return [
        {"reader": one.reader, "text": one.text, "origin": origin(one.origin)} for one in figure.alternatives
    ]


def place(origin: Origin) -> str:
    """Where something stands, for people: page and box, sheet and cell, or table, row and column."""
    if origin.sheet or origin.cell:
        return f"sheet {origin.sheet or 1}, cell {origin.cell or '?'}"
    words = [f"page {origin.page}"] if origin.page else []
    if origin.box:
        words.append("box " + " ".join(f"{side:.0f}" for side in origin.box))
    else:
        named = (("table", origin.table), ("row", origin.row), ("column", origin.column))
        words += [f"{name} {number}" for name, number in named if number]
    if origin.score is not None:
        words.append(f"score {origin.score:.2f}")
    return ", ".join(words) or origin.kind


def says_more(figure: Figure) -> bool:
    """Whether the printed text is more than the number itself."""
    printed = figure.text.strip()
    return bool(printed) and printed != digits(figure.value)


def digits(value: Value) -> str:
    """The digits of a figure, exact; empty for None."""
    return "" if value is None else format(value, "f") if not isinstance(value, int) else str(value)


def origin(place: Origin) -> dict[str, object]:
    """Where a figure stands, without what its kind of document has not."""
    return {name: part for name, part in asdict(place).items() if part is not None}


def finding(found: Finding) -> dict[str, object]:
    """A finding with both sides; the sentence also in Chinese."""
    return {
        "rule": found.rule,
        "level": found.level,
        "kind": found.kind,
        "message": found.message,
        "message_zh": found.message_zh,
        "keys": found.keys,
        "left": found.left,
        "right": found.right,
    }


def csv_rows(file: str, part: int, parsed: Parsed) -> Iterator[tuple[object, ...]]:
    """One row a figure; texts are safe against being executed by a spreadsheet."""
    publisher = safe(parsed.publisher or "")
    for figure in parsed.figures:
        yield (
            safe(file), part, publisher, parsed.year, parsed.edition, figure.key, digits(figure.value),
            safe(figure.text), figure.unit, figure.state, figure.origin.page,
        )  # fmt: skip


def safe(text: str) -> str:
    """The text with an apostrophe before it if a spreadsheet would take it for a formula; numbers stay."""
    return text if _NUMBER.fullmatch(text) else str(cell(text))
