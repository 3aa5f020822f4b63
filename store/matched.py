"""Matches every link and every reading again, so that a better matcher or a new alias repairs the past."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from parsers.normalise import normalise
from store.database import transaction
from store.matching import COMPOSED, Match, Matcher, facts_of
from store.model import Publisher, Source
from store.reviews import apply_reviews
from store.slips import appeared, copied, report_year, typed_wrong

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlite_utils import Database

Row = dict[str, Any]  # a row of SQLite: the columns are named beside each query
_NOT_A_REPORT = "not_a_report"
# How a supplied document is matched that is not what was said of it; the view report_status knows both.
SUPPLIED_NO_REPORT, SUPPLIED_OTHERWISE = "supplied, no report in it", "supplied, says otherwise"
_KEPT_KINDS = ("composed", "printed")  # how a page shows it, which no title tells


@dataclass(slots=True)
class _Seen:
    """What the documents behind one link say, in their newest versions."""

    names: set[str] = field(default_factory=set)
    years: set[int] = field(default_factory=set)
    reports: int = 0
    matched: int = 0
    unread: int = 0
    refused: int = 0  # read, and no report in it

    @property
    def name(self) -> str | None:
        return next(iter(self.names)) if len(self.names) == 1 else None

    @property
    def year(self) -> int | None:
        return next(iter(self.years)) if len(self.years) == 1 else None

    @property
    def is_collection(self) -> bool:
        return len(self.names) > 1 or len(self.years) > 1

    @property
    def is_told_apart(self) -> bool:
        """Everything behind the link was read and is somebody's: its own title matters no more."""
        return self.reports > 0 and self.matched == self.reports and not self.unread


def rematch(db: Database, now: str) -> None:
    """Sets which report each link and reading is, makes the reports rows they need, and notes what may be whose.

    One transaction; a second call in a row changes nothing.
    """
    matcher = matcher_of(db)
    with transaction(db):
        readings = list(db.query(_READINGS))
        seen = _behind_links(readings)
        by_reading = {row["id"]: _of_reading(matcher, row, seen) for row in readings}
        for row in readings:
            if row["link"] is not None and row["newest"] and row["error_kind"] is None:
                seen[row["link"]].matched += by_reading[row["id"]].publisher is not None
        links = list(db.query(_LINKS))
        by_link = {row["id"]: _of_link(matcher, row, seen[row["id"]]) for row in links}
        by_link |= _with_slips(matcher, links, by_link, by_reading, seen, now)
        reports = _reports(db, [*by_link.values(), *by_reading.values()])
        _save_links(db, links, by_link, reports)
        _save_readings(db, readings, by_reading, reports)
        _save_possible(db, links, by_link)
        db.execute(_EVER_SEEN, (now,))
        apply_reviews(db)


def matcher_of(db: Database) -> Matcher:
    """A matcher for the publishers and sources watched now."""
    names, sources = defaultdict(list), defaultdict(list)
    for row in db.query("SELECT publisher, name FROM publisher_names"):
        names[row["publisher"]].append(row["name"])
    for row in db.query(
        "SELECT x.publisher, x.source FROM publisher_sources x JOIN sources s ON s.id = x.source"
    ):
        sources[row["publisher"]].append(row["source"])
    publishers = [
        Publisher(
            id=row["id"], name=row["name"], kind=row["kind"], region=row["region"], from_year=row["from_year"],
            to_year=row["to_year"], ended=row["ended"], aliases=tuple(names[row["id"]]), sources=tuple(sources[row["id"]]),
        )
        for row in db.query("SELECT id, name, kind, region, from_year, to_year, ended FROM publishers WHERE watched")
    ]  # fmt: skip
    lists = [
        Source(id=row["id"], url=row["url"], family=row["family"], hosts=(), region=row["region"],
               others=tuple(json.loads(row["others"])))
        for row in db.query("SELECT id, url, family, region, others FROM sources")
    ]  # fmt: skip
    return Matcher(publishers, lists)


_LINKS = """
SELECT l.id, l.source, l.title, l.kind, l.report, l.year, l.match, l.published,
  coalesce(l.retitled_at, l.first_seen) AS seen_at, coalesce(l.first_seen > g.first, 0) AS appeared
FROM links l LEFT JOIN (
  SELECT c.source, min(c.finished_at) AS first FROM crawls c
  JOIN sources s ON s.id = c.source AND s.url = c.url AND c.started_at >= s.url_since
  WHERE c.outcome = 'good' GROUP BY c.source
) g ON g.source = l.source
"""
# Where the period of the figures contradicts the title, it is what the document says: then nothing is matched.
_READINGS = """
SELECT r.id, r.publisher_text, coalesce((
    SELECT f.right_value FROM findings f WHERE f.reading = r.id AND f.rule = 'wrong year' AND f.right_value IS NOT NULL
  ), r.year) AS year, r.title, r.report, r.match, r.error_kind, d.link, d.source,
  d.title AS document_title, d.first_seen, d.supplied_publisher, d.supplied_year, l.title AS link_title,
  d.link_title AS kept_title,
  d.id IN (SELECT id FROM latest_documents) AS newest,
  (SELECT count(*) FROM readings o WHERE o.document = r.document) AS parts
FROM readings r JOIN documents d ON d.id = r.document LEFT JOIN links l ON l.id = d.link
"""


# What was once seen can be gone, or turn out to be another's; it is never "missing".
_EVER_SEEN = """
UPDATE reports SET ever_seen_at = ? WHERE ever_seen_at IS NULL AND id IN (
  SELECT report FROM links WHERE report IS NOT NULL UNION SELECT report FROM readings WHERE report IS NOT NULL)
"""


def _behind_links(readings: Sequence[Row]) -> defaultdict[int, _Seen]:
    seen: defaultdict[int, _Seen] = defaultdict(_Seen)
    for row in readings:
        if row["link"] is None or not row["newest"]:
            continue
        behind = seen[row["link"]]
        if row["error_kind"] is not None:
            behind.unread += row["error_kind"] != _NOT_A_REPORT
            behind.refused += row["error_kind"] == _NOT_A_REPORT
            continue
        behind.reports += 1
        if row["publisher_text"]:
            behind.names.add(normalise(row["publisher_text"]))
        if row["year"] is not None:
            behind.years.add(row["year"])
    return seen


def _of_reading(matcher: Matcher, row: Row, seen: Mapping[int, _Seen]) -> Match:
    if row["supplied_publisher"] is not None and row["supplied_year"] is not None and row["parts"] == 1:
        return _as_supplied(matcher, row)
    if row["error_kind"] == _NOT_A_REPORT:
        return Match(None, None, "not a report")
    titles = [row["title"]] if row["parts"] > 1 else [row["document_title"], row["title"]]
    # The title of a page that holds many reports is the title of none of them.
    if row["parts"] == 1 and not (row["link"] in seen and seen[row["link"]].is_collection):
        titles.insert(0, _title_then(row))
    match = matcher.match(
        row["source"], [title for title in titles if title], row["publisher_text"], row["year"]
    )
    return _not_before_its_year(match, row["first_seen"][:10])


def _as_supplied(matcher: Matcher, row: Row) -> Match:
    """What a person supplies is the report that this person names, unless the document itself says that it is not.

    Then it is nobody's: neither is its publication proved, nor may anybody be called missing over it.
    """
    if row["error_kind"] == _NOT_A_REPORT:
        return Match(None, None, SUPPLIED_NO_REPORT)
    named, year = row["publisher_text"], row["year"]
    wrong_name = named is not None and not matcher.may_be_called(row["supplied_publisher"], named)
    if row["error_kind"] is None and (wrong_name or year not in (None, row["supplied_year"])):
        return Match(None, year, SUPPLIED_OTHERWISE)
    return Match(row["supplied_publisher"], row["supplied_year"], "supplied")


def _title_then(row: Row) -> str | None:
    """The entry's title when these bytes were behind it: an address may serve another year's report since."""
    kept: str | None = row["kept_title"]
    present: str | None = row["link_title"]
    if kept is None or present is None:
        return present or kept
    before, after = facts_of(kept).year, facts_of(present).year
    return kept if before is not None and after is not None and before != after else present


def _of_link(matcher: Matcher, row: Row, behind: _Seen) -> Match:
    if row["kind"] == "printed":
        return matcher.printed(row["source"], row["title"])
    match = _of_entry(matcher, row, behind)
    if row["kind"] == "composed" and match.publisher is not None and not behind.is_told_apart:
        # Only the page behind such an entry can prove that it is the report.
        return Match(None, match.year, "composed title", ((match.publisher, match.year, COMPOSED),))
    return match


def _of_entry(matcher: Matcher, row: Row, behind: _Seen) -> Match:
    is_summary, is_nameless = "汇总" in normalise(row["title"]), facts_of(row["title"]).publisher is None
    settled = not behind.is_collection and not (is_nameless and (is_summary or behind.unread))
    match = matcher.match(row["source"], [row["title"]], *((behind.name, behind.year) if settled else ()))
    if is_summary and (match.publisher is None or not behind.names):
        # Nobody knows how many reports a summary holds: those that were read say nothing about the others.
        match = matcher.match(row["source"], [row["title"]])
    if match.how == "not a report" and not (behind.refused and not behind.unread):
        day = appeared(row)
        return matcher.mentioned(row["source"], row["title"], report_year(day) if day else None)
    match = _not_before_its_year(match, row["seen_at"][:10])
    # A date within the title's year tells the same; one of years before is a fault of the page, and tells nothing.
    if match.year is not None and (row["published"] or "") >= f"{match.year}-01-01":
        match = _not_before_its_year(match, row["published"])
    if match.publisher is None and behind.is_told_apart and not is_summary:
        return replace(match, how="by its documents", possible=())
    return match


def _with_slips(
    matcher: Matcher,
    links: Sequence[Row],
    by_link: Mapping[int, Match],
    by_reading: Mapping[int, Match],
    seen: Mapping[int, _Seen],
    now: str,
) -> dict[int, Match]:
    changed = typed_wrong(links, by_link, {link: one.year for link, one in seen.items()}, now)
    matches = {**by_link, **changed}
    found = {(match.publisher, match.year) for match in (*matches.values(), *by_reading.values())}
    unread = {row["id"] for row in links if not seen[row["id"]].names}
    bodies = {row["source"]: [one.id for one in matcher.of_source(row["source"])] for row in links}
    return changed | copied(links, matches, unread, bodies, found)


def _not_before_its_year(match: Match, day: str) -> Match:
    """A report cannot appear before its year is nearly over: the title then names the year of publication."""
    if match.publisher is None or match.year is None or day >= f"{match.year}-12-01":
        return match
    possible = (
        (match.publisher, match.year, "the title's year, not yet over"),
        (match.publisher, match.year - 1, "the year before the title's"),
    )
    return Match(None, match.year, "before its year", possible)


def _reports(db: Database, matches: Iterable[Match]) -> dict[tuple[str, int], int]:
    """The ids of all reports, after making those that were found and not yet there."""
    found = {(match.publisher, match.year) for match in matches if match.publisher is not None}
    known = {(row["publisher"], row["year"]) for row in db.query("SELECT publisher, year FROM reports")}
    db.conn.executemany("INSERT INTO reports (publisher, year) VALUES (?, ?)", sorted(found - known, key=str))
    return {
        (row["publisher"], row["year"]): row["id"]
        for row in db.query("SELECT id, publisher, year FROM reports")
    }


def _save_links(
    db: Database, links: Sequence[Row], matches: Mapping[int, Match], reports: Mapping[tuple[str, int], int]
) -> None:
    changes = []
    for row in links:
        match = matches[row["id"]]
        kind = row["kind"] if row["kind"] in _KEPT_KINDS else facts_of(row["title"]).kind
        after = (_report_of(match, reports), match.year, match.how, kind)
        if after != (row["report"], row["year"], row["match"], row["kind"]):
            changes.append((*after, row["id"]))
    db.conn.executemany("UPDATE links SET report = ?, year = ?, match = ?, kind = ? WHERE id = ?", changes)


def _save_readings(
    db: Database,
    readings: Sequence[Row],
    matches: Mapping[int, Match],
    reports: Mapping[tuple[str, int], int],
) -> None:
    changes = []
    for row in readings:
        match = matches[row["id"]]
        after = (_report_of(match, reports), match.how)
        if after != (row["report"], row["match"]):
            changes.append((*after, row["id"]))
    db.conn.executemany("UPDATE readings SET report = ?, match = ? WHERE id = ?", changes)


def _save_possible(db: Database, links: Sequence[Row], matches: Mapping[int, Match]) -> None:
    wanted = {
        (row["id"], publisher, year, why)
        for row in links
        for publisher, year, why in matches[row["id"]].possible
    }
    present = {
        (row["link"], row["publisher"], row["year"], row["why"])
        for row in db.query("SELECT link, publisher, year, why FROM possible_reports")
    }
    gone = [(link, publisher, why) for link, publisher, _, why in present - wanted]
    db.conn.executemany("DELETE FROM possible_reports WHERE link = ? AND publisher = ? AND why = ?", gone)
    db.conn.executemany(
        "INSERT INTO possible_reports (link, publisher, year, why) VALUES (?, ?, ?, ?)",
        sorted(wanted - present, key=str),
    )


def _report_of(match: Match, reports: Mapping[tuple[str, int], int]) -> int | None:
    return (
        reports[match.publisher, match.year]
        if match.publisher is not None and match.year is not None
        else None
    )
