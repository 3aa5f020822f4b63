"""What we did not see, and what nobody can tell from what we saw: a part of every dossier, and never empty."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from monitor.moments import hours_between
from reportwatch.dossier.visits import DAYS_BEFORE
from reportwatch.dossier.words import blindness, say
from reportwatch.sentences import when

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlite_utils import Database

    from reportwatch.dossier.model import Row, Seen, Visit, Visits
    from reportwatch.explaining import Trail
    from reportwatch.options import Lang

_UNREAD = """
SELECT r.document, r.error_kind, r.error_message FROM readings r LEFT JOIN documents d ON d.id = r.document
LEFT JOIN links l ON l.id = d.link WHERE r.error_kind IS NOT NULL AND (r.report = :report OR l.report = :report)
ORDER BY r.document, r.part
"""
_UNSURE = "SELECT sum(unsure) FROM latest_readings WHERE publisher = ? AND year = ?"
_SOURCES = """
SELECT s.source, s.last_good FROM source_status s JOIN publisher_sources x ON x.source = s.source
WHERE x.publisher = ? ORDER BY s.source
"""


def unseen(
    db: Database, row: Row, visits: Visits, documents: Sequence[Seen], trail: Trail, lang: Lang
) -> Iterator[str]:
    """The sentences about lists, entries and documents, those of this very report first."""
    sources = list(db.query(_SOURCES, [row["publisher"]]))
    if not sources:
        yield say(lang, "unseen", "no_source")
    for source in sources:
        mine = [one for one in visits.listed if one.source == source["source"]]
        yield from _of_list(row, source["source"], mine, never_good=source["last_good"] is None, lang=lang)
    if row["supplied_by"] and not row["crawled"]:
        yield say(lang, "unseen", "supplied", by=row["supplied_by"])
    for step in trail.steps:
        if step.name == "possible":
            yield from (say(lang, "unseen", "possible", line=one) for one in step.lines)
        elif step.name == "not_taken":
            yield from step.lines
    yield from _of_documents(db, row, visits, documents, lang)


def always(lang: Lang) -> Iterator[str]:
    """What no dossier can know."""
    yield from (say(lang, "unseen", name) for name in ("elsewhere", "moments", "intent", "clock"))


def _of_list(
    row: Row, source: str, visits: Sequence[Visit], *, never_good: bool, lang: Lang
) -> Iterator[str]:
    if never_good:
        yield say(lang, "unseen", "never_good", source=source)
    blind = [one for one in visits if one.outcome == "blind"]
    if blind:
        kinds = Counter(blindness(lang, one.blind_kind) for one in blind)
        said = ", ".join(f"{kind} × {count}" for kind, count in kinds.items())
        yield say(lang, "unseen", "blind", source=source, count=len(blind), all=len(visits), kinds=said)
    if visits and visits[-1].outcome == "blind":
        yield say(lang, "unseen", "last_blind", source=source)
    if not never_good and row["due_ends"] is not None and row["status"] != "not due":
        yield from _of_gaps(row, source, visits, lang)


def _of_gaps(row: Row, source: str, visits: Sequence[Visit], lang: Lang) -> Iterator[str]:
    """The times around the due date in which nobody saw the list."""
    good = [one.started_at for one in visits if one.outcome == "good" and not one.elsewhere]
    ends = row["due_ends"]
    before, after = [at for at in good if at < ends], [at for at in good if at >= ends]
    if not after and row["status"] != "awaited":
        yield say(lang, "unseen", "never_after", source=source)
    if not [at for at in before if hours_between(at, ends) <= DAYS_BEFORE * 24]:
        yield say(lang, "unseen", "never_before", source=source, days=DAYS_BEFORE)
    spans = [(hours_between(one, other), one, other) for one, other in pairwise([*before[-1:], *after])]
    if spans:
        hours, first, last = max(spans)
        parts = {"first": when(first), "last": when(last), "days": round(hours / 24)}
        yield say(lang, "unseen", "gap", source=source, **parts)


def _of_documents(
    db: Database, row: Row, visits: Visits, documents: Sequence[Seen], lang: Lang
) -> Iterator[str]:
    for one in db.query(_UNREAD, {"report": row["report"]}):
        why = f"{one['error_kind']}: {one['error_message']}"
        yield say(lang, "unseen", "unread", number=one["document"], why=why)
    unsure = db.execute(_UNSURE, [row["publisher"], row["year"]]).fetchone()[0]
    if unsure:
        yield say(lang, "unseen", "unsure", count=unsure)
    lost = [page.url for visit in visits.listed for page in visit.kept if page.body is None]
    lost += [one.row["url"] for one in documents if one.why_not == "not_kept"]
    if lost:
        yield say(lang, "unseen", "not_kept", count=len(lost), names=", ".join(dict.fromkeys(lost)))
    many = [one.row["url"] for one in documents if one.why_not == "too_many"]
    if many:
        yield say(lang, "unseen", "too_many", count=len(many), names=", ".join(dict.fromkeys(many)))
