"""Brings the watchlist's publishers and sources into the database; what left the watchlist stays, unwatched."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from store.database import transaction
from store.levels import level_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlite_utils import Database

    from store.model import Publisher, Source, Watchlist

_PUBLISHER = """
INSERT INTO publishers (id, name, kind, region, level, parent, from_year, to_year, ended, ending, successor, due,
  due_source, note, watched)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind, region = excluded.region,
  level = excluded.level, parent = excluded.parent, from_year = excluded.from_year, to_year = excluded.to_year,
  ended = excluded.ended, ending = excluded.ending, successor = excluded.successor,
  due = excluded.due, due_source = excluded.due_source, note = excluded.note, watched = 1
"""
# Options that only say how strictly, or over which connection, the very same entries are read.
_SAME_ENTRIES = (
    "min_entries", "same_list_since", "max_pages", "ignore_total", "may_be_empty", "unclosed", "old_tls", "script_hosts",
    "does_without",
)  # fmt: skip
_PLACE = "json_remove({}, " + ", ".join(f"'$.{name}'" for name in _SAME_ENTRIES) + ")"
# A visit of the old address says nothing about the new one, nor does one that took other words for the list:
# `url_since` is what visits are measured from.
_SOURCE = f"""
INSERT INTO sources (id, url, family, hosts, region, options, others, min_interval, render, proxy, platform, note,
  probed, watched, url_since)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?)
ON CONFLICT (id) DO UPDATE SET url_since = iif(url = excluded.url AND family = excluded.family
    AND render = excluded.render AND {_PLACE.format("options")} = {_PLACE.format("excluded.options")},
    url_since, excluded.url_since),
  url = excluded.url, family = excluded.family, hosts = excluded.hosts, region = excluded.region,
  options = excluded.options, others = excluded.others, min_interval = excluded.min_interval,
  render = excluded.render, proxy = excluded.proxy, platform = excluded.platform, note = excluded.note, probed = excluded.probed, watched = 1
"""  # noqa: S608 - our own text

_PUBLISHERS_NOW = "SELECT id, name, kind, region, level, parent, from_year, to_year, ended, ending, successor, due, due_source, note FROM publishers WHERE watched"
_NAMES_NOW = "SELECT n.publisher, n.name FROM publisher_names n JOIN publishers p ON p.id = n.publisher WHERE p.watched"
_SOURCES_NOW = (
    "SELECT id, url, family, hosts, region, options, others, min_interval, render, proxy, platform, note, probed"
    " FROM sources WHERE watched"
)


def save_watchlist(db: Database, watchlist: Watchlist, now: str) -> None:
    """Saves the whole watchlist in one transaction. `now`, UTC text, dates a source that is new, has moved or is read
    in another place of its page.

    What is as it was is not written again.
    """
    with transaction(db):
        _save_publishers(db, watchlist.publishers)
        _save_sources(db, watchlist.sources, now)
        _save_pairs(db, watchlist)


def _save_publishers(db: Database, publishers: Sequence[Publisher]) -> None:
    rows = [_publisher_row(publisher) for publisher in publishers]
    if _differ(db, _PUBLISHERS_NOW, rows):
        db.execute("UPDATE publishers SET watched = 0 WHERE watched")
        db.conn.executemany(_PUBLISHER, rows)
    names = sorted({(publisher.id, name) for publisher in publishers for name in publisher.aliases})
    if _differ(db, _NAMES_NOW, names):
        db.execute("DELETE FROM publisher_names WHERE publisher IN (SELECT id FROM publishers WHERE watched)")
        db.conn.executemany("INSERT INTO publisher_names (publisher, name) VALUES (?, ?)", names)


def _save_sources(db: Database, sources: Sequence[Source], now: str) -> None:
    rows = [_source_row(source) for source in sources]
    if _differ(db, _SOURCES_NOW, rows):
        db.execute("UPDATE sources SET watched = 0 WHERE watched")
        db.conn.executemany(_SOURCE, [(*row, now) for row in rows])


def _save_pairs(db: Database, watchlist: Watchlist) -> None:
    pairs = {(publisher.id, source) for publisher in watchlist.publishers for source in publisher.sources}
    pairs |= {(publisher, source.id) for source in watchlist.sources for publisher in source.publishers}
    if _differ(db, "SELECT publisher, source FROM publisher_sources", list(pairs)):
        db.execute("DELETE FROM publisher_sources")
        db.conn.executemany("INSERT INTO publisher_sources (publisher, source) VALUES (?, ?)", sorted(pairs))


def _differ(db: Database, now: str, rows: Sequence[tuple[object, ...]]) -> bool:
    """Whether what the database has (a query for the same columns) is not these rows."""
    return set(db.execute(now).fetchall()) != set(rows)


def _publisher_row(publisher: Publisher) -> tuple[object, ...]:
    return (
        publisher.id, publisher.name, publisher.kind, publisher.region, level_of(publisher), publisher.parent,
        publisher.from_year, publisher.to_year, publisher.ended, publisher.ending, publisher.successor, publisher.due, publisher.due_source, publisher.note,
    )  # fmt: skip


def _source_row(source: Source) -> tuple[object, ...]:
    return (
        source.id, source.url, source.family, json.dumps(source.hosts), source.region,
        json.dumps(source.options, ensure_ascii=False, sort_keys=True), json.dumps(source.others, ensure_ascii=False),
        source.min_interval, int(source.render), source.proxy, source.platform, source.note, int(source.probed),
    )  # fmt: skip
