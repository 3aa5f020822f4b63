"""The report of a run: what was tried and seen, what is new, what failed, what waits. For people, programs and one line."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.cleaning import readable
from monitor.moments import hours_between, shanghai_minute
from reportwatch.exits import DATA, CommandError
from reportwatch.versions import versions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlite_utils import Database

    from reportwatch.options import Lang, Options
    from reportwatch.steps import Step

Facts = dict[str, Any]
SLOWEST, SHOWN = 5, 10
SOURCES = """
SELECT s.source, s.state, c.outcome, c.blind_kind, c.reason, c.entries, c.pages, s.url, s.family, (
    SELECT o.entries FROM crawls o WHERE o.source = s.source AND o.id < c.id AND o.outcome = 'good' ORDER BY o.id DESC LIMIT 1
  ) AS entries_before,
  coalesce((julianday(c.finished_at) - julianday(c.started_at)) * 86400, 0) AS seconds
FROM source_status s LEFT JOIN crawls c ON c.source = s.source AND c.run = ?
ORDER BY s.source
"""
BYTES = """
SELECT coalesce(sum(d.bytes), 0) FROM captures k JOIN crawls c ON c.id = k.crawl JOIN documents d ON d.id = k.document
WHERE c.run = ? AND k.kind = 'document'
"""
EVENTS = """
SELECT coalesce(i.kind || ' ', '') || e.kind AS name, e.suppressed IS NOT NULL AS silent, count(*) AS events
FROM events e LEFT JOIN incidents i ON i.id = e.incident
WHERE e.key IN (SELECT value FROM json_each(?)) GROUP BY 1, 2 ORDER BY 1, 2
"""


def facts_of(
    db: Database, options: Options, run: int, started: str, done: Sequence[Step], *, narrowed: bool = False
) -> Facts:
    """What the run did and what it left, as JSON takes it. `narrowed`: a scope was named, so nothing was skipped."""
    steps = {step.name: step.facts for step in done}
    rows = [dict(row) for row in db.query(SOURCES, [run])]
    return {
        "run": run, "started_at": started, "seconds": round(hours_between(started, options.now()) * 3600),
        "versions": versions(options),
        "lists": _lists(rows, narrowed=narrowed),
        "sources": [_source(row) for row in rows if row["outcome"]],
        "documents": _documents(db, run, steps),
        "failures": dict(_failures(rows, steps).most_common()),
        "statuses": steps.get("check", {}).get("statuses", {}),
        "events": [dict(row) for row in db.query(EVENTS, [json.dumps(steps.get("check", {}).get("events", []))])],
        "incidents": _counts(db, "SELECT kind, count(*) FROM incidents WHERE resolved_at IS NULL GROUP BY kind ORDER BY kind"),
        "outbox": _outbox(db),
        "slowest": _slowest(rows),
        "before": _before(db, run),
    }  # fmt: skip


def _lists(rows: Sequence[Facts], *, narrowed: bool) -> Facts:
    tried = Counter(str(row["outcome"]) for row in rows if row["outcome"])
    skipped = [row["source"] for row in rows if not row["outcome"] and row["state"] != "unsupported"]
    return {
        "tried": sum(tried.values()), **{name: tried[name] for name in ("good", "unchanged", "blind")},
        "skipped": [] if narrowed else skipped,
        "unsupported": sum(row["state"] == "unsupported" for row in rows),
    }  # fmt: skip


def _source(row: Facts) -> Facts:
    names = ("source", "outcome", "blind_kind", "reason", "pages", "entries", "entries_before")
    return {**{name: row[name] for name in names}, "seconds": round(row["seconds"])}


def _documents(db: Database, run: int, steps: Mapping[str, Mapping[str, object]]) -> Facts:
    crawl, parse = steps.get("crawl", {}), steps.get("parse", {})
    unreadable = parse.get("unreadable", ())
    return {
        "new": crawl.get("new_documents", 0), "failed": crawl.get("failed_documents", 0),
        "bytes": int(db.execute(BYTES, [run]).fetchone()[0]), "read": parse.get("documents", 0),
        "unreadable": len(unreadable) if isinstance(unreadable, list | tuple) else 0,
    }  # fmt: skip


def _failures(rows: Sequence[Facts], steps: Mapping[str, Mapping[str, object]]) -> Counter[str]:
    """How often what failed: kinds of blindness, kinds of unreadable documents, steps that broke off."""
    failures = Counter(f"blind: {row['blind_kind']}" for row in rows if row["blind_kind"])
    unreadable = steps.get("parse", {}).get("unreadable", ())
    failures.update(f"unreadable: {one['kind']}" for one in unreadable if isinstance(one, dict))  # type: ignore[attr-defined]  # a list of failures, by the step
    failures.update(f"step: {name}" for name, facts in steps.items() if "error" in facts)
    return failures


def _outbox(db: Database) -> Facts:
    waiting, oldest = db.execute(
        "SELECT count(*), min(e.at) FROM deliveries d JOIN events e ON e.id = d.event WHERE d.state IN ('pending', 'leased', 'failed')"
    ).fetchone()
    dead = db.execute("SELECT count(*) FROM deliveries WHERE state = 'dead'").fetchone()[0]
    return {"waiting": waiting, "oldest": oldest, "dead": dead}


def _slowest(rows: Sequence[Facts]) -> list[list[object]]:
    seconds: Counter[str] = Counter()
    for row in rows:
        if row["outcome"]:
            seconds[str(row["url"]).split("/")[2]] += round(row["seconds"])
    return [[host, spent] for host, spent in seconds.most_common(SLOWEST) if spent]


def _before(db: Database, run: int) -> Facts | None:
    """Lists and statuses of the run before, for comparison."""
    row = db.execute(
        "SELECT summary FROM runs WHERE id < ? AND command = (SELECT command FROM runs WHERE id = ?) AND summary <> '{}'"
        " ORDER BY id DESC LIMIT 1", [run, run],
    ).fetchone()  # fmt: skip
    then = json.loads(row[0]).get("report") if row else None
    if not then:
        return None
    lists = {name: then["lists"][name] for name in ("good", "blind")}
    return {"run": then["run"], "lists": lists, "statuses": then["statuses"]}


def _counts(db: Database, sql: str) -> dict[str, int]:
    return {str(name): int(count) for name, count in db.execute(sql)}


def report_of(db: Database, run: int | None) -> Facts:
    """The report of a run, of the newest one if none is named: its row, and what `facts_of` found. CommandError (65) if there is none."""
    where, values = ("id = ?", [run]) if run is not None else ("command IN ('run', 'backfill')", [])
    row = next(iter(db.query(f"SELECT * FROM runs WHERE {where} ORDER BY id DESC LIMIT 1", values)), None)  # noqa: S608 - constants
    if row is None:
        known = f"there is no run {run}" if run is not None else "there was no run yet"
        raise CommandError(DATA, f"{known}: `reportwatch run` makes one, the table runs lists them")
    summary = json.loads(row["summary"])
    facts = summary.get("report", {})
    outcome = row["outcome"] or "running"
    steps = {name: one for name, one in summary.items() if name != "report"}
    return {
        **facts, "run": row["id"], "started_at": row["started_at"], "finished_at": row["finished_at"], "outcome": outcome,
        "exit_code": row["exit_code"], "command": row["command"], "steps": steps,
    }  # fmt: skip


def line(report: Facts) -> str:
    """One line for cron's mail: how it ended, what was seen, what is wrong."""
    head = f"reportwatch {report['command']} {report['run']}: exit {report['exit_code']}, {report['outcome']}"
    if "lists" not in report:
        return head
    lists, statuses, outbox = report["lists"], report["statuses"], report["outbox"]
    wrong = [
        f"{statuses[name]} {name}"
        for name in ("missing", "late", "withdrawn", "unknown")
        if statuses.get(name)
    ]
    parts = [
        f"{lists['good'] + lists['unchanged']}/{lists['tried']} lists seen",
        f"{report['documents']['new']} new documents",
        ", ".join(wrong) or "no report missing, late or unknown",
        f"{sum(report['incidents'].values())} incidents open",
        f"{outbox['waiting']} messages wait"
        + (f", {outbox['dead']} undeliverable" if outbox["dead"] else ""),
    ]
    return "; ".join((head, *parts))


def text(report: Facts, lang: Lang) -> Iterator[str]:
    """The report for people, line by line: what needs a look stands at the top."""
    words = _words(lang)
    outcome = (
        words["outcomes"].get(report["outcome"], report["outcome"]) if lang == "zh" else report["outcome"]
    )
    took = _took(int(report.get("seconds", 0)))
    yield words["head"].format(
        run=report["run"],
        outcome=outcome,
        code=report["exit_code"],
        began=shanghai_minute(report["started_at"]),
        took=took,
    )
    for name, facts in report["steps"].items():
        if "error" in facts:
            yield words["step"].format(name=name, error=readable(facts["error"], 300))
    if "lists" in report:
        yield from _seen(report, words)
        yield from _left(report, words)


def _seen(report: Facts, words: Facts) -> Iterator[str]:
    lists, before = report["lists"], report.get("before")
    was = words["lists_before"].format(**before["lists"]) if before else ""
    yield words["lists"].format(**{**lists, "skipped": len(lists["skipped"]), "before": was})
    blind = [one for one in report["sources"] if one["outcome"] == "blind"]
    for one in blind[:SHOWN]:
        yield words["blind"].format(
            source=one["source"], kind=one["blind_kind"], reason=readable(one["reason"], 120)
        )
    if lists["skipped"]:
        yield words["skipped"].format(sources=", ".join(lists["skipped"][:SHOWN]))
    yield words["documents"].format(
        **report["documents"], mib=f"{report['documents']['bytes'] / (1 << 20):.1f}"
    )
    if report["failures"]:
        yield words["failures"].format(classes=_listed(report["failures"], words))


def _left(report: Facts, words: Facts) -> Iterator[str]:
    before = report.get("before") or {}
    yield words["statuses"].format(counts=_listed(report["statuses"], words, before.get("statuses")))
    events: Counter[str] = Counter()
    for one in report["events"]:
        events[one["name"]] += one["events"]
    silent = sum(one["events"] for one in report["events"] if one["silent"])
    yield words["told"].format(counts=_listed(events, words), silent=silent)
    yield words["incidents"].format(counts=_listed(report["incidents"], words))
    outbox = report["outbox"]
    oldest = words["oldest"].format(at=shanghai_minute(outbox["oldest"])) if outbox["oldest"] else ""
    yield words["outbox"].format(waiting=outbox["waiting"], oldest=oldest, dead=outbox["dead"])
    if report["slowest"]:
        yield words["slowest"].format(
            hosts=", ".join(f"{host} {_took(spent)}" for host, spent in report["slowest"])
        )
    yield words["versions"].format(
        versions=", ".join(f"{name} {value}" for name, value in report["versions"].items())
    )


def _listed(counts: Mapping[str, int], words: Facts, before: Mapping[str, int] | None = None) -> str:
    """`3 missing (+1), 2 late`: the change since the run before, where there is one."""
    names = dict.fromkeys([*counts, *(before or {})])
    parts = []
    for name in names:
        now, then = counts.get(name, 0), (before or {}).get(name)
        change = f" ({now - then:+})" if then is not None and now != then else ""
        parts.append(f"{now} {name}{change}")
    return ", ".join(parts) or str(words["none"])


def _took(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


@cache
def _words(lang: Lang) -> Facts:
    words: dict[str, Facts] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return words[lang]
