"""What we told of a change in a report and what a better reading does not bear out: it is taken back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.comparing import Version, compare
from monitor.describing import describe
from monitor.model import SEVERITY, Event
from store.parsed import parsed_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlite_utils import Database

    from monitor.model import ReportFacts

# Told revisions of which a version was read again since, with both versions as one version of the readers has them now.
READ_AGAIN = """
SELECT e.key, e.publisher, e.year, e.detail, e.suppressed IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM events s, json_each(s.detail, '$.named') v WHERE s.kind = 'storm' AND s.at = e.at AND v.value = e.key) AS held,
  n.id AS new, o.id AS old, d.media_type AS new_type, b.media_type AS old_type
FROM events e
JOIN reports p ON p.publisher = e.publisher AND p.year = e.year
JOIN captures c ON c.id = CAST(substr(e.key, length('revised|' || e.publisher || '|' || e.year || '|') + 1) AS INTEGER)
JOIN documents d ON d.id = c.document
JOIN documents b ON b.id = (
  SELECT k.document FROM captures k JOIN documents x ON x.id = k.document
  WHERE x.url = coalesce(e.detail ->> 'copy_of', d.url) AND x.id <> d.id AND x.supplied_by IS NULL
    AND k.kind IN ('document', 'unchanged') AND (k.seen_at, k.id) < (c.seen_at, c.id)
    AND EXISTS (SELECT 1 FROM readings r WHERE r.document = x.id AND r.error_kind IS NULL)
  ORDER BY k.seen_at DESC, k.id DESC LIMIT 1)
JOIN readings n ON n.document = d.id AND n.report = p.id AND n.error_kind IS NULL
JOIN readings o ON o.document = b.id AND o.report = p.id AND o.error_kind IS NULL AND o.reader_version = n.reader_version
WHERE e.kind = 'revised' AND coalesce(e.suppressed, 'storm') = 'storm' AND max(n.read_at, o.read_at) > e.at
  AND NOT EXISTS (SELECT 1 FROM events t WHERE t.key = 'corrected|' || e.key)
ORDER BY e.id, n.part, o.part
"""


@dataclass(frozen=True, slots=True)
class MisreadChange:
    """A change that was told and that, or some `figures` of which (label, from, to), the versions read now do not show.

    `event` is the key of what was told; `whole`: nothing of it is left; `held`: a storm held it and did not name it.
    """

    event: str
    publisher: str
    year: int
    figures: tuple[tuple[str, ...], ...]
    whole: bool
    held: bool = False


def read_misread_changes(db: Database) -> tuple[MisreadChange, ...]:
    """The told revisions that, or some figures of which, do not differ as the versions are read now."""
    found: dict[str, MisreadChange] = {}
    for row in list(db.query(READ_AGAIN)):
        old, new = (
            Version(parsed_of(db, int(row[name])), str(row[f"{name}_type"])) for name in ("old", "new")
        )
        now, told = compare(old, new), json.loads(row["detail"])
        still = {change.label for change in (*now.figures, *now.uncertain)}
        wrong = tuple(tuple(change) for change in told["figures"] if change[0] not in still)
        nothing_left = not now.figures and not now.sentences and not now.uncertain
        if wrong or nothing_left:
            found.setdefault(
                row["key"],
                MisreadChange(
                    row["key"],
                    row["publisher"],
                    row["year"],
                    wrong,
                    whole=nothing_left,
                    held=bool(row["held"]),
                ),
            )
    return tuple(found.values())


def taken_back(changes: tuple[MisreadChange, ...], reports: Mapping[str, ReportFacts]) -> Iterator[Event]:
    """A `corrected` for each, to everyone who was told of the change."""
    for change in changes:
        report = reports.get(f"{change.publisher}|{change.year}")
        if report is None:
            continue
        detail = {
            **describe(report),
            "kind": "revised",
            "reason": "no change" if change.whole else "not all of it",
            "figures": [list(figure) for figure in change.figures],
        }
        yield Event(
            key=f"corrected|{change.event}",
            kind="corrected",
            topic="corrected",
            severity=SEVERITY["corrected"],
            publisher=change.publisher,
            year=change.year,
            answers=change.event,
            suppressed="not announced" if change.held else None,
            detail=detail,
        )
