"""What is not watched: list pages that tell nothing, and publishers of whom therefore nothing can be known."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from parsers.normalise import normalise

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlite_utils import Database

# In the order in which they are told: what a person can do most about comes first.
ListState = Literal[
    "never visited", "never seen well", "no report ever", "blind", "unsupported", "not monitored by policy", "good"
]  # fmt: skip
BodyState = Literal["no source", "no source seen well", "no report in any year", "watched"]
LIST_STATES: tuple[ListState, ...] = (
    "never visited", "never seen well", "no report ever", "blind", "unsupported", "not monitored by policy", "good"
)  # fmt: skip
BODY_STATES: tuple[BodyState, ...] = ("no source", "no source seen well", "no report in any year", "watched")

_LISTS = """
SELECT s.*, (
  SELECT count(*) FROM links l WHERE l.source = s.source AND (l.report IS NOT NULL OR l.match = 'other years')
    AND l.last_seen >= s.url_since) AS reports
FROM source_status s ORDER BY s.region, s.source
"""
_BODIES = """
SELECT p.id AS publisher, p.name, p.region, p.kind, p.note,
  EXISTS (SELECT 1 FROM reports r WHERE r.publisher = p.id AND (
    r.ever_seen_at IS NOT NULL OR EXISTS (SELECT 1 FROM links l WHERE l.report = r.id)
    OR EXISTS (SELECT 1 FROM readings x WHERE x.report = r.id))) AS found
FROM publishers p WHERE p.watched ORDER BY p.region, p.id
"""


@dataclass(frozen=True, slots=True)
class ListPage:
    """One list page: `state`, and why in a few words."""

    source: str
    url: str
    region: str
    family: str
    state: ListState
    why: str
    blind_kind: str | None
    last_visit: str | None
    last_good: str | None
    publishers: int
    reports: int


@dataclass(frozen=True, slots=True)
class Body:
    """One publisher: `state`, why, and its list pages."""

    publisher: str
    name: str
    region: str
    kind: str
    state: BodyState
    why: str
    sources: tuple[str, ...]


def list_pages(database: Database) -> tuple[ListPage, ...]:
    """Every watched list page, those that tell nothing first."""
    pages = [
        ListPage(
            row["source"], row["url"], row["region"], row["family"], *_state(row), row["blind_kind"], row["last_visit"],
            row["last_good"], row["publishers"], row["reports"],
        )
        for row in database.query(_LISTS)
    ]  # fmt: skip
    return tuple(sorted(pages, key=lambda page: LIST_STATES.index(page.state)))


def bodies(database: Database, pages: Sequence[ListPage]) -> tuple[Body, ...]:
    """Every watched publisher, those of whom nothing can be known first."""
    sources: dict[str, list[str]] = defaultdict(list)
    for row in database.query(
        "SELECT x.publisher, x.source FROM publisher_sources x JOIN sources s ON s.id = x.source AND s.watched"
        " ORDER BY x.source"
    ):
        sources[row["publisher"]].append(row["source"])
    by_id = {page.source: page for page in pages}
    seen_elsewhen = _seen_in_other_years(database, sources)
    found = [
        Body(
            row["publisher"], row["name"], row["region"], row["kind"],
            *_standing(row, [by_id[one] for one in sources[row["publisher"]]], row["publisher"] in seen_elsewhen),
            tuple(sources[row["publisher"]]),
        )
        for row in database.query(_BODIES)
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda body: BODY_STATES.index(body.state)))


def _state(row: Mapping[str, str | int | None]) -> tuple[ListState, str]:
    reason = str(row["reason"] or "")
    if row["family"] == "unsupported" or row["blind_kind"] == "unsupported":
        return "unsupported", reason
    if row["blind_kind"] == "robots" and "forbids" in reason:
        return "not monitored by policy", reason
    if row["last_visit"] is None:
        return "never visited", ""
    return _seen(row, f"{row['blind_kind'] or row['state']}: {reason}".removesuffix(": "))


def _seen(row: Mapping[str, str | int | None], how: str) -> tuple[ListState, str]:
    if row["last_good"] is None:
        return "never seen well", how
    if row["reports"] == 0:
        return (
            "no report ever",
            "it has never shown a report of anybody on the watchlist: is it the right list?",
        )
    return ("blind", how) if row["state"] == "blind" else ("good", "")


def _standing(
    row: Mapping[str, str | int], pages: Sequence[ListPage], seen_elsewhen: bool
) -> tuple[BodyState, str]:
    if not pages:
        return "no source", str(row["note"])
    if not any(page.last_good for page in pages):
        return "no source seen well", ", ".join(sorted({page.state for page in pages}))
    if not row["found"] and not seen_elsewhen:
        return "no report in any year", ""
    return "watched", ""


def _seen_in_other_years(database: Database, sources: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Publishers of whom a list shows reports only for years that they do not owe: the list is the right one."""
    titles: dict[str, list[str]] = defaultdict(list)
    for row in database.query("SELECT source, title FROM links WHERE match = 'other years'"):
        titles[row["source"]].append(normalise(row["title"]))
    on: dict[str, int] = defaultdict(int)
    for places in sources.values():
        for place in places:
            on[place] += 1
    return frozenset(
        body
        for body, name in _names(database)
        for place in sources.get(body, ())
        if any(on[place] == 1 or name in title for title in titles[place])
    )


def _names(database: Database) -> Iterator[tuple[str, str]]:
    for row in database.query(
        "SELECT id, name FROM publishers WHERE watched UNION SELECT publisher, name FROM publisher_names"
    ):
        yield row["id"], normalise(row["name"])
