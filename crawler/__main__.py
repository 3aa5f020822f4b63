"""`python -m crawler`: every family in one process, and a JSON summary as the last line on standard output."""

from __future__ import annotations

import json
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, cast

from scrapy.crawler import CrawlerProcess
from scrapy.spiderloader import SpiderLoader
from scrapy.utils.project import get_project_settings

from crawler import families
from crawler.ledger import Ledger, open_ledger
from crawler.options import mistakes_in
from crawler.watchdog import start
from store.errors import StoreError

if TYPE_CHECKING:
    from scrapy.settings import Settings

    from crawler.spiders.base import FamilySpider
    from store.model import Watchlist

OK, FAULT, SOME_BLIND, BAD_CONFIGURATION = 0, 1, 10, 78


def main() -> int:
    """Crawls what the REPORTWATCH_* variables say. Returns the exit code."""
    settings = get_project_settings()
    settings.setmodule("crawler.settings", priority="project")
    try:
        ledger, watchlist = _open(settings)
    except StoreError as error:
        return _refuse(error.exit_code, error)
    except ValueError as error:
        return _refuse(BAD_CONFIGURATION, error)
    _crawl(settings, watchlist)
    _miss_nobody(ledger, watchlist, settings["ONLY_SOURCES"])
    summary = summarise(ledger, watchlist, settings["ONLY_SOURCES"])
    ledger.close()
    sys.stdout.write(json.dumps(summary, ensure_ascii=False) + "\n")
    if ledger.broken:
        return _refuse(ledger.broken.exit_code, ledger.broken)
    if ledger.faults:
        return FAULT
    return SOME_BLIND if summary["blind"] else OK


def _open(settings: Settings) -> tuple[Ledger, Watchlist]:
    ledger, watchlist = open_ledger(
        Path(settings["STATE"]), Path(settings["WATCHLIST"]), settings["FIXED_NOW"], settings["RUN"]
    )
    ledger.years = frozenset(int(year) for year in settings["YEARS"].split(",") if year)
    known = families()
    loader = SpiderLoader.from_settings(settings)
    mistakes = [
        text
        for source in watchlist.sources
        if source.family in known
        for text in mistakes_in(source, cast("type[FamilySpider]", loader.load(source.family)).own_options)
    ]
    unknown = _wanted(settings["ONLY_SOURCES"]) - {source.id for source in watchlist.sources}
    mistakes += [f"REPORTWATCH_SOURCES: there is no source {name!r}" for name in sorted(unknown)]
    if mistakes:
        raise ValueError("\n".join(mistakes))
    return ledger, watchlist


def _crawl(settings: Settings, watchlist: Watchlist) -> None:
    process = CrawlerProcess(settings)
    used = {source.family for source in watchlist.sources}
    for family in sorted(families() & used):
        process.crawl(family)
    start(process, settings)


def _miss_nobody(ledger: Ledger, watchlist: Watchlist, only: str) -> None:
    """A source that should have been visited and has no outcome is a fault: silence must not look like success."""
    wanted, known = _wanted(only), families()
    visited = {tally.source for tally in ledger.tallies}
    for source in watchlist.sources:
        if source.family in known and source.id not in visited and (not wanted or source.id in wanted):
            ledger.faults.append(f"{source.id}: was not visited, the log says why")


def summarise(ledger: Ledger, watchlist: Watchlist, only: str) -> dict[str, object]:
    """The run in one object: visits by outcome, who was blind and how, what is new, what nobody visits."""
    wanted = _wanted(only)
    unsupported = [source.id for source in watchlist.sources if source.family == "unsupported"]
    blind = [
        {"source": tally.source, "kind": tally.blindness.kind, "reason": tally.blindness.reason}
        for tally in ledger.tallies
        if tally.blindness is not None
    ]
    return {
        "visits": dict(Counter(tally.outcome for tally in ledger.tallies)),
        "blind": blind,
        "new_documents": sum(tally.new_documents for tally in ledger.tallies),
        "failed_documents": sum(tally.failed_documents for tally in ledger.tallies),
        "unsupported": [name for name in unsupported if not wanted or name in wanted],
        "faults": list(ledger.faults),
    }


def _wanted(only: str) -> set[str]:
    return {name for name in only.split(",") if name}


def _refuse(code: int, error: Exception) -> int:
    with suppress(OSError):  # the log may lie on the disk that is full: the code says it
        sys.stderr.write(f"{error}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
