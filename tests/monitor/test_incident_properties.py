"""What must hold of judging whatever happens: a made history of facts, step by step, with what a database would keep."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from monitor.changes import changes
from monitor.model import (
    Acknowledgement,
    Arrival,
    Changes,
    Event,
    Facts,
    Fault,
    Ledger,
    OpenIncident,
    ReportFacts,
    SourceFacts,
    Visit,
)
from monitor.moments import later

if TYPE_CHECKING:
    from collections.abc import Sequence

START = "2026-02-10T01:00:00Z"
STATUSES = (
    "missing",
    "unknown",
    "on time",
    "late",
    "withdrawn",
    "not found",
    "awaited",
    "published, timing unproved",
)
BODIES = 4
LISTS = ("a", "b")
Step = dict[str, Any]
T = TypeVar("T")
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)  # making a failing history smaller takes minutes

step = st.fixed_dictionaries(
    {
        "statuses": st.lists(st.sampled_from(STATUSES), min_size=BODIES, max_size=BODIES),
        "fails": st.lists(st.booleans(), min_size=len(LISTS), max_size=len(LISTS)),
        "faults": st.lists(
            st.tuples(
                st.integers(0, BODIES - 1), st.sampled_from("xyz"), st.sampled_from(["error", "warning"])
            ),
            max_size=4,
        ),
        "unread": st.lists(st.booleans(), min_size=BODIES, max_size=BODIES),
        "documents": st.lists(st.sampled_from(["", "one", "two"]), min_size=BODIES, max_size=BODIES),
        "unmatched": st.lists(st.integers(0, 1), min_size=BODIES, max_size=BODIES),
        "answer": st.none() | st.tuples(st.integers(0, 5), st.sampled_from(["ack", "snooze"])),
        "hours": st.sampled_from([1, 24, 24, 24, 240]),
    }
)
history = st.lists(step, min_size=2, max_size=12)


class Kept:
    """What the database would hold between checks, in memory."""

    def __init__(self) -> None:
        self.open: dict[str, OpenIncident] = {}
        self.ended: list[OpenIncident] = []
        self.counts: dict[str, int] = {}
        self.events: list[Event] = []
        self.arrivals: dict[str, Arrival] = {}
        self.visits: dict[str, list[Visit]] = {name: [] for name in LISTS}
        self.good: dict[str, str] = {}

    def ledger(self) -> Ledger:
        return Ledger(tuple(self.open.values()), dict(self.arrivals), dict(self.counts), started=True)

    def write(self, decided: Changes, now: str) -> list[Event]:
        known = {event.key for event in self.events}
        new = [event for event in decided.events if event.key not in known]
        self.events += new
        quiet = {event.incident: event.suppressed for event in new if event.kind == "opened"}
        for condition in decided.opened:
            self.counts[condition.key] = self.counts.get(condition.key, 0) + 1
            why = quiet[condition.key]
            self.open[condition.key] = OpenIncident(
                sum(self.counts.values()), condition.key, condition.kind, condition.publisher,
                condition.year, condition.source, now, why is None, condition.fingerprint, condition.detail,
                self.counts[condition.key], suppressed=why,
            )  # fmt: skip
        self._change(decided, now)
        for event in new:
            self._arrive(event)
        return new

    def _change(self, decided: Changes, now: str) -> None:
        for incident, condition in decided.updated:
            self._set(incident, detail=condition.detail, fingerprint=condition.fingerprint)
        for incident in decided.reminded:
            self._set(incident, reminded_at=now)
        for incident in decided.lapsed:
            self._set(incident, answer=None)
        for incident in decided.released:
            self._set(incident, suppressed=None, told=True)
        for incident, why in decided.held:
            self._set(incident, held=why)
        for incident in decided.resolved:
            self.ended.append(self.open.pop(incident.key))

    def _set(self, incident: OpenIncident, **changed: Any) -> None:  # noqa: ANN401 - fields of OpenIncident
        self.open[incident.key] = replace(self.open[incident.key], **changed)

    def _arrive(self, event: Event) -> None:
        key = f"{event.publisher}|{event.year}"
        before = self.arrivals.get(key)
        if event.kind == "appeared":
            self.arrivals[key] = Arrival(
                event.key, str(event.detail["status"]), event.suppressed is None, standing=True,
                count=before.count + 1 if before else 1,
            )  # fmt: skip
        elif event.kind == "corrected" and before and event.answers == before.event:
            gone = event.detail["reason"] != "timing"
            self.arrivals[key] = replace(
                before,
                standing=not gone,
                status=str(event.detail["status"]),
                corrections=before.corrections + 1,
            )

    def facts(self, seen: Step, now: str) -> Facts:
        for name, fails in zip(LISTS, seen["fails"], strict=True):
            if fails:
                self.visits[name].append(Visit(name, now, "blind", "timeout"))
            else:
                self.visits[name] = [Visit(name, now, "good")]
                self.good[name] = now
        sources = tuple(
            SourceFacts(
                name, f"http://{name}/", name, (f"p{number}",), (f"P{number}",), ("henan",),
                tuple(self.visits[name]), self.good.get(name), "2026-01-01T01:00:00Z",
            )
            for number, name in enumerate(LISTS)
        )  # fmt: skip
        reports = tuple(_report(number, seen, now) for number in range(BODIES))
        faults = tuple(
            Fault(number, seen["documents"][number] or None, f"{level}-{name}", name, name, level)
            for number, name, level in seen["faults"]
        )
        return Facts(reports, sources, faults)

    def take_on(self, seen: Step, now: str) -> None:
        if seen["answer"] is None or not self.open:
            return
        number, action = seen["answer"]
        incident = list(self.open.values())[number % len(self.open)]
        until = "2026-03-20" if action == "snooze" else None
        self._set(incident, answer=Acknowledgement(action, "A. Reader", "why", now, until))


def _report(number: int, seen: Step, now: str) -> ReportFacts:
    status = seen["statuses"][number]
    there = status in ("on time", "late", "withdrawn", "published, timing unproved")
    document = seen["documents"][number]
    return ReportFacts(
        report=number, publisher=f"p{number}", name=f"P{number}", region="henan", year=2025, owed=True,
        due="2026-01-31", due_basis="law", due_source="the law", alert_from="2026-02-04T16:00:00Z", status=status, why="",
        first_seen="2026-02-09T01:00:00Z" if there else None, sources=(LISTS[number % len(LISTS)],),
        links=((number, "2026-02-09T01:00:00Z"),) if there else (), documents=(document,) if document else (),
        unread=seen["unread"][number], unmatched=seen["unmatched"][number] if status == "unknown" else 0,
        shown_at=now if there and status != "withdrawn" else None,
    )  # fmt: skip


def play(steps: Sequence[Step]) -> Kept:
    """The whole history, and at each step what must hold there."""
    kept, now = Kept(), START
    for seen in steps:
        now = later(now, hours=seen["hours"])
        facts = kept.facts(seen, now)
        ledger = kept.ledger()
        decided = changes(facts, ledger, (), now)
        _is_the_same_in_any_order(facts, ledger, now, decided)
        before = dict(kept.open)
        new = kept.write(decided, now)
        assert len(new) == len(decided.events), "an event was decided twice"
        _nothing_ends_by_blindness(before, facts, decided)
        again = changes(facts, kept.ledger(), (), now)
        assert again == Changes(), "the same facts twice say something new"
        kept.take_on(seen, now)
    return kept


def _mixed(things: tuple[T, ...], chance: random.Random) -> tuple[T, ...]:
    return tuple(chance.sample(things, len(things)))


def _is_the_same_in_any_order(facts: Facts, ledger: Ledger, now: str, decided: Changes) -> None:
    mixed = random.Random(7)  # noqa: S311 - a shuffle, no secret
    other = changes(
        Facts(_mixed(facts.reports, mixed), _mixed(facts.sources, mixed), _mixed(facts.faults, mixed)),
        replace(ledger, incidents=_mixed(ledger.incidents, mixed)),
        (),
        now,
    )
    assert other == decided


def _nothing_ends_by_blindness(before: dict[str, OpenIncident], facts: Facts, decided: Changes) -> None:
    failing = {source.id for source in facts.sources if source.visits[-1].outcome == "blind"}
    reports = {report.publisher: report for report in facts.reports}
    for incident in decided.resolved:
        assert incident.key in before, incident
        if incident.kind == "blind":
            assert incident.source not in failing
            continue
        report = reports.get(str(incident.publisher))
        if report is None:
            continue
        if incident.kind in ("missing", "withdrawn"):
            assert report.status not in (incident.kind, "unknown") or report.unmatched, (incident, report)
        if incident.kind in ("invalid", "doubtful"):
            assert report.status == "withdrawn" or (report.documents and not report.unread), (
                incident,
                report,
            )


@settings(max_examples=60, phases=QUICK, suppress_health_check=[HealthCheck.too_slow])
@given(history)
def test_any_history_is_told_once_and_honestly(steps: list[Step]) -> None:
    kept = play(steps)
    keys = [event.key for event in kept.events]
    assert len(keys) == len(set(keys))
    for incident in [*kept.ended, *kept.open.values()]:
        course = [
            event
            for event in kept.events
            if event.incident == incident.key and event.key.split("|")[-1] != "told"
        ]
        kinds = [event.kind for event in course]
        assert kinds.count("opened") == kept.counts[incident.key]
    for incident in kept.ended:
        ends = [
            event
            for event in kept.events
            if event.key
            in (f"resolved|{incident.key}|{incident.ordinal}", f"corrected|{incident.key}|{incident.ordinal}")
        ]
        assert len(ends) == 1
        if not incident.told and not incident.storm:
            assert ends[0].suppressed == "not announced"


@settings(max_examples=20, phases=QUICK, suppress_health_check=[HealthCheck.too_slow])
@given(history)
def test_the_replay_of_a_history_is_the_same(steps: list[Step]) -> None:
    assert play(steps).events == play(steps).events
