"""How long does `report_status` take over 40,000 publishers and eight years? Run: python -m bench.status [PUBLISHERS].

Seconds of one processor, so that a busy machine does not change them; on an idle one they are the time you wait.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from store.database import open_database, transaction
from store.matched import rematch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlite_utils import Database

PUBLISHERS = 40_000
YEARS = range(2018, 2026)
PER_SOURCE = 10  # publishers on one list page
VISITS = 120  # of each source: weekly, daily around the due date
FATES, LATE, NEVER, UNKNOWN = 50, range(40, 47), (47, 48), (49,)
AS_OF = "2026-03-01T00:00:00Z"


def main() -> None:
    """Makes the database, prints the median of three runs of each question, and how the statuses fall."""
    publishers = int(sys.argv[1]) if len(sys.argv) > 1 else PUBLISHERS
    with tempfile.TemporaryDirectory() as folder:
        db = open_database(Path(folder) / "reports.db")
        print(f"{publishers:,} publishers × {len(YEARS)} years, {publishers // PER_SOURCE:,} sources")
        print(f"made in {_seconds(lambda: fill(db, publishers)):.1f} s")
        print(f"rematch, first {_seconds(lambda: rematch(db, AS_OF)):.1f} s")
        print(f"rematch, again {_seconds(lambda: rematch(db, AS_OF)):.1f} s")
        db.execute("ANALYZE")
        for name, sql in QUESTIONS.items():
            runs = [_seconds(lambda sql=sql: db.execute(sql).fetchall()) for _ in range(3)]  # type: ignore[misc]  # a lambda with a default
            print(f"{name}: {statistics.median(runs):.2f} s")
        for status, count in db.execute(
            "SELECT status, count(*) FROM report_status GROUP BY 1 ORDER BY 2 DESC"
        ):
            print(f"  {count:>8,}  {status}")
        db.close()


QUESTIONS = {
    "every status": "SELECT * FROM report_status",
    "one publisher": "SELECT * FROM report_status WHERE publisher = 'p7'",
    "missing of one year": "SELECT * FROM report_status WHERE year = 2025 AND status = 'missing'",
    "coverage": "SELECT * FROM coverage",
    "sources": "SELECT * FROM source_status",
}


def fill(db: Database, publishers: int) -> None:
    """Publishers of every fate: seen in time, late, never, on blind lists, under names that nobody knows."""
    sources = publishers // PER_SOURCE
    with transaction(db):
        many = db.conn.executemany
        many(
            "INSERT INTO publishers (id, name, kind, region) VALUES (?, ?, 'department', ?)",
            ((f"p{n}", f"第{n}市财政局", f"r{n % 300}") for n in range(publishers)),
        )
        many(
            "INSERT INTO sources (id, url, family, hosts, region, url_since) VALUES (?, ?, 'static', '[]', ?, ?)",
            (
                (f"s{n}", f"https://s{n}.gov.cn/", f"r{n % 300}", "2020-01-01T00:00:00Z")
                for n in range(sources)
            ),
        )
        many(
            "INSERT INTO publisher_sources (publisher, source) VALUES (?, ?)",
            ((f"p{n}", f"s{n // PER_SOURCE}") for n in range(sources * PER_SOURCE)),
        )
        many(
            "INSERT INTO reports (publisher, year, owed, due, due_ends, due_basis) VALUES (?, ?, 1, ?, ?, 'law')",
            (
                (f"p{n}", year, f"{year + 1}-01-31", f"{year + 1}-01-31T16:00:00Z")
                for n in range(publishers)
                for year in YEARS
            ),
        )
        many(
            "INSERT INTO crawls (source, url, started_at, finished_at, outcome, blind_kind) VALUES (?, ?, ?, ?, ?, ?)",
            (crawl for n in range(sources) for crawl in _crawls(n)),
        )
        many(
            "INSERT INTO links (source, url, title, published, kind, first_seen, last_seen, last_crawl)"
            " VALUES (?, ?, ?, ?, 'report', ?, ?, 1)",
            (link for n in range(publishers) for link in _links(n)),
        )
        db.execute("INSERT INTO as_of (id, at) VALUES (1, ?)", (AS_OF,))


def _crawls(source: int) -> Iterator[tuple[object, ...]]:
    for visit in range(VISITS):
        day = f"2025-{visit % 12 + 1:02d}-{visit // 12 + 1:02d}" if visit < VISITS // 2 else _winter(visit)
        blind = source % 20 == 0 and day > "2026-01-31"
        outcome = "blind" if blind else "unchanged" if visit % 7 == 0 else "good"
        kind = "captcha" if blind else None
        yield (
            f"s{source}",
            f"https://s{source}.gov.cn/",
            f"{day}T01:00:00Z",
            f"{day}T01:05:00Z",
            outcome,
            kind,
        )


def _winter(visit: int) -> str:
    day = visit - VISITS // 2
    return f"2026-{day // 30 + 1:02d}-{day % 28 + 1:02d}"


def _links(publisher: int) -> Iterator[tuple[object, ...]]:
    source = f"s{publisher // PER_SOURCE}"
    for year in YEARS:
        fate = (publisher * 7 + year * 3) % FATES
        if fate in NEVER:
            continue
        name = "第无名局" if fate in UNKNOWN else f"第{publisher}市财政局"
        day = (
            "2025-01-01" if year < YEARS[-1] else f"{year + 1}-02-20" if fate in LATE else f"{year + 1}-01-20"
        )
        printed = f"{year + 1}-01-15" if fate % 3 else None
        yield (
            source, f"https://{source}.gov.cn/{publisher}/{year}.html", f"{name}{year}年政府信息公开工作年度报告",
            printed, f"{day}T01:02:00Z", "2026-02-28T01:02:00Z",
        )  # fmt: skip


def _seconds(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


if __name__ == "__main__":
    main()
