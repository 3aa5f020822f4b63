"""What do the rules across documents cost a check? Run: python -m bench.across [REPORTS]. Each body has two years.

Seconds of one processor: the first check, one after it, and one for which a hundred reports were read anew.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench.similar import made
from monitor.across.judging import judge_across, prepare_across
from parsers.model import Figure, Origin, Parsed, Section
from reportwatch.portal.figures import figures
from store.archive import Archive
from store.crawls import finish_crawl, keep_document, see_links, start_crawl
from store.database import open_database, transaction
from store.matched import rematch
from store.model import Link, Publisher, Source, Watchlist
from store.readings import save_readings
from store.watched import save_watchlist

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlite_utils import Database

    from monitor.across.measure import Text

REPORTS, YEARS, NEW = 4_000, (2024, 2025), 100
AT = "2026-01-20T01:00:00Z"
URL = "http://www.example.gov.cn/nb/"
PLACE = Origin(kind="html", table=1, row=1, column=1)


def main() -> None:
    """Makes the reports and prints what each step cost."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else REPORTS
    texts = list(made(count).values())
    with tempfile.TemporaryDirectory() as folder:
        db = open_database(Path(folder) / "reports.db")
        _fill(db, Archive(Path(folder) / "raw"), texts)
        print(f"{count:,} reports of {len(YEARS)} years")
        _step("first: texts compared", lambda: prepare_across(db))
        _step("first: judged", lambda: _judged(db))
        _step("again: texts compared", lambda: prepare_across(db))
        _step("again: judged", lambda: _judged(db))
        db.execute(
            "DELETE FROM report_texts WHERE reading IN (SELECT reading FROM report_texts LIMIT ?)", (NEW,)
        )
        _step(f"{NEW} read anew: texts compared", lambda: prepare_across(db))
        db.close()


def _judged(db: Database) -> object:
    with transaction(db):
        return judge_across(db)


def _step(name: str, work: Callable[[], object]) -> None:
    begin = time.process_time()
    found = work()
    print(f"  {name}: {time.process_time() - begin:.1f} s ({found})")


def _fill(db: Database, archive: Archive, texts: list[Text]) -> None:
    bodies = len(texts) // len(YEARS)
    names = [f"第{number}局" for number in range(bodies)]
    publishers = tuple(Publisher(f"p{n}", name, "department", "henan", sources=("list",)) for n, name in enumerate(names))  # fmt: skip
    save_watchlist(db, Watchlist(publishers, (Source("list", URL, "static_list", ("www.example.gov.cn",), "henan"),)), AT)  # fmt: skip
    crawl = start_crawl(db, "list", URL, AT, None)
    wanted = [(number, name, year) for year in YEARS for number, name in enumerate(names)]
    see_links(db, crawl, [Link("list", _url(n, year), _title(name, year), None, "report") for n, name, year in wanted], AT)  # fmt: skip
    finish_crawl(db, crawl, "good", None, "", 1, len(wanted), AT)
    for (number, name, year), text in zip(wanted, texts, strict=False):
        with transaction(db):
            document, _ = keep_document(
                db, archive, url=_url(number, year), body=_url(number, year).encode(), media_type="text/html", now=AT,
                source="list", link_url=_url(number, year), status=200, crawl=crawl,
            )  # fmt: skip
            save_readings(db, document, "1", (_parsed(name, year, text),), AT)
    rematch(db, AT)
    db.execute("ANALYZE")


def _parsed(name: str, year: int, text: Text) -> Parsed:
    printed = tuple(
        Figure(key, value, str(value), None, "number", PLACE) for key, value in figures(name, year).items()
    )
    sections = tuple(Section(key, key, words) for key, words in text.printed.items())
    return Parsed(name, year, _title(name, year), "2021", printed, sections, (), "stream")


def _url(number: int, year: int) -> str:
    return f"{URL}{year}/{number}.html"


def _title(name: str, year: int) -> str:
    return f"{name}{year}年政府信息公开工作年度报告"


if __name__ == "__main__":
    main()
