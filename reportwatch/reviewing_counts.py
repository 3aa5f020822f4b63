"""How many findings of each report wait for a person, and what people decided of the others."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlite_utils import Database

    from reportwatch.options import Lang

NAMES = ("waiting", "accepted", "dismissed", "settled")
_COUNTED = """
SELECT publisher, year, CASE WHEN settled_by IS NOT NULL THEN 'settled' ELSE coalesce(decision, 'waiting') END AS standing,
  count(*) AS findings
FROM judged_findings WHERE level IN ('error', 'warning') GROUP BY 1, 2, 3
"""
_LINES: dict[Lang, str] = {
    "en": "findings (errors and warnings): {waiting} wait for review, {accepted} found right, {dismissed} dismissed, "
    "{settled} settled by a correction: reportwatch review list",
    "zh": "问题（错误与警告）：待核对{waiting}，属实{accepted}，不成立{dismissed}，更正后相符{settled}：reportwatch review list",
}


def findings_by_report(db: Database) -> dict[tuple[str, int], Counter[str]]:
    """Counts of errors and warnings by NAMES, for each (publisher, year) that has any."""
    counts: dict[tuple[str, int], Counter[str]] = {}
    for row in db.query(_COUNTED):
        counts.setdefault((row["publisher"], row["year"]), Counter())[row["standing"]] += row["findings"]
    return counts


def summed(counts: Iterable[Mapping[str, int]], lang: Lang = "en") -> str:
    """One line for people; empty where there is no finding at all."""
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return _LINES[lang].format_map({name: total[name] for name in NAMES}) if total else ""
