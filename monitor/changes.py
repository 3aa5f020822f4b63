"""From conditions that hold and incidents that are stored to events: pure comparison, so twice gives nothing new.

Recovery is told once, and only to those who were told of the trouble. What was told and proves wrong is taken back
(`corrected`) instead of being called resolved.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from hashlib import sha256
from typing import TYPE_CHECKING

from monitor.arrivals import arrivals, is_late_arrival
from monitor.backfills import quiet
from monitor.blind import is_folded, is_seen_again, platform_of
from monitor.describing import describe
from monitor.due_soon import due_soon
from monitor.faults import KINDS as FAULTS
from monitor.faults import known_faults, worsening
from monitor.incidents import evaluate
from monitor.misread_changes import taken_back
from monitor.model import SEVERITY, Changes, Condition, Event, OpenIncident, severity_of
from monitor.moments import days_between, shanghai_day
from monitor.own_troubles import own_troubles
from monitor.partly import taken_back_partly
from monitor.reminders import reminder_number, wants_reminder
from monitor.retractions import is_anothers, is_moved, is_still_absent, retraction
from monitor.storms import freed_events, hold_storm, may_release
from monitor.summary import summary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.model import Detail, Evaluation, Facts, Ledger, ReportFacts, Revision


def changes(
    facts: Facts, ledger: Ledger, revisions: Sequence[Revision], now: str, *, confirm_storm: bool = False
) -> Changes:
    """Everything that a check at `now` has to write, given what is stored.

    `confirm_storm`: a person has looked, so what is held in a storm is told now.
    """
    facts, ledger = _in_order(facts, ledger)
    reports = {report.key: report for report in facts.reports}
    evaluation = _evaluate(facts, ledger, reports, now)
    conditions = {condition.key: condition for condition in evaluation.open}
    stored = {incident.key for incident in ledger.incidents}
    opened = tuple(conditions[key] for key in conditions if key not in stored)
    kept = tuple(
        (incident, _with_known(incident, conditions[incident.key]))
        for incident in ledger.incidents
        if incident.key in conditions
    )
    released = tuple(
        replace(incident, detail=condition.detail)
        for incident, condition in kept
        if may_release(incident, now, confirmed=confirm_storm)
    )
    began = [quiet(_opening(condition, ledger, now), facts, reports) for condition in opened]
    over = [one for one in ledger.incidents if _is_over(one, evaluation, conditions, facts)]
    came = [quiet(event, facts, reports) for event in arrivals(facts, ledger, over, now)]
    revised = [
        quiet(_revised(revision, reports, ledger, now), facts, reports)
        for revision in revisions
        if f"{revision.publisher}|{revision.year}" in reports
    ]
    claims = tuple(hold_storm([*began, *came, *revised], facts, now))
    announced = _announced_platforms(claims, ledger, released, conditions)
    folded = tuple(one for one in ledger.incidents if is_folded(one, announced, facts.sources))
    closed = tuple(incident for incident in over if incident not in folded)
    worse = tuple(pair for pair in kept if worsening(*pair))
    loud = tuple(pair for pair in worse if pair[0].suppressed in (None, "baseline"))
    told_worse = {incident.key for incident, _ in loud}
    reminded = tuple(pair for pair in kept if pair[0].key not in told_worse and wants_reminder(pair[0], now))
    events = (
        *(event for event in claims if event.kind not in ("appeared", "revised")),
        *(_worsened(*pair) for pair in loud),
        *(_reminder(*pair, now) for pair in reminded),
        *_partly_wrong(kept, reports, facts, now),
        *(event for incident in closed for event in _endings(incident, facts, reports, now)),
        *(_folded(incident, now) for incident in folded),
        *(event for event in claims if event.kind in ("appeared", "revised")),
        *taken_back(facts.misread, reports),
        *due_soon(facts, ledger, now),
        *summary(facts, evaluation, ledger, now),
    )
    return Changes(
        opened=opened,
        updated=tuple(pair for pair in kept if pair[0].detail != pair[1].detail),
        resolved=(*closed, *folded),
        released=released,
        freed=tuple(freed_events(ledger, reports, now, confirmed=confirm_storm)),
        reminded=tuple(incident for incident, _ in (*reminded, *loud)),  # what got worse was just told
        lapsed=tuple(incident for incident, _ in worse if incident.answer),
        held=tuple(_newly_held(ledger, (*closed, *folded), evaluation)),
        events=events,
    )


def _partly_wrong(
    kept: Sequence[tuple[OpenIncident, Condition]], reports: dict[str, ReportFacts], facts: Facts, now: str
) -> Iterator[Event]:
    for incident, condition in kept:
        report = reports.get(f"{incident.publisher}|{incident.year}")
        if event := taken_back_partly(incident, condition, report, facts.dismissed, now):
            yield event


def _in_order(facts: Facts, ledger: Ledger) -> tuple[Facts, Ledger]:
    """The same, each in one order: what is decided must not depend on the order in which it was read."""
    ordered = replace(
        facts,
        reports=tuple(sorted(facts.reports, key=lambda report: (report.publisher, report.year))),
        sources=tuple(sorted(facts.sources, key=lambda source: source.id)),
    )
    return ordered, replace(ledger, incidents=tuple(sorted(ledger.incidents, key=lambda one: one.id)))


def _evaluate(facts: Facts, ledger: Ledger, reports: dict[str, ReportFacts], now: str) -> Evaluation:
    """What holds now, our own troubles too, with what is open as far as it matters for how long it stays so."""
    platforms = {name for incident in ledger.incidents if (name := platform_of(incident))}
    absent = {
        key
        for incident in ledger.incidents
        if (report := reports.get(key := f"{incident.publisher}|{incident.year}"))
        and is_still_absent(incident, report)
    }
    evaluation = evaluate(facts, platforms, absent)
    own = own_troubles(facts, {incident.key for incident in ledger.incidents}, now)
    moved = {
        incident.key: "list moved"
        for incident in ledger.incidents
        if (report := reports.get(f"{incident.publisher}|{incident.year}"))
        and is_moved(incident, report, facts.sources)
    }
    return replace(evaluation, open=(*evaluation.open, *own), held={**evaluation.held, **moved})


def _with_known(incident: OpenIncident, condition: Condition) -> Condition:
    """The condition with every fault that the incident ever had: one that comes back is no news."""
    known = sorted(known_faults(incident.detail) | known_faults(condition.detail))
    return replace(condition, detail={**condition.detail, "known": known}) if known else condition


def _newly_held(
    ledger: Ledger, over: Sequence[OpenIncident], evaluation: Evaluation
) -> Iterator[tuple[OpenIncident, str | None]]:
    """The incidents about which it changed whether, or why, nobody can tell now.

    What holds no more and is not over either is a host or platform that no good visit has shown since.
    """
    holds = {condition.key for condition in evaluation.open}
    for incident in ledger.incidents:
        why = evaluation.held.get(incident.key, None if incident.key in holds else "host failing")
        if incident not in over and incident.held != why:
            yield incident, why


def _is_over(
    incident: OpenIncident,
    evaluation: Evaluation,
    conditions: dict[str, Condition],
    facts: Facts,
) -> bool:
    if incident.key in conditions:
        return False
    if incident.key in evaluation.held:
        return is_anothers(incident, facts.reports)
    return incident.kind != "blind" or is_seen_again(incident, facts.sources)


def _announced_platforms(
    openings: Sequence[Event],
    ledger: Ledger,
    released: Sequence[OpenIncident],
    conditions: dict[str, Condition],
) -> list[Condition]:
    """The failing platforms that are told, now or before: only then may they speak for their hosts."""
    told = {event.incident for event in openings if event.kind == "opened" and event.suppressed is None}
    told |= {incident.key for incident in released}
    told |= {incident.key for incident in ledger.incidents if incident.suppressed is None}
    return [one for key, one in conditions.items() if key in told and "platform" in one.detail]


def _folded(incident: OpenIncident, now: str) -> Event:
    """The end of a host's incident that goes on as its platform's: recovery is told once, by that."""
    detail = {**incident.detail, "reason": "folded", "closed_at": now}
    return _about(
        incident, "resolved", f"resolved|{incident.key}|{incident.ordinal}", detail, "told by its platform"
    )


def _opening(condition: Condition, ledger: Ledger, now: str) -> Event:
    ordinal = ledger.ordinals.get(condition.key, 0) + 1
    return Event(
        key=f"opened|{condition.key}|{ordinal}",
        kind="opened",
        topic=condition.kind,
        severity=condition.severity,
        publisher=condition.publisher,
        year=condition.year,
        source=condition.source,
        incident=condition.key,
        suppressed=_silence(condition, ledger, now),
        detail={**condition.detail, "opened_at": now},
    )


def _silence(condition: Condition, ledger: Ledger, now: str) -> str | None:
    """Faults in the reports of past seasons are for whoever asks; the first look of all is told as one summary."""
    if (
        condition.severity == SEVERITY["invalid"]
        and condition.kind in FAULTS
        and (condition.year or 0) < season_year(now)
    ):
        return "backfill"
    return None if ledger.started else "baseline"


def season_year(now: str) -> int:
    """The report year whose reports are due in the year of `now` in Shanghai."""
    return shanghai_day(now).year - 1


def _worsened(incident: OpenIncident, condition: Condition) -> Event:
    return _about(
        incident,
        "worsened",
        f"worsened|{incident.key}|{incident.ordinal}|{_digest(condition)}",
        {**condition.detail, **_answered(incident), "came": sorted(worsening(incident, condition))},
    )


def _digest(condition: Condition) -> str:
    """Everything that was ever wrong by now: each time it gets worse, it is another."""
    return sha256("\n".join(condition.detail["known"]).encode()).hexdigest()[:16]


def _answered(incident: OpenIncident) -> Detail:
    """Who took the incident on, for the messages that come all the same."""
    return {"answer": asdict(incident.answer)} if incident.answer else {}


def _about(
    incident: OpenIncident, kind: str, key: str, detail: Detail, suppressed: str | None = None
) -> Event:
    return Event(
        key=key,
        kind=kind,  # type: ignore[arg-type]  # the callers name literals
        topic="corrected" if kind == "corrected" else incident.kind,
        severity=severity_of(incident.kind, detail) if kind != "resolved" else "info",
        publisher=incident.publisher,
        year=incident.year,
        source=incident.source,
        incident=incident.key,
        suppressed=suppressed,
        detail={**detail, "kind": incident.kind, "opened_at": incident.opened_at},
    )


def _reminder(incident: OpenIncident, condition: Condition, now: str) -> Event:
    key = f"reminder|{incident.key}|{incident.ordinal}|{reminder_number(incident, now)}"
    days = days_between(incident.opened_at, now)
    return _about(incident, "reminder", key, {**condition.detail, **_answered(incident), "days": days})


def _endings(
    incident: OpenIncident, facts: Facts, reports: dict[str, ReportFacts], now: str
) -> Iterator[Event]:
    """The one event that ends an incident: resolved, or corrected where it should not have been told.

    What was held in a storm was told as far as the storm's message named it.
    """
    report = reports.get(f"{incident.publisher}|{incident.year}")
    detail = {**incident.detail, **(describe(report) if report else {}), "closed_at": now}
    wrong = retraction(incident, report, facts.dismissed)
    if is_anothers(incident, facts.reports):
        wrong = {"reason": "not this report"}
    end = f"{incident.key}|{incident.ordinal}"
    silence = None if incident.told or incident.storm else "not announced"
    if wrong:
        taken_back = _about(incident, "corrected", f"corrected|{end}", {**detail, **wrong}, silence)
        yield replace(taken_back, answers=incident.storm)
        return
    if report and is_late_arrival(incident, report):
        silence = silence or "told as appeared"
    resolved = _about(
        incident,
        "resolved",
        f"resolved|{end}",
        {**detail, "reason": _how_it_ended(incident, report, facts)},
        silence,
    )
    yield resolved if incident.told else replace(resolved, answers=incident.storm)


def _how_it_ended(incident: OpenIncident, report: ReportFacts | None, facts: Facts) -> str:
    """`over`, `gone` (what was wrong is not published any more) or `unwatched` (closed, not solved)."""
    places = {name for source in facts.sources for name in (source.host, source.platform)}
    watched = report is not None if incident.publisher else incident.source in (None, *places)
    if not watched:
        return "unwatched"
    gone = report is not None and incident.kind in FAULTS and not report.documents
    return (
        "gone" if gone or (report and report.status == "withdrawn" and incident.kind != "missing") else "over"
    )


def _revised(revision: Revision, reports: dict[str, ReportFacts], ledger: Ledger, now: str) -> Event:
    key = f"{revision.publisher}|{revision.year}"
    detail = {
        **describe(reports[key]),
        "url": revision.url,
        "seen_at": revision.seen_at,
        "figures": [list(change) for change in revision.figures],
        "sections": list(revision.sections),
        "copy_of": revision.copy_of,
        "keys": list(revision.keys),
        "sentences": [list(change) for change in revision.sentences],
        "uncertain": [list(change) for change in revision.uncertain],
        "edition": list(revision.edition or ()),
    }
    return Event(
        key=f"revised|{key}|{revision.capture}",
        kind="revised",
        topic="revised",
        severity=SEVERITY["revised"],
        publisher=revision.publisher,
        year=revision.year,
        suppressed=_why_untold(revision, ledger, now),
        detail=detail,
    )


def _why_untold(revision: Revision, ledger: Ledger, now: str) -> str | None:
    """What only became visible by reading the archive again is news in its season, not years later."""
    if not (revision.figures or revision.sections):
        if revision.copy_of:
            return "another copy"
        if revision.uncertain:
            return "uncertain"
        return "cosmetic" if revision.text_compared else "text not compared"
    if revision.reread and revision.year < season_year(now):
        return "reparse"
    return None if ledger.started else "baseline"
