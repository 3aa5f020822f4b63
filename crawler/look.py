"""`python -m crawler.look`: asks as JSON on standard input, what was seen as JSON on standard output."""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.crawler import CrawlerProcess
from scrapy.utils.project import get_project_settings

from crawler import families
from crawler.detection import source_of
from crawler.looked import ask_of
from crawler.looking import LookLedger, LookSpider, respect
from crawler.watchdog import start
from store.errors import StoreError, explained
from store.watchlist import SOURCES, load_watchlist

if TYPE_CHECKING:
    from store.model import Source

OK = 0


def main() -> int:
    """Looks at what is asked for. Returns the exit code."""
    settings = get_project_settings()
    settings.setmodule("crawler.settings", priority="project")
    asks = tuple(ask_of(one) for one in json.load(sys.stdin))
    sources = tuple(source_of(ask) for ask in asks)
    try:
        ledger = LookLedger(Path(settings["STATE"]), settings["FIXED_NOW"])
        ledger.prepare(sources)
        respect(_watched(Path(settings["WATCHLIST"])))
    except (StoreError, sqlite3.Error) as error:
        return _refuse(_explained(error))
    LookSpider.ledger, LookSpider.asks, LookSpider.seen = ledger, asks, []
    process = CrawlerProcess(settings)
    process.crawl(LookSpider)
    start(process, settings)
    try:
        ledger.tell_hosts(sources)
        ledger.close()
    except (StoreError, sqlite3.Error) as error:
        ledger.broken = ledger.broken or _explained(error)
    if ledger.broken:
        return _refuse(ledger.broken)
    sys.stdout.write(json.dumps([asdict(looked) for looked in LookSpider.seen], ensure_ascii=False) + "\n")
    return OK


def _watched(root: Path) -> tuple[Source, ...]:
    """The sources that are watched already; the first one is added to an empty folder."""
    return load_watchlist(root, families()).sources if any(root.rglob(SOURCES)) else ()


def _explained(error: StoreError | sqlite3.Error) -> StoreError:
    return explained(error, "the database of looks") if isinstance(error, sqlite3.Error) else error


def _refuse(error: StoreError) -> int:
    with suppress(OSError):  # the log lies on the disk that is full: the code says it
        sys.stderr.write(f"{error}\n")
    return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
