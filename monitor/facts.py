"""Reads what a check looks at, in a handful of queries however many publishers there are."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from monitor.backfills import read_backfills
from monitor.local_rules import calendar_of
from monitor.misread_changes import read_misread_changes
from monitor.model import (
    Acknowledgement,
    Arrival,
    Dismissal,
    Facts,
    Fault,
    LatestReadings,
    Ledger,
    OpenIncident,
    ReportFacts,
    SourceFacts,
    Visit,
)
from monitor.storms import HeldEvent
from store.faults import FAULT_KIND, STILL_THERE, UNREAD

if TYPE_CHECKING:
    from sqlite_utils import Database

REPORTS = "SELECT * FROM report_status ORDER BY publisher, year"
PAIRS = """
SELECT x.publisher, x.source FROM publisher_sources x
JOIN publishers p ON p.id = x.publisher AND p.watched JOIN sources s ON s.id = x.source AND s.watched
ORDER BY x.publisher, x.source
"""
LINKS = "SELECT report, id, url, first_seen FROM links WHERE report IS NOT NULL ORDER BY last_seen, id"
DOCUMENTS = f"""
SELECT r.report, d.url, d.sha256 FROM readings r JOIN latest_documents d ON d.id = r.document
WHERE r.report IS NOT NULL AND r.error_kind IS NULL AND {STILL_THERE} ORDER BY d.first_seen, d.id
"""  # noqa: S608 - our own text
# What is wrong or looks wrong and is the publisher's; a finding without a document takes several to see.
FAULTS = f"""
SELECT f.report, f.sha256, f.fingerprint, f.message, f.message_zh, f.level, f.rule, f.url,
  {FAULT_KIND} AS incident,
  (SELECT min(g.origin ->> 'page') FROM figures g JOIN figure_keys k ON k.id = g.key
    WHERE g.reading = f.reading AND k.key IN (SELECT value FROM json_each(f.keys))) AS page
FROM open_findings f LEFT JOIN documents d ON d.id = f.document
WHERE {FAULT_KIND} IS NOT NULL
  AND (d.id IS NULL OR {STILL_THERE}) ORDER BY f.finding
"""  # noqa: S608 - our own text
# The same of every present version: another copy that stands for the report now does not make this one right.
STILL_FAULTY = f"""
SELECT r.report, f.fingerprint FROM findings f JOIN readings r ON r.id = f.reading
JOIN latest_documents d ON d.id = r.document
WHERE {FAULT_KIND} IS NOT NULL
  AND r.report IS NOT NULL AND r.error_kind IS NULL AND f.settled_by IS NULL AND {STILL_THERE}
  AND f.fingerprint NOT IN (SELECT i.fingerprint FROM reviews_in_force i WHERE i.decision = 'dismissed')
"""  # noqa: S608 - our own text
# By the findings as they are now, and as they were when they were dismissed.
DISMISSED = """
SELECT fingerprint, decided_by, decision_note, message, message_zh FROM judged_findings WHERE decision = 'dismissed'
UNION SELECT fingerprint, by, note, message, message_zh FROM reviews_in_force WHERE decision = 'dismissed'
"""
# The documents that were read last, whatever came of it; one that only once could not be read is tried again.
LATEST_READINGS = """
SELECT count(*) AS documents, coalesce(sum(failed), 0) AS failed FROM (
  SELECT min(error_kind IS NOT NULL) AS failed FROM readings GROUP BY document ORDER BY max(read_at) DESC LIMIT 20)
"""
# When a list or a page last held a report that is told withdrawn; where its list named it all the time, its page.
SHOWN = """
SELECT p.id AS report, max(
  iif(i.detail ->> 'page_gone_since' IS NULL,
    coalesce((SELECT max(l.last_seen) FROM links l WHERE l.report = p.id), ''), ''),
  coalesce((SELECT max(k.seen_at) FROM readings r JOIN captures k ON k.document = r.document
    WHERE r.report = p.id AND k.kind IN ('document', 'unchanged') AND k.status IN (200, 304)), '')) AS shown_at
FROM incidents i JOIN reports p ON p.publisher = i.publisher AND p.year = i.year
WHERE i.kind = 'withdrawn' AND i.resolved_at IS NULL
"""
SOURCES = """
SELECT s.id, s.url, s.platform, p.id AS publisher, p.name, p.region,
  (SELECT max(c.started_at) FROM crawls c WHERE c.source = s.id AND c.outcome = 'good' AND c.url = s.url
    AND c.started_at >= s.url_since) AS last_good,
  (SELECT min(c.finished_at) FROM crawls c WHERE c.source = s.id AND c.outcome = 'good') AS first_good
FROM sources s LEFT JOIN publisher_sources x ON x.source = s.id
LEFT JOIN publishers p ON p.id = x.publisher AND p.watched
WHERE s.watched ORDER BY s.id, p.id
"""
VISITS = """
SELECT c.source, c.started_at, c.outcome, c.blind_kind, c.run
FROM crawls c JOIN sources s ON s.id = c.source AND s.watched
WHERE c.finished_at IS NOT NULL AND c.url = s.url AND c.started_at >= s.url_since AND c.started_at >= coalesce(
  (SELECT max(g.started_at) FROM crawls g WHERE g.source = s.id AND g.outcome = 'good' AND g.url = s.url
    AND g.started_at >= s.url_since), '')
ORDER BY c.source, c.started_at, c.id
"""
INCIDENTS = """
WITH storms AS MATERIALIZED (
  SELECT s.key, s.at, n.value AS named FROM events s, json_each(s.detail, '$.named') n WHERE s.kind = 'storm'
)
SELECT i.*, (SELECT e.suppressed FROM events e WHERE e.incident = i.id AND e.kind = 'opened') AS suppressed,
  (SELECT s.key FROM storms s WHERE s.named = i.key AND s.at = i.opened_at) AS storm,
  a.action, a.until, a.by, a.note, a.at
FROM (SELECT *, row_number() OVER (PARTITION BY key ORDER BY id) AS ordinal FROM incidents) i
LEFT JOIN acknowledgements a ON a.id = (SELECT max(n.id) FROM acknowledgements n WHERE n.incident = i.id)
  AND a.action IN ('ack', 'snooze')
WHERE i.resolved_at IS NULL ORDER BY i.id
"""
ARRIVALS = """
WITH storms AS MATERIALIZED (
  SELECT s.key, s.at, n.value AS named FROM events s, json_each(s.detail, '$.named') n WHERE s.kind = 'storm'
), timing AS MATERIALIZED (
  SELECT c.id, c.detail, c.detail ->> 'answers' AS answers FROM events c
  WHERE c.kind = 'corrected' AND c.detail ->> 'reason' = 'timing'
)
SELECT e.key, e.publisher, e.year, coalesce(t.detail, e.detail) ->> 'status' AS status,
  coalesce(t.detail, e.detail) ->> 'days_late' AS days_late,
  (SELECT count(*) FROM timing n WHERE n.answers = e.key) AS corrections,
  EXISTS (SELECT 1 FROM deliveries d WHERE d.event = e.id) AS told,
  (SELECT s.key FROM storms s WHERE s.named = e.key AND s.at = e.at) AS storm,
  NOT EXISTS (SELECT 1 FROM events c WHERE c.key = 'corrected|' || e.key || '|gone') AS standing
FROM events e LEFT JOIN timing t ON t.id = (SELECT max(n.id) FROM timing n WHERE n.answers = e.key)
WHERE e.kind = 'appeared' ORDER BY e.id
"""
HELD = """
SELECT e.key, e.kind, e.publisher, e.year, e.at, e.detail,
  EXISTS (SELECT 1 FROM events c WHERE c.key = 'corrected|' || e.key) AS taken_back
FROM events e WHERE e.suppressed = 'storm' AND e.kind IN ('appeared', 'revised') ORDER BY e.id
"""


def read_facts(db: Database) -> Facts:
    """The statuses as of the stored `as_of`, the sources with their latest visits, and the sums that do not hold."""
    (readings,) = db.query(LATEST_READINGS)
    return Facts(
        reports=tuple(_reports(db)),
        sources=tuple(_sources(db)),
        faults=tuple(_faults(db)),
        dismissed={
            row["fingerprint"]: Dismissal(
                row["decided_by"], row["decision_note"], row["message"], row["message_zh"]
            )
            for row in db.query(DISMISSED)
        },
        readings=LatestReadings(readings["documents"], readings["failed"]),
        remind_days_before=calendar_of(db).remind_days_before,
        misread=read_misread_changes(db),
        backfills=read_backfills(db),
    )


def read_ledger(db: Database) -> Ledger:
    """What earlier checks opened and said. `started` once the first look was summed up."""
    counted = db.query("SELECT key, count(*) AS n FROM incidents GROUP BY key")
    started = next(iter(db.query("SELECT 1 FROM events WHERE kind = 'summary'")), None) is not None
    return Ledger(
        incidents=tuple(_incident(row) for row in db.query(INCIDENTS)),
        arrivals=_arrivals(db),
        ordinals={row["key"]: row["n"] for row in counted},
        started=started,
        held=tuple(
            HeldEvent(
                row["key"], row["kind"], row["publisher"], row["year"], row["at"], json.loads(row["detail"]),
                taken_back=bool(row["taken_back"]),
            )
            for row in db.query(HELD)
        ),
    )  # fmt: skip


def _reports(db: Database) -> list[ReportFacts]:
    sources, links, documents, urls = defaultdict(list), defaultdict(list), defaultdict(list), {}
    for row in db.query(PAIRS):
        sources[row["publisher"]].append(row["source"])
    for row in db.query(DOCUMENTS):
        documents[row["report"]].append((row["url"], row["sha256"]))
        urls[row["report"]] = row["url"]
    for row in db.query(LINKS):
        links[row["report"]].append((row["id"], row["first_seen"]))
        urls[row["report"]] = row["url"]
    faulty = defaultdict(set)
    for row in db.query(STILL_FAULTY):
        faulty[row["report"]].add(row["fingerprint"])
    unread = {row["report"] for row in db.query(UNREAD)}
    shown = {row["report"]: row["shown_at"] for row in db.query(SHOWN)}
    return [
        _report(
            row,
            sources=tuple(sources[row["publisher"]]),
            links=tuple(links[row["report"]]),
            documents=tuple(sha256 for _, sha256 in documents[row["report"]]),
            copies=tuple(documents[row["report"]]),
            still_faulty=frozenset(faulty[row["report"]]),
            url=urls.get(row["report"]),
            unread=row["report"] in unread,
            shown_at=shown.get(row["report"]),
        )
        for row in db.query(REPORTS)
    ]


def _report(row: dict[str, Any], **known: Any) -> ReportFacts:  # noqa: ANN401 - the fields of ReportFacts
    return ReportFacts(
        report=row["report"],
        publisher=row["publisher"],
        name=row["publisher_name"],
        region=row["region"],
        level=row["level"],
        year=row["year"],
        owed=bool(row["owed"]),
        due=row["due"],
        due_basis=row["due_basis"] or "none",
        due_source=row["due_source"] or "",
        due_source_zh=row["due_source_zh"],
        statutory_due=row["statutory_due"],
        statutory_source=row["statutory_source"],
        statutory_source_zh=row["statutory_source_zh"],
        by_law=row["by_law"],
        days_late_by_law=row["days_late_by_law"],
        backdated=bool(row["backdated"]),
        page_gone_since=row["page_gone_since"],
        alert_from=row["alert_from"],
        status=row["status"],
        why=row["why"],
        first_seen=row["first_seen"],
        page_date=row["page_date"],
        days_late=row["days_late"],
        lacked_at=row["lacked_at"],
        unmatched=row["unmatched"],
        supplied_by=None if row["crawled"] else row["supplied_by"],
        **known,
    )


def _sources(db: Database) -> list[SourceFacts]:
    visits: dict[str, list[Visit]] = defaultdict(list)
    for row in db.query(VISITS):
        visit = Visit(row["source"], row["started_at"], row["outcome"], row["blind_kind"], row["run"])
        visits[row["source"]].append(visit)
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in db.query(SOURCES):
        rows[row["id"]].append(row)
    return [_source(served, tuple(visits[name])) for name, served in rows.items()]


def _source(served: list[dict[str, Any]], visits: tuple[Visit, ...]) -> SourceFacts:
    first, watched = served[0], [row for row in served if row["publisher"] is not None]
    return SourceFacts(
        id=first["id"],
        url=first["url"],
        host=urlsplit(first["url"]).netloc.lower(),
        platform=first["platform"],
        publishers=tuple(row["publisher"] for row in watched),
        names=tuple(row["name"] for row in watched),
        regions=tuple(sorted({row["region"] for row in watched})),
        visits=visits,
        last_good=first["last_good"],
        first_good=first["first_good"],
    )


def _faults(db: Database) -> list[Fault]:
    return [
        Fault(
            report=row["report"],
            document=row["sha256"],
            fingerprint=row["fingerprint"],
            message=row["message"],
            message_zh=row["message_zh"],
            level=row["level"],
            rule=row["rule"],
            url=row["url"],
            page=row["page"],
            incident=row["incident"],
        )
        for row in db.query(FAULTS)
    ]


def _incident(row: dict[str, Any]) -> OpenIncident:
    names = (
        "id", "key", "kind", "publisher", "year", "source", "opened_at", "fingerprint", "ordinal", "reminded_at",
        "suppressed", "storm", "held",
    )  # fmt: skip
    answer = None
    if row["action"]:
        answer = Acknowledgement(row["action"], row["by"], row["note"], row["at"], row["until"])
    return OpenIncident(
        **{name: row[name] for name in names},
        told=bool(row["told"]),
        detail=json.loads(row["detail"]),
        answer=answer,
    )


def _arrivals(db: Database) -> dict[str, Arrival]:
    found: dict[str, Arrival] = {}
    for row in db.query(ARRIVALS):
        key = f"{row['publisher']}|{row['year']}"
        found[key] = Arrival(
            event=row["key"],
            status=row["status"],
            told=bool(row["told"]),
            standing=bool(row["standing"]),
            count=found[key].count + 1 if key in found else 1,
            days_late=row["days_late"],
            corrections=row["corrections"],
            storm=row["storm"],
        )
    return found
