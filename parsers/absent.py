"""Rows of the form that no table gave although the text prints them: unsure, never absent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parsers import doubts
from parsers.editions import editions
from parsers.labels import canonical
from parsers.model import Figure
from parsers.normalise import normalise
from parsers.readers.stream import words_of_tables

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from parsers.editions import Axis, Table
    from parsers.judge import Judged
    from parsers.model import Finding, Origin

# A shorter label ("规章", "其他", "总计") is found in any text and proves nothing by itself.
TELLING = 4
# As much of a label as nearly always stands together; figures may stand between its lines.
BEGINNING = 8


def rows_left_out(
    judged: Judged, text: str, edition: str, origin: Origin
) -> tuple[tuple[Figure, ...], tuple[Finding, ...]]:
    """Figures and findings for the rows of the form that are in the text and in no table."""
    words = words_of_tables(text)
    known = {figure.key.rpartition(".")[0] for figure in judged.figures}
    figures: list[Figure] = []
    rows: list[tuple[str, str, doubts.Doubt, Origin]] = []
    for name, table in editions()[edition].tables():
        if name not in words or all(f"{name}.{row.key}" in known for row in table.rows):
            continue
        for row in _left_out(name, table, known, normalise(words[name])):
            keys = [f"{name}.{row.key}.{column.key}" for column in table.columns]
            figures += [Figure(key, None, "", None, "unsure", origin) for key in keys]
            rows += [(key, row.label, doubts.LEFT_OUT, origin) for key in keys]
    return tuple(figures), doubts.findings(rows)


def _left_out(name: str, table: Table, known: Collection[str], text: str) -> Iterator[Axis]:
    """Rows whose label is printed; a short or torn label counts as its neighbours do."""
    missing = [f"{name}.{row.key}" not in known for row in table.rows]
    printed = [gone and _is_printed(row, text) for row, gone in zip(table.rows, missing, strict=True)]
    for place, row in enumerate(table.rows):
        beside = printed[max(0, place - 1) : place + 2]
        if missing[place] and (any(beside) or all(missing)):
            yield row


def _is_printed(row: Axis, text: str) -> bool:
    label = canonical(row.label)
    if len(label) < TELLING:  # "3.其他", "(七)总计": only with their numbers
        whole = normalise(row.label)
        return whole != label and whole in text
    return label[:BEGINNING] in canonical(text)
