"""A simulated year: what is planted, what the lists show on each day, and what must be told of it.

Visits and documents go through the store's own functions, as the crawler writes them (a real crawl of 80 lists on 365
days would take a day); documents are made pages, read by the real reader. The oracle works from the plan and the days
on which each list could be read: it knows nothing of the database.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Literal

from monitor.check import check
from monitor.outbox import notify
from parsers import READER_VERSION, parse
from parsers.titles import title_facts
from reportwatch.portal.form import MadeReport, report
from store.crawls import finish_crawl, keep_document, note_capture, see_links, start_crawl
from store.matched import rematch
from store.model import Link, Publisher, Source, Watchlist
from store.readings import save_readings
from store.watched import save_watchlist

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlite_utils import Database

    from monitor.channels import Channel
    from store.archive import Archive
    from store.model import PublisherKind

YEAR = 2025
BODIES_ON_A_LIST = 5
BLINDNESS = 0.10
DUE = {"department": date(2026, 1, 31), "government": date(2026, 3, 31)}
GRACE_ENDS = {
    "department": date(2026, 2, 5),
    "government": date(2026, 4, 4),
}  # the first day of alerts: three working days
Fate = Literal[
    "in time", "late", "late without a date", "backdated", "never", "revised", "touched up", "withdrawn", "back again",
    "wrong sums", "mended", "merged", "titles nobody knows", "not owed",
]  # fmt: skip
FATES: tuple[Fate, ...] = (
    "late", "late without a date", "backdated", "never", "revised", "touched up", "withdrawn", "back again",
    "wrong sums", "mended", "merged", "not owed",
)  # fmt: skip
Told = tuple[str, str, str]  # event, incident kind or status, publisher or host


@dataclass(frozen=True, slots=True)
class Body:
    """One publisher with its fate. `comes`: the day of publication; `changes`: of a change, a withdrawal or a mending."""

    id: str
    name: str
    kind: PublisherKind
    region: str
    source: str
    fate: Fate
    comes: date | None = None
    changes: date | None = None
    returns: date | None = None

    def shown(self, day: date) -> bool:
        """Whether its report of the year stands on its list on that day."""
        if self.comes is None or day < self.comes:
            return False
        gone = self.fate in ("withdrawn", "back again") and self.changes is not None and day >= self.changes
        return not gone or (self.returns is not None and day >= self.returns)

    def body_on(self, day: date) -> bytes:
        """The page of the report as it is on that day."""
        changed = self.changes is not None and day >= self.changes
        made = MadeReport(
            self.name,
            YEAR,
            wrong_sums=self.fate == "wrong sums" or (self.fate == "mended" and not changed),
            revision=int(self.fate == "revised" and changed),
        )
        touch = "<!-- counter 2 -->" if self.fate == "touched up" and changed else ""
        return f"<html><body>{report(made)}{touch}</body></html>".encode()


@dataclass
class Year:
    """The plan: bodies on lists, days, and the days on which a list cannot be read."""

    seed: int
    lists: int
    first: date
    days: int
    bodies: list[Body] = field(default_factory=list)
    blind: dict[str, set[date]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        chance = random.Random(self.seed)  # noqa: S311 - a plan that can be repeated
        fates = iter(FATES * self.lists)
        for number in range(self.lists):
            source = f"list{number:03}"
            kind: PublisherKind = "government" if number % 4 == 3 else "department"
            region = ("north/a", "north/b", "south/c")[number % 3]
            unknown = number == 1  # one list with titles that name nobody
            for place in range(BODIES_ON_A_LIST):
                fate: Fate = "in time"
                if unknown:
                    fate = "titles nobody knows"
                elif place == 0 or (place == 1 and number % 2):
                    fate = next(fates)
                self.bodies.append(_body(source, place, kind, region, fate, chance))
            lost = {day for day in self.calendar() if chance.random() < BLINDNESS}
            if number == 2:  # one list is lost for three weeks around the due date
                lost |= {date(2026, 1, 25) + timedelta(days=day) for day in range(21)}
            self.blind[source] = lost - {self.first}

    def calendar(self) -> Iterator[date]:
        yield from (self.first + timedelta(days=number) for number in range(self.days))

    def good(self, source: str) -> list[date]:
        return [day for day in self.calendar() if day not in self.blind[source]]


def _body(
    source: str, place: int, kind: PublisherKind, region: str, fate: Fate, chance: random.Random
) -> Body:
    due = DUE[kind]
    name = f"{'东西南北中'[place]}河{source[-3:]}{'县人民政府' if kind == 'government' else '局'}"
    comes: date | None = due - timedelta(days=chance.randrange(1, 18))
    changes = returns = None
    if fate in ("late", "late without a date", "backdated"):
        comes = GRACE_ENDS[kind] + timedelta(days=chance.randrange(6, 25))
    if fate in ("never", "merged", "titles nobody knows"):
        comes = None
    if fate in ("revised", "touched up", "withdrawn", "back again", "mended") and comes:
        changes = comes + timedelta(days=chance.randrange(20, 30))
    if fate == "back again" and changes:
        returns = changes + timedelta(days=chance.randrange(14, 20))
    if fate == "not owed":
        kind = "township"
    return Body(f"{source}-{place}", name, kind, region, source, fate, comes, changes, returns)


class Simulation:
    """Plays a year into a database, a day after the other."""

    def __init__(self, year: Year, db: Database, archive: Archive, channels: Sequence[Channel]) -> None:
        self.year, self.db, self.archive, self.channels = year, db, archive, channels
        self.kept: dict[str, bytes] = {}
        self.gone: set[str] = set()
        save_watchlist(db, _watchlist(year), at(year.first - timedelta(days=1), 0))

    def day(self, day: date) -> None:
        """One visit of each list, one check, one sending."""
        for source in self.year.blind:
            self._visit(source, day)
        now = at(day, 45)
        rematch(self.db, now)
        check(self.db, now, self.channels)
        notify(self.db, self.channels, at(day, 70))

    def _visit(self, source: str, day: date) -> None:
        now = at(day, 30)
        crawl = start_crawl(self.db, source, address(source), now)
        if day in self.year.blind[source]:
            finish_crawl(self.db, crawl, "blind", "timeout", "no answer", 1, 0, now)
            return
        bodies = [body for body in self.year.bodies if body.source == source]
        links = [link for body in bodies for link in _entries(body, day)]
        see_links(self.db, crawl, links, now)
        for body in bodies:
            self._documents(body, day, crawl)
        finish_crawl(self.db, crawl, "good", None, "", 1, len(links), now)

    def _documents(self, body: Body, day: date, crawl: int) -> None:
        """The page of the report is asked for again when the list is read, if anything is new there."""
        url, now = page(body, YEAR), at(day, 31)
        if not body.shown(day):
            if body.id in self.kept and body.id not in self.gone:
                note_capture(self.db, "gone", url, now, crawl=crawl, status=404)
                self.gone.add(body.id)
            return
        content = body.body_on(day)
        if self.kept.get(body.id) == content and body.id not in self.gone:
            return
        self.kept[body.id] = content
        self.gone.discard(body.id)
        document, new = keep_document(
            self.db, self.archive, url=url, body=content, media_type="text/html", now=now, source=body.source, link_url=url,
            title=title(body, YEAR), status=200, crawl=crawl,
        )  # fmt: skip
        if new:
            save_readings(self.db, document, READER_VERSION, read(content), now)


@cache
def read(content: bytes) -> tuple:  # type: ignore[type-arg]  # of the parsers' own Parsed
    """What the real reader makes of a page."""
    return parse(content, "text/html")


def at(day: date, minutes: int) -> str:
    """UTC text: so many minutes after eight in Shanghai."""
    return (datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minutes)).strftime(
        "%Y-%m-%dT%H:%M:%SZ"
    )


def host(source: str) -> str:
    return f"{source}.example.gov.cn"


def address(source: str) -> str:
    return f"http://{host(source)}/nb/"


def page(body: Body, year: int) -> str:
    return f"{address(body.source)}{body.id}-{year}.html"


def title(body: Body, year: int) -> str:
    return f"{body.name}{year}年政府信息公开工作年度报告"


def _entries(body: Body, day: date) -> Iterator[Link]:
    for year in (YEAR - 2, YEAR - 1):
        yield Link(body.source, page(body, year), title(body, year), f"{year + 1}-01-15", "report")
    if body.fate == "titles nobody knows" and day >= date(2026, 1, 20):
        text = f"{YEAR}年政府信息公开工作年度报告"
        yield Link(
            body.source, f"{address(body.source)}anybody.html", text, "2026-01-20", title_facts(text).kind
        )
    if body.shown(day) and body.comes:
        dated = {"late without a date": None, "backdated": "2026-01-28"}.get(
            body.fate, body.comes.isoformat()
        )
        text = title(body, YEAR)
        yield Link(body.source, page(body, YEAR), text, dated, title_facts(text).kind)


def _watchlist(year: Year) -> Watchlist:
    publishers = tuple(
        Publisher(
            body.id, body.name, body.kind, body.region, sources=(body.source,), from_year=YEAR - 2,
            to_year=YEAR - 1 if body.fate == "merged" else None,
            successor=body.id[:-1] + "4" if body.fate == "merged" else None,
        )
        for body in year.bodies
    )  # fmt: skip
    sources = tuple(
        Source(
            name, address(name), "static_list", (host(name),), ("north/a", "north/b", "south/c")[number % 3]
        )
        for number, name in enumerate(year.blind)
    )
    return Watchlist(publishers, sources)


def expected(year: Year) -> Counter[Told]:
    """What must be told of this plan, each as often as it must be."""
    told: Counter[Told] = Counter()
    for source in year.blind:
        told.update(_blindness(year, source))
    for body in year.bodies:
        told.update(_of_body(year, body))
    return told


def _blindness(year: Year, source: str) -> Iterator[Told]:
    """Opened at the third failed visit in a row, over at the next good one."""
    streak: list[date] = []
    for day in [*year.calendar(), None]:
        if day and day in year.blind[source]:
            streak.append(day)
            continue
        if len(streak) >= 3:
            yield ("opened", "blind", host(source))
            yield from [("reminder", "blind", host(source))] * _reminders(streak[2], streak)
            if day:
                yield ("resolved", "blind", host(source))
        streak = []


def _reminders(opened: date, days: Sequence[date]) -> int:
    """How many are sent on these days: after 10 and 30 days, then every 30; two that fall due together are one."""
    sent = last = 0
    for day in days:
        open_days = (day - opened).days
        stage = (open_days >= 10) + (open_days >= 30) + max(0, (open_days - 30) // 30)
        sent, last = sent + (stage > last), max(last, stage)
    return sent


def _of_body(year: Year, body: Body) -> Iterator[Told]:
    good = year.good(body.source)
    seen = next((day for day in good if body.comes and day >= body.comes), None)
    if seen:
        yield ("appeared", _timing(body, seen, good), body.id)
    yield from _missing(year, body, seen)
    changed = next((day for day in good if body.changes and day >= body.changes), None)
    if seen and body.fate in ("wrong sums", "mended"):
        yield ("opened", "invalid", body.id)
        wrong = [day for day in year.calendar() if day >= seen and not (changed and day >= changed)]
        yield from [("reminder", "invalid", body.id)] * _reminders(seen, wrong)
    if changed and body.fate in ("revised", "mended"):
        yield ("revised", "", body.id)
    if changed and body.fate == "mended":
        yield ("resolved", "invalid", body.id)
    if changed and body.fate in ("withdrawn", "back again"):
        yield from _withdrawal(body, [day for day in good if day >= changed])


def _timing(body: Body, seen: date, good: Sequence[date]) -> str:
    """What its own date proves, and what a visit that lacked it after the due date proves; else nothing does."""
    if body.kind == "township":
        return "published, timing unproved"
    witnessed = any(DUE[body.kind] < day < seen for day in good)
    if body.fate == "late" or (body.fate in ("late without a date", "backdated") and witnessed):
        return "late"
    if body.fate == "late without a date":
        return "published, timing unproved"
    return "on time" if seen <= DUE[body.kind] else "on time by its own date"


def _missing(year: Year, body: Body, seen: date | None) -> Iterator[Told]:
    """From the first good visit after the grace; nobody is accused on a list that was not watched around the date."""
    if body.kind not in DUE or body.fate in ("merged", "titles nobody knows"):
        return
    due, good = DUE[body.kind], year.good(body.source)
    watched = any(due < day <= due + timedelta(days=14) for day in good) or (
        any(due - timedelta(days=7) < day <= due for day in good)
        and any(due < day <= due + timedelta(days=31) for day in good)
    )
    lacking = [day for day in good if day >= GRACE_ENDS[body.kind] and (seen is None or day < seen)]
    if not watched or not lacking:
        return
    yield ("opened", "missing", body.id)
    yield from [("reminder", "missing", body.id)] * _reminders(lacking[0], lacking)


def _withdrawal(body: Body, good: list[date]) -> Iterator[Told]:
    """Gone in three good visits over three days; back at the first that shows it again."""
    lacking = [day for day in good if body.returns is None or day < body.returns]
    opened = next(
        (day for number, day in enumerate(lacking, 1) if number >= 3 and (day - lacking[0]).days >= 3),
        None,
    )
    if opened is None:
        return
    yield ("opened", "withdrawn", body.id)
    yield from [("reminder", "withdrawn", body.id)] * _reminders(opened, lacking)
    if body.returns and any(day >= body.returns for day in good):
        yield ("resolved", "withdrawn", body.id)
