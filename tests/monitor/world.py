"""A small watched world, filled through the store's own functions: what the crawler and the reader would write."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zlib import crc32

from monitor.check import CheckSummary, check
from parsers.model import Figure, Finding, Origin, Parsed, Section
from parsers.titles import title_facts
from store.crawls import finish_crawl, keep_document, see_links, start_crawl
from store.matched import rematch
from store.model import Link, Publisher, Source, Watchlist
from store.readings import save_readings
from store.watched import save_watchlist

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlite_utils import Database

    from monitor.channels import Channel
    from monitor.outbox import NotifySummary
    from parsers.model import FindingKind, Level
    from store.archive import Archive
    from store.model import BlindKind

LIST = "http://www.example.gov.cn/nb/"


def title(name: str, year: int) -> str:
    """A title as lists print them."""
    return f"{name}{year}年政府信息公开工作年度报告"


@dataclass
class World:
    """Publishers and sources with their visits. Times are UTC text; 01:00Z is 09:00 in Shanghai."""

    db: Database
    archive: Archive
    publishers: list[Publisher] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    channels: Sequence[Channel] = ()

    def watch(
        self,
        *names: str,
        source: str = "list",
        kind: str = "department",
        at: str = "2025-11-01T00:00:00Z",
        **more: object,
    ) -> None:
        """Publishers, named by their ids, who publish on one list."""
        url = f"http://{source}.example.gov.cn/nb/"
        if source not in {known.id for known in self.sources}:
            self.sources.append(Source(source, url, "static_list", (f"{source}.example.gov.cn",), "henan"))
        for name in names:
            region = str(more.get("region", "henan"))
            fields = {key: value for key, value in more.items() if key != "region"}
            publisher = Publisher(name, f"周口市{name}局", kind, region, sources=(source,), **fields)  # type: ignore[arg-type]  # test data
            self.publishers = [*(p for p in self.publishers if p.id != name), publisher]
        self.save(at)

    def save(self, at: str) -> None:
        save_watchlist(self.db, Watchlist(tuple(self.publishers), tuple(self.sources)), at)

    def good(
        self,
        at: str,
        *years_of: tuple[str, int],
        source: str = "list",
        run: int | None = None,
        dated: str | None = None,
    ) -> int:
        """A good visit whose list holds these publishers' reports."""
        crawl = start_crawl(self.db, source, f"http://{source}.example.gov.cn/nb/", at, run)
        links = [self._link(source, name, year, dated) for name, year in years_of]
        see_links(self.db, crawl, links, at)
        finish_crawl(self.db, crawl, "good", None, "", 1, len(links), at)
        return crawl

    def see(self, crawl: int, entry: str, at: str, source: str = "list") -> None:
        """An entry of any title on the list of a visit."""
        url = f"http://{source}.example.gov.cn/nb/{crc32(entry.encode())}.html"
        see_links(self.db, crawl, [Link(source, url, entry, None, title_facts(entry).kind)], at)

    def blind(
        self, at: str, kind: BlindKind = "captcha", source: str = "list", run: int | None = None
    ) -> None:
        crawl = start_crawl(self.db, source, f"http://{source}.example.gov.cn/nb/", at, run)
        finish_crawl(self.db, crawl, "blind", kind, "a captcha page", 1, 0, at)

    def read(
        self,
        at: str,
        name: str,
        year: int,
        body: bytes,
        figures: dict[str, int] | None = None,
        *,
        text: str = "文字",
        faults: Sequence[str] = (),
        level: Level = "error",
        finding_kind: FindingKind | None = None,
        source: str = "list",
        crawl: int | None = None,
    ) -> int:
        """A document behind the link, kept and read."""
        url = self._url(source, name, year)
        document, _ = keep_document(
            self.db, self.archive, url=url, body=body, media_type="text/html", now=at, source=source, link_url=url,
            title=title(self._name(name), year), status=200, crawl=crawl,
        )  # fmt: skip
        self.reread(
            at,
            document,
            name,
            year,
            figures or {"requests.received.total": 22},
            text=text,
            faults=faults,
            level=level,
            finding_kind=finding_kind,
        )
        return document

    def reread(
        self,
        at: str,
        document: int,
        name: str,
        year: int,
        figures: dict[str, int],
        *,
        text: str = "文字",
        faults: Sequence[str] = (),
        level: Level = "error",
        finding_kind: FindingKind | None = None,
        version: str = "1",
    ) -> None:
        finding_kind = finding_kind or ("printed_error" if level == "error" else "form")
        origin = Origin(kind="html", table=1, row=1, column=1)
        parsed = Parsed(
            publisher=self._name(name),
            year=year,
            title=title(self._name(name), year),
            edition="2021",
            figures=tuple(Figure(key, value, str(value), "件", "number", origin) for key, value in figures.items()),
            sections=(Section("1", "一、总体情况", text),),
            findings=tuple(
                Finding("balance", finding_kind, level, f"{fault} does not hold", f"{fault}不相符", ("requests.received.total",), crc32(fault.encode()), 2)
                for fault in faults
            ),
            reader="stream",
        )  # fmt: skip
        save_readings(self.db, document, version, (parsed,), at)

    def check(self, at: str) -> CheckSummary:
        rematch(self.db, at)
        return check(self.db, at, self.channels)

    def notify(self, at: str) -> NotifySummary:
        from monitor.outbox import notify  # noqa: PLC0415 - Apprise is slow to load and few tests send

        return notify(self.db, self.channels, at)

    def told(self) -> list[tuple[str, str | None, int | None]]:
        """Every event that somebody is to be told of, as (kind, publisher, year)."""
        rows = self.db.query("SELECT * FROM events WHERE suppressed IS NULL ORDER BY id")
        return [(row["kind"], row["publisher"], row["year"]) for row in rows]

    def open(self) -> list[str]:
        return [
            row["key"]
            for row in self.db.query("SELECT key FROM incidents WHERE resolved_at IS NULL ORDER BY key")
        ]

    def _name(self, name: str) -> str:
        return next(publisher.name for publisher in self.publishers if publisher.id == name)

    def _url(self, source: str, name: str, year: int) -> str:
        return f"http://{source}.example.gov.cn/nb/{name}-{year}.html"

    def _link(self, source: str, name: str, year: int, dated: str | None) -> Link:
        text = title(self._name(name), year)
        return Link(source, self._url(source, name, year), text, dated, title_facts(text).kind)
