"""Reads one publishers.csv, as a spreadsheet saves it: strict about columns and values, patient about the BOM."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from typing import TYPE_CHECKING, Protocol, get_args

from store.model import Ending, Level, Publisher, PublisherKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Mistake = tuple[int, str]


class Reader(Protocol):
    """What `csv.reader` returns; its own type has no public name."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...
    def __next__(self) -> list[str]: ...


COLUMNS = (
    "id", "name", "kind", "region", "level", "parent", "aliases", "from_year", "to_year", "ended", "ending", "successor", "due", "due_source",
    "sources", "note",
)  # fmt: skip
REQUIRED = ("id", "name", "kind")
KINDS: dict[str, PublisherKind] = {kind: kind for kind in get_args(PublisherKind)}
LEVELS: dict[str, Level] = {level: level for level in get_args(Level)}
ENDINGS: dict[str, Ending] = {ending: ending for ending in get_args(Ending)}
ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
_YEARS = range(1990, 2101)
_LIST = re.compile(r"[;；]")
_LEAP_YEAR = 2024  # so that 02-29 is a day


def read_publishers(path: Path, region: str) -> tuple[list[tuple[Publisher, int]], list[Mistake], set[str]]:
    """The publishers of the file with the line of each, every mistake with its line, and every id in it."""
    rows, mistakes = _rows(path)
    publishers = []
    for line, row in rows:
        wrong = list(_wrong(row, region))
        mistakes += [(line, message) for message in wrong]
        # With mistakes nothing is loaded; but a row's other mistakes, as a double id, are to be told at once, too.
        if row["name"] and ID.fullmatch(row["id"]):
            publishers.append((_publisher(row, region), line))
    return publishers, mistakes, {row["id"] for _, row in rows}


def _rows(path: Path) -> tuple[list[tuple[int, dict[str, str]]], list[Mistake]]:
    try:
        text = path.read_text(encoding="utf-8-sig")  # Excel writes a BOM: it is no mistake
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        return [], [(line, "not UTF-8; in the spreadsheet, save it as “CSV UTF-8” (另存为 CSV UTF-8)")]
    except OSError as error:
        return [], [(1, f"cannot be read: {error.strerror}")]
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return _named(reader)
    except csv.Error as error:
        return [], [
            (max(reader.line_num, 1), f"not a valid CSV line ({error}); look for a quote that is not closed")
        ]


def _named(reader: Reader) -> tuple[list[tuple[int, dict[str, str]]], list[Mistake]]:
    header = [name.strip() for name in next(reader, [])]
    mistakes = [(1, message) for message in _wrong_header(header)]
    rows: list[tuple[int, dict[str, str]]] = []
    line = reader.line_num + 1
    for cells in reader:
        if len(cells) > len(header) or (len(cells) < len(header) and any(cells)):
            message = f"{len(cells)} cells where the header has {len(header)}: a comma or a quote too many or too few"
            mistakes.append((line, message))
        elif any(cell.strip() for cell in cells):
            rows.append((line, {name: cell.strip() for name, cell in zip(header, cells, strict=True)}))
        line = reader.line_num + 1
    return ([] if mistakes and mistakes[0][0] == 1 else rows), mistakes


def _wrong_header(header: list[str]) -> Iterator[str]:
    if not header:
        yield f"empty; the first line names the columns: {','.join(COLUMNS)}"
    elif len(header) == 1 and re.search(r"[;\t；，]", header[0]):
        yield "cells must be separated by commas; in the spreadsheet, save it as “CSV UTF-8” with commas"
    else:
        for name in sorted(set(header) - set(COLUMNS)):
            yield f"unknown column {name!r}; the columns are {', '.join(COLUMNS)}"
        for name in sorted({name for name in header if header.count(name) > 1}):
            yield f"the column {name!r} is there twice"
        for name in REQUIRED:
            if name not in header:
                yield f"the column {name!r} is missing"


def _wrong(row: dict[str, str], region: str) -> Iterator[str]:
    if not ID.fullmatch(row["id"]):
        yield f"bad id {row['id']!r}: small letters, digits, dots, dashes and underscores, such as zhoukou-gov"
    if not row["name"]:
        yield "the name is empty"
    if row["kind"] not in KINDS:
        yield f"unknown kind {row['kind']!r}; it is one of {', '.join(KINDS)}"
    if (own := row.get("region")) and own != region and not own.startswith(f"{region}/"):
        yield f"the region {own!r} is not within {region!r}, the folder of this file"
    if row.get("level") and row["level"] not in LEVELS:
        yield f"unknown level {row['level']!r}; it is one of {', '.join(LEVELS)}, or nothing"
    yield from _wrong_years(row)
    yield from _wrong_due(row)


def _wrong_years(row: dict[str, str]) -> Iterator[str]:
    for name in ("from_year", "to_year"):
        if row.get(name) and _year(row[name]) is None:
            yield f"bad {name} {row[name]!r}: a report year such as 2021, or nothing"
    first, last = _year(row.get("from_year", "")), _year(row.get("to_year", ""))
    if first and last and first > last:
        yield f"from_year {first} is after to_year {last}"
    yield from _wrong_end(row, first, last)


def _wrong_end(row: dict[str, str], first: int | None, last: int | None) -> Iterator[str]:
    """What is wrong with `ended` and `ending`: how and when a body went."""
    ended, ending = row.get("ended", ""), row.get("ending", "")
    if ending and ending not in ENDINGS:
        yield f"unknown ending {ending!r}; it is one of {', '.join(ENDINGS)}, or nothing"
    if ending and not (ended or last):
        yield f"ending {ending!r} without a time: give ended (the day, or the year), or to_year"
    if not ended:
        return
    if not _is_end(ended):
        yield f"bad ended {ended!r}: the day from which it is no more, such as 2024-03-15, or its year alone"
        return
    year = int(ended[:4])
    if first and first > year:
        yield f"ended {ended} is before its first report year {first}"
    if last and last >= year:
        yield f"to_year {last}: that report is due in {last + 1}, when the body had ended ({ended}); leave to_year empty"


def _wrong_due(row: dict[str, str]) -> Iterator[str]:
    due, source = row.get("due"), row.get("due_source")
    if due and not _is_day(due):
        yield f"bad due {due!r}: the month and day of the year after the report year, such as 02-20"
    if due and not source:
        yield "due needs due_source: the rule that sets this date, with where to read it"
    if source and not due:
        yield "due_source without due"


def _is_day(text: str) -> bool:
    if not re.fullmatch(r"\d\d-\d\d", text):
        return False
    try:
        date.fromisoformat(f"{_LEAP_YEAR}-{text}")
    except ValueError:
        return False
    return True


def _is_end(text: str) -> bool:
    if not re.fullmatch(r"\d{4}(-\d\d-\d\d)?", text) or _year(text[:4]) is None:
        return False
    try:
        date.fromisoformat(text if len(text) > len("2024") else f"{text}-01-01")
    except ValueError:
        return False
    return True


def _year(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{4}", text) and int(text) in _YEARS else None


def _publisher(row: dict[str, str], region: str) -> Publisher:
    return Publisher(
        id=row["id"],
        name=row["name"],
        kind=KINDS.get(row["kind"], "department"),
        region=row.get("region") or region,
        level=LEVELS.get(row.get("level", "")),
        parent=row.get("parent") or None,
        aliases=_list(row.get("aliases", "")),
        from_year=_year(row.get("from_year", "")),
        to_year=_year(row.get("to_year", "")),
        ended=row.get("ended") or None,
        ending=ENDINGS.get(row.get("ending", "")),
        successor=row.get("successor") or None,
        due=row.get("due") or None,
        due_source=row.get("due_source") or None,
        sources=_list(row.get("sources", "")),
        note=row.get("note", ""),
    )


def _list(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in _LIST.split(text) if part.strip()))
