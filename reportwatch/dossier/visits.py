"""The visits that a claim rests on, and the pages that they kept: around the due date, and whatever decided."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from reportwatch.clock import days_before
from reportwatch.dossier.model import ListPage, Row, Visit, Visits
from store.errors import DamagedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlite_utils import Database

    from store.archive import Archive

DAYS_BEFORE, DAYS_AFTER = 31, 62  # around a due date
LATEST = 6  # visits that are listed whatever they say
MOST = 400  # visits that are listed
GONE_VISITS = 3  # good visits without it that a withdrawal rests on (store/views/report_status.sql)
_VISITS = """
SELECT c.*, s.url AS present, s.url_since FROM crawls c JOIN publisher_sources x ON x.source = c.source
JOIN sources s ON s.id = c.source
WHERE x.publisher = ? AND c.outcome <> 'running' ORDER BY c.started_at, c.id
"""
_PAGES = (
    "SELECT url, seen_at, status, sha256, headers FROM captures WHERE crawl = ? AND kind = 'list' ORDER BY id"
)
_LINKS = "SELECT source, first_seen, last_seen, last_crawl FROM links WHERE report = ? ORDER BY id"
_ANSWERS = """
SELECT k.crawl, group_concat(DISTINCT k.status) AS answers FROM captures k JOIN crawls c ON c.id = k.crawl
JOIN publisher_sources x ON x.source = c.source WHERE x.publisher = ? AND k.kind = 'list' GROUP BY k.crawl
"""


def visits_of(db: Database, archive: Archive, row: Row) -> Visits:
    """The visits to the lists of the publisher of a row of report_status; those that matter with their pages."""
    rows = list(db.query(_VISITS, [row["publisher"]]))
    answers = {one["crawl"]: one["answers"] or "" for one in db.query(_ANSWERS, [row["publisher"]])}
    roles = _roles(rows, list(db.query(_LINKS, [row["report"]])), row)
    listed = [one for one in rows if one["id"] in roles or _is_near(one, row)]
    listed = sorted({one["id"]: one for one in [*listed, *rows[-LATEST:]]}.values(), key=_order)
    if len(listed) > MOST:
        listed = [one for one in listed if one["id"] in roles or one in listed[-MOST:]]
    chosen = {one["id"] for one in listed}
    return Visits(
        tuple(_visit(db, archive, one, row, roles.get(one["id"], ()), answers) for one in listed),
        Counter(str(one["outcome"]) for one in rows if one["id"] not in chosen),
    )


def _order(visit: Row) -> tuple[str, int]:
    return visit["started_at"], visit["id"]


def _is_near(visit: Row, row: Row) -> bool:
    """Whether a visit was around the due date, or in the days in which what was published could be withdrawn."""
    if row["due_ends"] is None:
        return False
    ends = str(row["due_ends"])
    at = str(visit["started_at"])
    return days_before(ends, DAYS_BEFORE) <= at <= days_before(ends, -DAYS_AFTER)


def _roles(rows: Sequence[Row], links: Sequence[Row], row: Row) -> Mapping[int, tuple[str, ...]]:
    """By visit: what it is good for. Of every list of the publisher, and of it alone."""
    found: dict[int, dict[str, None]] = {}
    for source in dict.fromkeys(one["source"] for one in rows):
        mine = [one for one in rows if one["source"] == source]
        for name, visit in _of_source(mine, [link for link in links if link["source"] == source], row):
            found.setdefault(visit["id"], {})[name] = None
    return {visit: tuple(names) for visit, names in found.items()}


def _of_source(visits: Sequence[Row], links: Sequence[Row], row: Row) -> Iterator[tuple[str, Row]]:
    good = [one for one in visits if one["outcome"] == "good" and _is_present(one)]
    yield from _around(good, row)
    yield from _of_links(visits, good, links, row)
    if good:
        yield "last_good", good[-1]
    if visits and visits[-1]["outcome"] == "blind":
        yield "last_blind", visits[-1]
    if row["status"] == "unknown" and (blind := [one for one in visits if _is_blind_after(one, row)]):
        yield "first_blind", blind[0]


def _is_blind_after(visit: Row, row: Row) -> bool:
    return visit["outcome"] == "blind" and str(visit["started_at"]) >= str(row["due_ends"] or "")


def _around(good: Sequence[Row], row: Row) -> Iterator[tuple[str, Row]]:
    """The last good visit before the due date was over, the first after it, and the last that lacked what came late."""
    ends = row["due_ends"]
    if ends is None:
        return
    if before := [one for one in good if one["started_at"] < ends]:
        yield "before_due", before[-1]
    after = [one for one in good if one["started_at"] >= ends]
    if after:
        yield "after_due", after[0]
    seen = row["first_seen"]
    lacking = [one for one in after if seen and one["finished_at"] and one["finished_at"] < seen]
    if row["lacked_at"] and lacking:
        yield "lacked", lacking[-1]


def _of_links(
    visits: Sequence[Row], good: Sequence[Row], links: Sequence[Row], row: Row
) -> Iterator[tuple[str, Row]]:
    """The visit that showed it first; of what was withdrawn, the last that showed it and those without it."""
    for link in links:
        if first := [one for one in visits if one["started_at"] <= link["first_seen"]]:
            yield "first_shown", first[-1]
        if row["status"] != "withdrawn":
            continue
        yield from (("last_shown", one) for one in visits if one["id"] == link["last_crawl"])
        without = [one for one in good if one["started_at"] > link["last_seen"]]
        yield from (("without", one) for one in without[:GONE_VISITS])


def _is_present(visit: Row) -> bool:
    return bool(visit["url"] == visit["present"] and visit["started_at"] >= visit["url_since"])


def _visit(
    db: Database, archive: Archive, visit: Row, row: Row, roles: tuple[str, ...], answers: Mapping[int, str]
) -> Visit:
    return Visit(
        visit["id"], visit["source"], visit["url"], visit["started_at"], visit["outcome"], visit["blind_kind"],
        visit["reason"] or "", visit["pages"] or 0, visit["entries"] or 0,
        bool(row["due_ends"] and visit["started_at"] >= row["due_ends"]), not _is_present(visit),
        answers.get(visit["id"], ""), roles, tuple(_pages(db, archive, visit["id"])) if roles else (),
    )  # fmt: skip


def _pages(db: Database, archive: Archive, crawl: int) -> Iterator[ListPage]:
    for page in db.query(_PAGES, [crawl]):
        yield ListPage(
            page["url"], page["seen_at"], page["status"], page["sha256"], headers_of(page["headers"]),
            body_of(archive, page["sha256"]),
        )  # fmt: skip


def headers_of(stored: str | None) -> dict[str, str]:
    """The headers of an answer, as stored."""
    found = json.loads(stored or "{}")
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}


def body_of(archive: Archive, sha256: str | None) -> bytes | None:
    """The bytes of that hash; None where they are not there, or not those any more."""
    if sha256 is None:
        return None
    try:
        return archive.get(sha256)
    except (DamagedError, ValueError):
        return None
