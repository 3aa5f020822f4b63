"""Section three that ends before its last row: a fragment of a report, or a form that was not filled to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parsers.editions import REQUESTS, editions
from parsers.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable


def cut_tables(keys: Iterable[str], edition: str) -> tuple[Finding, ...]:
    """The finding that section three ends too early; none where its last row is there, or no row at all."""
    known = {key.split(".")[1] for key in keys if key.startswith(f"{REQUESTS}.")}
    rows = editions()[edition].requests.rows
    there = [place for place, row in enumerate(rows) if row.key in known]
    if not there or there[-1] == len(rows) - 1:
        return ()
    last, missing = rows[there[-1]].label, len(rows) - 1 - there[-1]
    return (
        Finding(
            "cut table",
            "form",
            "warning",
            f"The table of section three ends after the row “{last}”: {missing} rows of the form do not follow.",
            f"第三部分的表格到“{last}”一行为止，其后还缺{missing}行。",
        ),
    )
