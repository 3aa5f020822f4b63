"""Reports that were changed after publication: what a new version says otherwise, at its address or at a new one.

Two versions are compared only as read by one version of our readers, figure by figure: a figure that either reading is
unsure of, or that only one of them has, says nothing. A difference in bytes alone is cosmetic, and so is a counter, a
clock or a menu on the page. A copy at another address, or in another format, is no change unless its figures differ.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from monitor.model import Revision

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

Row: TypeAlias = "dict[str, str | int]"

# Each time an address gave other bytes than the time before, whoever listed it; what is known as an event is done.
# A page and its pictures are one; a version that lacks one of them says nothing of what the office changed.
TRANSITIONS = """
WITH seen AS (
  SELECT c.id AS capture, c.seen_at, d.url, d.id AS document, d.sha256 || d.pictures AS bytes,
    lag(d.id) OVER by_url AS before, lag(d.sha256 || d.pictures) OVER by_url AS bytes_before
  FROM captures c JOIN documents d ON d.id = c.document
  WHERE c.kind IN ('document', 'unchanged') AND d.supplied_by IS NULL AND d.url IN (
    SELECT url FROM documents WHERE supplied_by IS NULL GROUP BY url
    HAVING count(DISTINCT sha256 || pictures) > 1)
    AND NOT EXISTS (SELECT 1 FROM json_each(d.pictures) e WHERE e.value ->> 1 IS NULL)
  WINDOW by_url AS (PARTITION BY d.url ORDER BY c.seen_at, c.id)
)
SELECT s.capture, s.seen_at, s.url, p.publisher, p.year, o.id AS old, n.id AS new
FROM seen s
JOIN readings n ON n.document = s.document AND n.error_kind IS NULL
JOIN readings o ON o.document = s.before AND o.error_kind IS NULL AND o.report = n.report
  AND o.reader_version = n.reader_version
JOIN reports p ON p.id = n.report
WHERE s.bytes <> s.bytes_before
  AND NOT EXISTS (SELECT 1 FROM events e WHERE e.key = 'revised|' || p.publisher || '|' || p.year || '|' || s.capture)
ORDER BY s.seen_at, s.capture
"""
# A first version at a new address, of a report that was read elsewhere before. That it is new is proved only where its
# list was read to the end without it, or its page was had without the file, and the file did not fail to come.
COPIES = """
WITH several AS (
  SELECT r.report FROM readings r JOIN documents d ON d.id = r.document AND d.supplied_by IS NULL
  WHERE r.report IS NOT NULL AND r.error_kind IS NULL GROUP BY r.report HAVING count(DISTINCT d.url) > 1
)
SELECT c.id AS capture, d.first_seen AS seen_at, d.url, p.publisher, p.year, n.id AS new, n.report
FROM several s
JOIN readings n ON n.report = s.report AND n.error_kind IS NULL
JOIN documents d ON d.id = n.document AND d.supplied_by IS NULL
JOIN links l ON l.id = d.link
JOIN reports p ON p.id = n.report
JOIN captures c ON c.id = (
  SELECT k.id FROM captures k WHERE k.document = d.id AND k.kind = 'document' ORDER BY k.seen_at, k.id LIMIT 1)
WHERE EXISTS (SELECT 1 FROM figures f WHERE f.reading = n.id)
  AND NOT EXISTS (SELECT 1 FROM documents o WHERE o.url = d.url AND o.supplied_by IS NULL AND o.id < d.id)
  AND CASE WHEN d.url = l.url THEN EXISTS (
      SELECT 1 FROM crawls g JOIN sources x ON x.id = g.source
      WHERE g.source = l.source AND g.outcome = 'good' AND g.finished_at < l.first_seen AND g.url = x.url
        AND g.started_at >= x.url_since)
    ELSE NOT EXISTS (SELECT 1 FROM captures k WHERE k.url = d.url AND k.kind = 'failed') AND EXISTS (
      SELECT 1 FROM captures k WHERE k.url = l.url AND k.kind IN ('document', 'unchanged')
        AND k.seen_at < d.first_seen AND k.crawl IS NOT c.crawl) END
  AND NOT EXISTS (SELECT 1 FROM events e WHERE e.key = 'revised|' || p.publisher || '|' || p.year || '|' || c.id)
ORDER BY d.first_seen, c.id
"""
# What stood for the report before, the newest first: of each other address the version that was there last.
BEFORE = """
SELECT o.id AS old, d.url FROM readings o JOIN documents d ON d.id = o.document
JOIN readings n ON n.id = :new AND n.reader_version = o.reader_version
WHERE o.report = :report AND o.error_kind IS NULL AND d.supplied_by IS NULL AND d.url <> :url
  AND d.first_seen < :seen_at AND EXISTS (SELECT 1 FROM figures f WHERE f.reading = o.id)
  AND NOT EXISTS (SELECT 1 FROM documents v WHERE v.url = d.url AND v.first_seen < :seen_at AND v.last_seen > d.last_seen)
ORDER BY d.first_seen DESC, o.id DESC
"""
FIGURES = """
SELECT k.row_label, k.column_label, a.text AS before, b.text AS after
FROM figures a JOIN figures b ON b.key = a.key AND b.reading = ? JOIN figure_keys k ON k.id = a.key
WHERE a.reading = ? AND a.state <> 'unsure' AND b.state <> 'unsure'
  AND (a.value IS NOT b.value OR (a.value IS NULL AND a.state IS NOT b.state))
ORDER BY k.id
"""
# `last`: what follows it on a page is the page's own, if nothing marks where the report ends.
SECTIONS = """
SELECT b.title, a.text AS before, b.text AS after,
  a.key = (SELECT max(key) FROM sections WHERE reading = a.reading) AND d.media_type = 'text/html' AS last
FROM sections a JOIN sections b ON b.key = a.key AND b.reading = ?
JOIN readings r ON r.id = a.reading JOIN documents d ON d.id = r.document
WHERE a.reading = ? ORDER BY a.key
"""
UNSEEN = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
SENTENCE = re.compile(r"[。；！？;!?]$")
COUNTER = re.compile(r"浏览次数|浏览量|点击|访问量|访客|今天是|现在是")
DECORATION = re.compile(
    rf"{COUNTER.pattern}|浏览|访问|阅读|打印|字体|字号|发布日期|发布时间|更新|星期|来源|作者|编辑|上一|下一|附件|下载|备案|版权|当前位置|^[\W\d_A-Za-z]*$"
)
NOTHING_PRINTED = "—"


def read_revisions(db: Database) -> tuple[Revision, ...]:
    """Every new version of a report's document that is no event yet, also those that changed nothing that counts."""
    return (*(_revision(db, row) for row in db.query(TRANSITIONS)), *_copies(db))


def _revision(db: Database, row: Row) -> Revision:
    pair = (row["new"], row["old"])
    return Revision(
        publisher=str(row["publisher"]),
        year=int(row["year"]),
        url=str(row["url"]),
        capture=int(row["capture"]),
        seen_at=str(row["seen_at"]),
        figures=_figures(db, row),
        sections=tuple(
            text["title"]
            for text in db.query(SECTIONS, pair)
            if _words(text["before"], last=text["last"]) != _words(text["after"], last=text["last"])
        ),
    )


def _copies(db: Database) -> Iterator[Revision]:
    """New copies at other addresses: a move, a second format, or a version that says something else."""
    for row in list(db.query(COPIES)):
        wanted = {name: row[name] for name in ("new", "report", "url", "seen_at")}
        differing = [(one["url"], _figures(db, {**row, **one})) for one in db.query(BEFORE, wanted)]
        if differing:
            same = next((found for found in differing if not found[1]), None)
            moved_from, figures = same or differing[0]
            yield Revision(
                row["publisher"],
                row["year"],
                row["url"],
                row["capture"],
                row["seen_at"],
                figures,
                (),
                moved_from,
            )


def _figures(db: Database, row: Row) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (_label(change), change["before"] or NOTHING_PRINTED, change["after"] or NOTHING_PRINTED)
        for change in db.query(FIGURES, (row["new"], row["old"]))
    )


def _label(change: dict[str, str]) -> str:
    return " / ".join(label for label in (change["row_label"], change["column_label"]) if label)


def _words(text: str, *, last: bool) -> str:
    """What of a section counts as the report's own. Of the last one on a page: its first line, and whole sentences."""
    if not last:
        return UNSEEN.sub("", text)
    lines = [line for line in (UNSEEN.sub("", line) for line in text.splitlines()) if line]
    return "".join(
        line
        for number, line in enumerate(lines)
        if (SENTENCE.search(line) and not COUNTER.search(line))
        or (number == 0 and not DECORATION.search(line))
    )
