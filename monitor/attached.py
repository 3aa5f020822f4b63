"""A digest as a table for a spreadsheet: one row for each event, and nothing that a spreadsheet would execute. Pure."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.cleaning import cell, clean
from monitor.moments import shanghai_minute
from monitor.words import templates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.lines import Line
    from monitor.told import Lang

COLUMNS = ("id", "kind", "region", "publisher", "who", "year", "text", "url", "at")


@dataclass(frozen=True, slots=True)
class File:
    """Something to attach. Its name is ASCII: not every service takes others."""

    name: str
    media_type: str
    body: bytes


def table_of(lines: Sequence[Line], lang: Lang) -> bytes:
    """CSV in UTF-8, with the mark by which spreadsheets know it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    words = templates(lang)
    writer.writerow([words["columns"][name] for name in COLUMNS])
    writer.writerows([cell(value) for value in _row(line, words["names"])] for line in lines)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _row(line: Line, names: dict[str, str]) -> tuple[str | int | None, ...]:
    told = line.told
    who, at = line.who, shanghai_minute(told.at)
    return (
        told.short_id, names[line.group], line.region, clean(told.publisher or ""), who, told.year, line.text, " ".join(line.urls), at,
    )  # fmt: skip
