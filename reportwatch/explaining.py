"""Why the database says what it says of one report: the whole trail, from the law to the last visit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.calendar import citation_in_chinese
from monitor.cleaning import readable
from monitor.moments import shanghai_minute
from reportwatch.exits import USAGE, CommandError
from reportwatch.explaining_duty import MOMENTS, Row, duty
from reportwatch.explaining_told import told
from reportwatch.incidents_text import lines_of
from reportwatch.reviewing_telling import decisions_on, findings_of
from reportwatch.sentences import line, when, words
from store.matched import SUPPLIED_NO_REPORT, SUPPLIED_OTHERWISE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlite_utils import Database

    from reportwatch.options import Lang

SUPPLIES = "SELECT by, seen_at, file, note FROM supplies WHERE document = ? ORDER BY seen_at, by"
LATEST = 12  # visits shown for each list page
DIFFERING = """
SELECT count(*), coalesce(sum(a.state <> 'unsure' AND b.state <> 'unsure' AND a.value IS NOT b.value), 0)
FROM readings n JOIN readings o ON o.report = n.report AND o.document = ?2
JOIN figures a ON a.reading = n.id JOIN figures b ON b.reading = o.id AND b.key = a.key
WHERE n.document = ?1
"""
GONE = """
SELECT coalesce((SELECT k.kind = 'gone' FROM captures k WHERE k.url = d.url AND k.kind <> 'list'
    ORDER BY k.seen_at DESC, k.id DESC LIMIT 1), 0)
  OR coalesce((SELECT l.last_seen < s.last_good FROM links l JOIN source_status s ON s.source = l.source
    WHERE l.id = d.link), 0)
FROM documents d WHERE d.id = :id
"""


@dataclass(frozen=True, slots=True)
class TrailStep:
    """One part of the trail: its name in PARTS, its heading, and its facts."""

    name: str
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trail:
    """Who, which year, which status; why in one sentence; and the facts behind it."""

    publisher: str
    year: int
    status: str
    why: str
    headline: str
    sentence: str
    steps: tuple[TrailStep, ...]


def explain(database: Database, publisher: str, year: int, lang: Lang) -> Trail:
    """The trail of one report. CommandError (usage) if nothing is known of it."""
    row = next(
        iter(
            database.query("SELECT * FROM report_status WHERE publisher = ? AND year = ?", [publisher, year])
        ),
        None,
    )
    if row is None:
        raise CommandError(
            USAGE,
            f"nothing is known of {publisher} for {year}: run `reportwatch check` first, or see from_year and to_year on the watchlist",
        )
    titles, statuses = words(lang)["titles"], words(lang)["status"]
    steps = (
        TrailStep(name, titles[name], tuple(map(readable, part(database, row, lang))))
        for name, part in PARTS.items()
    )
    headline = f"{row['publisher_name']} {year}: {statuses[row['status']]}"
    return Trail(
        publisher,
        year,
        row["status"],
        row["why"],
        headline,
        sentence(row, lang),
        tuple(step for step in steps if step.lines),
    )


def sentence(row: Row, lang: Lang) -> str:
    """The reason of a row of report_status as a sentence."""
    shown = {
        name: shanghai_minute(value) if name in MOMENTS and value else value for name, value in row.items()
    }
    if lang == "zh":
        shown["due_source"] = row["due_source_zh"] or citation_in_chinese(str(row["due_source"]))
    template: str = words(lang)["why"][row["why"]]
    told = template.format_map({name: "–" if value is None else value for name, value in shown.items()})
    if not row["supplied_by"] or not row["first_seen"]:
        return told
    name = "also_supplied" if row["crawled"] else "only_supplied"
    more = line(lang, name, by=row["supplied_by"], at=shanghai_minute(row["supplied_at"]))
    return f"{told}{' ' if lang == 'en' else ''}{more}"


def _places(database: Database, row: Row, lang: Lang) -> Iterator[str]:
    for source in database.query(
        "SELECT s.* FROM source_status s JOIN publisher_sources x ON x.source = s.source WHERE x.publisher = ?",
        [row["publisher"]],
    ):
        state = (
            f"{source['state']} ({source['blind_kind']}: {source['reason']})"
            if source["blind_kind"]
            else source["state"]
        )
        yield line(
            lang,
            "place",
            source=source["source"],
            url=source["url"],
            state=state,
            good=when(source["last_good"]),
        )


def _visits(database: Database, row: Row, lang: Lang) -> Iterator[str]:
    """The latest visits, and whether they were after the due date."""
    visits = list(database.query(
        "SELECT c.source, c.started_at, c.outcome, c.blind_kind, c.reason, c.entries, c.pages FROM crawls c"
        " JOIN publisher_sources x ON x.source = c.source WHERE x.publisher = ? AND c.outcome <> 'running'"
        " ORDER BY c.started_at DESC, c.id DESC LIMIT ?", [row["publisher"], LATEST],
    ))  # fmt: skip
    for visit in reversed(visits):
        after = row["due_ends"] and visit["started_at"] >= row["due_ends"]
        name = "blind" if visit["blind_kind"] else "visit"
        said = line(lang, name, **{**visit, "started_at": when(visit["started_at"])})
        yield said + (line(lang, "after_due") if after else "")


def _entries(database: Database, row: Row, lang: Lang) -> Iterator[str]:
    for link in database.query("SELECT * FROM links WHERE report = ? ORDER BY first_seen", [row["report"]]):
        seen = {"first_seen": when(link["first_seen"]), "last_seen": when(link["last_seen"])}
        yield line(lang, "entry", **{**link, **seen, "published": link["published"] or "–"})
        yield from _off_the_list(database, link, lang)


def _off_the_list(database: Database, link: Row, lang: Lang) -> Iterator[str]:
    """Why an entry that left its list is not called withdrawn: its page did not say that it is gone."""
    left = database.execute(
        "SELECT last_good > ? FROM source_status WHERE source = ?", [link["last_seen"], link["source"]]
    ).fetchone()
    if not left or not left[0]:
        return
    last = database.execute(
        "SELECT kind, coalesce(nullif(note, ''), status, kind) FROM captures WHERE url = ? AND seen_at > ?"
        " AND kind <> 'list' ORDER BY seen_at DESC, id DESC LIMIT 1", [link["url"], link["last_seen"]],
    ).fetchone()  # fmt: skip
    if last is None:
        yield line(lang, "not_asked")
    elif last[0] == "failed":
        yield line(lang, "off_list", note=last[1])


def _possible(database: Database, row: Row, lang: Lang) -> Iterator[str]:
    for link in database.query(
        "SELECT l.title, l.url, l.first_seen, p.why FROM possible_reports p JOIN links l ON l.id = p.link"
        " WHERE p.publisher = ? AND (p.year = ? OR p.year IS NULL) ORDER BY l.first_seen", [row["publisher"], row["year"]],
    ):  # fmt: skip
        yield line(lang, "possible", **{**link, "first_seen": when(link["first_seen"])})


def _not_taken(database: Database, row: Row, lang: Lang) -> Iterator[str]:
    """What is new on its lists and was not taken for it: where nothing was found, a person looks here first."""
    if row["status"] not in ("missing", "unknown", "not found") or not row["due"]:
        return
    since = f"{int(str(row['due'])[:4]) - 1}-12-31T16:00:00Z"  # 1 January in Shanghai
    for link in database.query(
        "SELECT l.title, l.url, l.first_seen FROM links l JOIN publisher_sources x ON x.source = l.source"
        " WHERE x.publisher = ? AND l.first_seen >= ? AND l.report IS NOT ? ORDER BY l.first_seen DESC, l.id LIMIT 10",
        [row["publisher"], since, row["report"]],
    ):
        yield line(
            lang,
            "not_taken",
            since=f"{str(row['due'])[:4]}-01-01",
            **{**link, "first_seen": when(link["first_seen"])},
        )


def _documents(database: Database, row: Row, lang: Lang) -> Iterator[str]:
    earlier: list[Row] = []
    for document in database.query(
        "SELECT DISTINCT d.* FROM documents d LEFT JOIN readings r ON r.document = d.id LEFT JOIN links l ON l.id = d.link"
        " WHERE r.report = :report OR l.report = :report OR (d.supplied_publisher = :publisher AND d.supplied_year = :year)"
        " ORDER BY d.first_seen, d.id", {"report": row["report"], "publisher": row["publisher"], "year": row["year"]},
    ):  # fmt: skip
        yield line(lang, "document", **{**document, "first_seen": when(document["first_seen"])})
        yield from _supplied(database, document, lang)
        yield from _the_same_elsewhere(database, document, earlier, lang)
        earlier.append(document)


def _supplied(database: Database, document: Row, lang: Lang) -> Iterator[str]:
    """Who brought a document and when; whether a visit of ours found the same, and whether it counts."""
    if not document["supplied_by"]:
        return
    brought = list(database.query(SUPPLIES, [document["id"]])) or [
        {"by": document["supplied_by"], "seen_at": document["first_seen"], "file": "–", "note": ""}
    ]
    for one in brought:
        note = f": {one['note']}" if one["note"] else ""
        yield line(lang, "supplied", by=one["by"], at=when(one["seen_at"]), file=one["file"], note=note)
    for found in database.query(
        "SELECT url FROM documents WHERE sha256 = ? AND supplied_by IS NULL ORDER BY id LIMIT 1", [document["sha256"]]
    ):  # fmt: skip
        yield line(lang, "found_too", url=found["url"])
    for reading in database.query(
        "SELECT match FROM readings WHERE document = ? AND match IN (?, ?) LIMIT 1",
        [document["id"], SUPPLIED_OTHERWISE, SUPPLIED_NO_REPORT],
    ):
        yield line(lang, "doubtful", why=reading["match"])


def _the_same_elsewhere(
    database: Database, document: Row, earlier: Sequence[Row], lang: Lang
) -> Iterator[str]:
    """What a document at a new address is beside the newest at another one: moved, a copy, or another version."""
    others = [other for other in reversed(earlier) if other["url"] != document["url"]]
    if not others or any(other["url"] == document["url"] for other in earlier):
        return
    alike = next((other for other in others if other["sha256"] == document["sha256"]), None)
    if alike is not None:
        yield line(lang, "moved_bytes" if _is_gone(database, alike) else "copy_bytes", url=alike["url"])
        return
    for other in others:
        compared, differing = database.execute(DIFFERING, (document["id"], other["id"])).fetchone()
        if compared:
            name = "other_figures" if differing else "copy_figures"
            if not differing and _is_gone(database, other):
                name = "moved_figures"
            yield line(lang, name, url=other["url"], count=differing)
            return


def _is_gone(database: Database, document: Row) -> bool:
    """Whether its address said that it is gone, or its list was read well without it since."""
    return bool(database.execute(GONE, {"id": document["id"]}).fetchone()[0])


def _readings(database: Database, row: Row, lang: Lang) -> Iterator[str]:
    message = "message_zh" if lang == "zh" else "message"
    found = findings_of(database, row["publisher"], row["year"], lang)
    for reading in database.query(
        "SELECT r.*, (SELECT count(*) FROM figures f WHERE f.reading = r.id) AS figures FROM readings r"
        " WHERE r.report = ? ORDER BY r.document, r.part", [row["report"]],
    ):  # fmt: skip
        yield line(
            lang,
            "unreadable" if reading["error_kind"] else "reading",
            **{**reading, "edition": reading["edition"] or "–"},
        )
        judged = found.pop(reading["id"], None)
        earlier = database.query(
            "SELECT * FROM findings WHERE reading = ? AND level <> 'info' ORDER BY id", [reading["id"]]
        )
        lines = judged or [f"{one['level']}, {one['kind']}: {one[message]}" for one in earlier]
        yield from (f"  {finding}" for finding in lines)
    yield from found.get(None, [])


def _decided(database: Database, row: Row, lang: Lang) -> Iterator[str]:
    yield from decisions_on(database, row["publisher"], row["year"], lang)


def _attested(database: Database, row: Row, lang: Lang) -> Iterator[str]:
    for attested in database.query(
        "SELECT * FROM attestations WHERE publisher = ? AND year = ? ORDER BY seen_at",
        [row["publisher"], row["year"]],
    ):
        said = line(lang, "attested", **{**attested, "seen_at": when(attested["seen_at"])}).rstrip()
        yield said + (
            line(lang, "outside") if _is_outside(database, row["publisher"], attested["url"]) else ""
        )


def _is_outside(database: Database, publisher: str, url: str) -> bool:
    """Whether an address is on none of the hosts of the publisher's list pages, as far as any is known."""
    hosts = {
        host
        for source in database.query(
            "SELECT s.hosts FROM sources s JOIN publisher_sources x ON x.source = s.id WHERE x.publisher = ? AND s.watched",
            [publisher],
        )
        for host in json.loads(source["hosts"])
    }
    return bool(hosts) and (urlsplit(url).hostname or "") not in hosts


def _incidents(database: Database, row: Row, lang: Lang) -> Iterator[str]:
    yield from lines_of(database, row, words(lang))


PARTS: dict[str, Callable[[Database, Row, Lang], Iterator[str]]] = {
    "duty": duty,
    "places": _places,
    "visits": _visits,
    "entries": _entries,
    "possible": _possible,
    "not_taken": _not_taken,
    "documents": _documents,
    "readings": _readings,
    "decided": _decided,
    "attested": _attested,
    "incidents": _incidents,
    "told": told,
}
