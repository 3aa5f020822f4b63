"""The pure judgement: hysteresis, inhibition, storms, reminders."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.blind import failed_visits, is_blind
from monitor.changes import changes
from monitor.incidents import evaluate
from monitor.model import Event, Facts, Ledger, OpenIncident, ReportFacts, SourceFacts, Visit

NOW = "2026-02-06T01:00:00Z"
GOOD = "2026-02-05T01:00:00Z"


def source(*visits: Visit, name: str = "list", good: str | None = GOOD) -> SourceFacts:
    return SourceFacts(
        name, f"http://{name}/", name, ("a",), ("A",), ("henan",), visits, good, "2026-01-01T01:00:00Z"
    )


def report(number: int = 1, status: str = "missing", **more: object) -> ReportFacts:
    fields = {
        "report": number, "publisher": f"p{number}", "name": f"P{number}", "region": "henan", "year": 2025, "owed": True,
        "due": "2026-01-31", "due_basis": "law", "due_source": "the law", "alert_from": "2026-02-04T16:00:00Z",
        "status": status, "why": "", "sources": ("list",), **more,
    }  # fmt: skip
    return ReportFacts(**fields)  # type: ignore[arg-type]  # test data


def failed(*times: str, run: int | None = None) -> tuple[Visit, ...]:
    return tuple(Visit("list", time, "blind", "captcha", run) for time in times)


@pytest.mark.parametrize(
    ("visits", "blind"),
    [
        (failed("2026-02-01T01:00:00Z", "2026-02-02T01:00:00Z"), False),
        (failed("2026-02-01T01:00:00Z", "2026-02-01T02:00:00Z", "2026-02-01T03:00:00Z"), False),
        (failed("2026-02-01T01:00:00Z", "2026-02-01T02:00:00Z", "2026-02-02T01:00:00Z"), True),
        (
            (
                *failed("2026-02-01T01:00:00Z", "2026-02-01T02:00:00Z", run=1),
                *failed("2026-02-01T03:00:00Z", run=2),
            ),
            True,
        ),
    ],
)
def test_one_bad_evening_is_not_blindness(visits: tuple[Visit, ...], *, blind: bool) -> None:
    assert is_blind(visits) is blind


def test_a_good_visit_ends_the_streak_and_a_304_does_not() -> None:
    good = Visit("list", "2026-02-02T01:00:00Z", "good")
    unchanged = Visit("list", "2026-02-03T01:00:00Z", "unchanged")
    before, after = failed("2026-02-01T01:00:00Z"), failed("2026-02-04T01:00:00Z")
    assert failed_visits(source(*before, good, unchanged, *after)) == after
    assert failed_visits(source(*before, unchanged, *after)) == (*before, *after)


def test_a_run_that_was_interrupted_is_not_the_sites_failure() -> None:
    interrupted = Visit("list", "2026-02-04T01:00:00Z", "blind", "interrupted")
    assert failed_visits(source(interrupted)) == ()


def test_missing_needs_every_source() -> None:
    both = report(sources=("list", "other"))
    sources = (source(), source(name="other", good="2026-02-01T01:00:00Z"))
    assert evaluate(Facts((both,), sources)).open == ()
    assert [c.key for c in evaluate(Facts((both,), (source(), source(name="other")))).open] == [
        "missing|p1|2025"
    ]


def test_a_report_without_a_source_is_never_missing() -> None:
    assert evaluate(Facts((report(sources=()),), ())).open == ()


@pytest.mark.parametrize("status", ["unknown", "awaited", "not due", "not found", "on time", "late"])
def test_no_other_status_opens_missing(status: str) -> None:
    assert evaluate(Facts((report(status=status),), (source(),))).open == ()


def opened(facts: Facts, ledger: Ledger | None = None, now: str = NOW) -> tuple[Event, ...]:
    return changes(facts, ledger or Ledger(), (), now).events


def test_many_at_once_are_held_as_one_storm() -> None:
    events = opened(Facts(tuple(report(n) for n in range(1, 22)), (source(),)))
    assert [event.kind for event in events if event.suppressed is None] == ["storm"]
    assert {event.suppressed for event in events if event.kind == "opened"} == {"storm"}


def test_many_among_very_many_are_no_storm() -> None:
    reports = (*(report(n) for n in range(1, 22)), *(report(n, "on time") for n in range(22, 300)))
    assert "storm" not in {event.kind for event in opened(Facts(reports, (source(),)))}


def test_twenty_are_no_storm() -> None:
    assert "storm" not in {e.kind for e in opened(Facts(tuple(report(n) for n in range(1, 21)), (source(),)))}


def incident(**more: object) -> OpenIncident:
    fields = {
        "id": 7, "key": "missing|p1|2025", "kind": "missing", "publisher": "p1", "year": 2025, "source": None,
        "opened_at": NOW, "told": True, "fingerprint": "", "detail": {}, **more,
    }  # fmt: skip
    return OpenIncident(**fields)  # type: ignore[arg-type]  # test data


def test_a_held_incident_is_released_after_an_hour() -> None:
    ledger = Ledger((incident(suppressed="storm", told=False),))
    facts = Facts((report(),), (source(),))
    assert changes(facts, ledger, (), "2026-02-06T01:59:00Z").released == ()
    assert [one.id for one in changes(facts, ledger, (), "2026-02-06T02:00:00Z").released] == [7]


@pytest.mark.parametrize(
    ("now", "reminded_at", "due"),
    [
        ("2026-02-15T01:00:00Z", None, False),
        ("2026-02-16T01:00:00Z", None, True),
        ("2026-02-17T01:00:00Z", "2026-02-16T01:00:00Z", False),
        ("2026-03-08T01:00:00Z", "2026-02-16T01:00:00Z", True),
        ("2026-04-06T01:00:00Z", "2026-03-08T01:00:00Z", False),
        ("2026-04-07T01:00:00Z", "2026-03-08T01:00:00Z", True),
        ("2026-05-07T01:00:00Z", "2026-04-07T01:00:00Z", True),
    ],
)
def test_reminders_come_after_10_and_30_days_and_then_every_30(
    now: str, reminded_at: str | None, *, due: bool
) -> None:
    ledger = Ledger((incident(reminded_at=reminded_at),))
    events = opened(Facts((report(),), (source(),)), ledger, now)
    assert [event.kind for event in events] == (["reminder"] if due else [])


def test_an_inhibited_incident_is_neither_reminded_nor_resolved() -> None:
    failing = source(*failed("2026-02-19T01:00:00Z"))
    ledger = Ledger((incident(),))
    for status in ("missing", "unknown"):
        events = opened(Facts((report(status=status),), (failing,)), ledger, "2026-02-20T01:00:00Z")
        assert events == ()


def test_recovery_of_what_nobody_was_told_is_silent() -> None:
    ledger = Ledger((replace(incident(), key="blind|list", kind="blind", told=False),))
    events = opened(Facts((), (source(Visit("list", GOOD, "good")),)), ledger)
    assert [(event.kind, event.suppressed) for event in events] == [("resolved", "not announced")]
