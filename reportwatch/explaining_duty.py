"""What `explain` says of the duty: what is owed by which rule, how late by which proof, and since when it is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from monitor.calendar import citation_in_chinese
from parsers.normalise import normalise
from reportwatch.sentences import line, when, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

    from reportwatch.options import Lang

Row = dict[str, Any]
MOMENTS = ("first_seen", "lacked_at", "last_good", "page_gone_since")
OTHER_YEARS = """
SELECT DISTINCT l.title, l.url, l.first_seen FROM links l JOIN publisher_sources x ON x.source = l.source
WHERE x.publisher = ? AND l.year = ? AND l.match = 'other years' ORDER BY l.first_seen, l.id
"""
NAMES = """
SELECT name FROM publishers WHERE id = ?1 UNION SELECT name FROM publisher_names WHERE publisher = ?1
"""


def duty(database: Database, row: Row, lang: Lang) -> Iterator[str]:
    """The lines about the duty of a row of report_status."""
    source = str(row["due_source"])
    yield line(lang, "body", kind=row["kind"], region=row["region"])
    cited = row["due_source_zh"] or citation_in_chinese(source) if lang == "zh" else source
    yield line(lang, "due" if row["due"] else "no_due", due=row["due"], basis=row["due_basis"], source=cited)
    yield from _by_law(row, lang)
    yield from _proofs(row, lang)
    if row["unknown_since"]:
        yield line(lang, "unknown_since", at=when(row["unknown_since"]))
    if row["outside_life"]:
        yield from _titles_outside(database, row, lang)


def _by_law(row: Row, lang: Lang) -> Iterator[str]:
    """The law's own date, and how the report stands by it, where a local date decides."""
    if not row["statutory_due"] or row["statutory_due"] == row["due"]:
        return
    cited = row["statutory_source_zh"] if lang == "zh" else row["statutory_source"]
    yield line(lang, "statutory", date=row["statutory_due"], source=cited)
    if row["by_law"] and row["status"] in ("late", "missing"):
        shown = {**row, **{name: when(row[name]) for name in MOMENTS}}
        how = words(lang)["by_law"][row["by_law"]].format_map(shown)
        yield line(lang, "by_law", date=row["statutory_due"], how=how)


def _proofs(row: Row, lang: Lang) -> Iterator[str]:
    """Each proof of lateness with its days: the page's own date, and the last good visit that lacked it."""
    if row["days_late_by_page"] is not None:
        yield line(lang, "late_by_page", days=row["days_late_by_page"], page_date=row["page_date"])
    if row["days_late_by_visit"] is not None:
        at = {"lacked_at": when(row["lacked_at"]), "first_seen": when(row["first_seen"])}
        yield line(lang, "late_by_visit", days=row["days_late_by_visit"], **at)


def _titles_outside(database: Database, row: Row, lang: Lang) -> Iterator[str]:
    """Titles that name the body for a year outside its life: shown, and taken for nothing."""
    names = [normalise(name) for (name,) in database.execute(NAMES, (row["publisher"],)).fetchall()]
    for link in database.query(OTHER_YEARS, (row["publisher"], row["year"])):
        if any(name in normalise(link["title"]) for name in names):
            yield line(lang, "outside_title", **{**link, "first_seen": when(link["first_seen"])})
