"""A small world for tests: publishers, list pages and visits on named days, then what the database says of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from parsers.model import Parsed
from store.archive import Archive
from store.crawls import finish_crawl, keep_document, note_capture, see_links, start_crawl
from store.matched import rematch
from store.model import BlindKind, CrawlOutcome, Link, Publisher, Source, Watchlist
from store.readings import save_readings, save_unreadable
from store.watched import save_watchlist

if TYPE_CHECKING:
    from pathlib import Path

    from sqlite_utils import Database

    from store.model import PublisherKind

URL = "https://www.zhoukou.gov.cn/nb/"
TITLE = "周口市财政局2024年政府信息公开工作年度报告"
PAGE = f"{URL}1.html"


@dataclass
class World:
    """By default one department owes its report for 2024 by 31 January 2025; its list is visited as told."""

    db: Database
    folder: Path
    publishers: dict[str, Publisher] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    old_reports: bool = (
        True  # good visits also show a report of 2022, so that the list is known to be the right one
    )

    def watch(
        self, publisher: str = "zk-cz", name: str = "周口市财政局", *, aliases: tuple[str, ...] = (),
        sources: tuple[str, ...] = ("list",), kind: PublisherKind = "department", day: str = "2024-01-01",
        from_year: int | None = None, to_year: int | None = None,
    ) -> None:  # fmt: skip
        self.publishers[publisher] = Publisher(
            publisher, name, kind, "henan/zhoukou", aliases=aliases, sources=sources, from_year=from_year,
            to_year=to_year,
        )  # fmt: skip
        for source in sources:
            if source not in self.sources:
                address = URL if source == "list" else f"https://{source}.gov.cn/"
                self.sources[source] = Source(source, address, "plain", ("a.gov.cn",), "henan/zhoukou")
        self.save(day)

    def source(self, name: str, url: str, *, others: tuple[str, ...] = (), day: str = "2024-01-01") -> None:
        self.sources[name] = Source(name, url, "plain", ("a.gov.cn",), "henan/zhoukou", others=others)
        self.save(day)

    def save(self, day: str) -> None:
        watchlist = Watchlist(tuple(self.publishers.values()), tuple(self.sources.values()))
        save_watchlist(self.db, watchlist, at(day))

    def owe(
        self, year: int = 2024, due: str | None = "2025-01-31", *, publisher: str = "zk-cz", owed: bool = True
    ) -> None:
        ends = None if due is None else f"{due}T16:00:00Z"
        self.db.execute(
            "INSERT INTO reports (publisher, year, owed, due, due_ends, due_basis) VALUES (?, ?, ?, ?, ?, 'law')"
            " ON CONFLICT (publisher, year) DO UPDATE SET owed = excluded.owed, due = excluded.due,"
            " due_ends = excluded.due_ends",
            (publisher, year, int(owed), due, ends),
        )

    def visit(
        self, day: str, *titles: str | tuple[str, str, str | None], source: str = "list", url: str | None = None,
        outcome: CrawlOutcome = "good", blind: BlindKind | None = None, copy_age: int = 0,
    ) -> int:  # fmt: skip
        """A visit that showed entries: a title alone is at PAGE without a date, else (url, title, printed date)."""
        address = url or self.sources[source].url
        crawl = start_crawl(self.db, source, address, at(day))
        entries = [(PAGE, entry, None) if isinstance(entry, str) else entry for entry in titles]
        owner = next((one for one in self.publishers.values() if source in one.sources), None)
        if self.old_reports and owner and not blind and outcome == "good":
            entries.append((f"{address}2022.html", f"{owner.name}2022年政府信息公开工作年度报告", None))
        see_links(
            self.db,
            crawl,
            [Link(source, page, title, published, "report") for page, title, published in entries],
            at(day),
        )
        finish_crawl(
            self.db,
            crawl,
            "blind" if blind else outcome,
            blind,
            "",
            1,
            len(entries),
            at(day, minutes=5),
            copy_age,
        )
        return crawl

    def keep(
        self, day: str, body: bytes = b"<html>", *, published: str | None = None, page: str = PAGE,
        source: str | None = "list", by: str | None = None, year: int = 2024,
    ) -> int:  # fmt: skip
        document, _ = keep_document(
            self.db, Archive(self.folder / "raw"), url=page, body=body, media_type="text/html", now=at(day),
            source=source, link_url=page if source else None, published=published, status=None if by else 200,
            supplied_by=by, supplied_publisher="zk-cz" if by else None, supplied_year=year if by else None,
        )  # fmt: skip
        return document

    def read(self, document: int, publisher: str | None, year: int | None) -> None:
        parsed = Parsed(publisher, year, None, "2021", (), (), (), "html")
        save_readings(self.db, document, "1", [parsed], at("2025-01-01"))

    def not_a_report(self, document: int) -> None:
        save_unreadable(self.db, document, "1", "not_a_report", "no table of a report", at("2025-01-01"))

    def gone(self, day: str) -> None:
        note_capture(self.db, "gone", PAGE, at(day), status=404)

    def unchanged(self, day: str) -> None:
        note_capture(self.db, "unchanged", PAGE, at(day), status=304)

    def judge(self, day: str, publisher: str = "zk-cz", year: int = 2024) -> dict[str, Any]:
        """The row of report_status as `check` would see it on that day."""
        rematch(self.db, at(day))
        self.db.execute("INSERT OR REPLACE INTO as_of (id, at) VALUES (1, ?)", (at(day),))
        rows = self.db.query(
            "SELECT * FROM report_status WHERE publisher = ? AND year = ?", (publisher, year)
        )
        return next(iter(rows))

    def status(self, day: str, publisher: str = "zk-cz", year: int = 2024) -> str:
        return str(self.judge(day, publisher, year)["status"])


def at(day: str, *, minutes: int = 0) -> str:
    """Noon in Shanghai (04:00 UTC) of a day, or the UTC text itself."""
    return day if "T" in day else f"{day}T04:{minutes:02d}:00Z"
