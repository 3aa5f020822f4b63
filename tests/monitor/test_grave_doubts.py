"""What is as grave as a wrong sum but is none, such as a missing section: it is told to whoever named no kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.moments import later
from monitor.routing import Channel

if TYPE_CHECKING:
    from tests.monitor.world import World

FIRST, SEEN = "2026-01-10T01:00:00Z", "2026-02-03T01:00:00Z"


@pytest.fixture
def told(world: World) -> World:
    """One department, whose report came; `usual` named no kinds, `sums` only those of before."""
    world.channels = [
        Channel(id="usual", url_env="USUAL"),
        Channel(id="sums", url_env="SUMS", kinds=("invalid", "corrected")),
    ]
    world.watch("finance")
    world.good(FIRST, ("finance", 2024))
    world.check(FIRST)
    world.good(SEEN, ("finance", 2025))
    return world


def deliveries(world: World) -> list[tuple[str, str, str, str]]:
    rows = world.db.query(
        "SELECT e.kind, e.severity, d.channel, e.key FROM deliveries d JOIN events e ON e.id = d.event"
        " WHERE e.kind IN ('opened', 'worsened', 'reminder', 'resolved', 'corrected') AND e.publisher = 'finance' AND d.channel = 'usual' ORDER BY e.id"
    )
    return [(row["kind"], row["severity"], row["channel"], row["key"].split("|")[1]) for row in rows]


def test_a_missing_section_is_told_and_repeated(told: World) -> None:
    told.read(SEEN, "finance", 2025, b"one", faults=["section three"], finding_kind="form")
    told.check(SEEN)
    (incident,) = told.db.query("SELECT kind, severity FROM incidents WHERE resolved_at IS NULL")
    assert (incident["kind"], incident["severity"]) == ("doubtful", "warning")
    assert deliveries(told) == [("opened", "warning", "usual", "doubtful")]
    told.check(later(SEEN, days=11))
    assert deliveries(told)[1:] == [("reminder", "warning", "usual", "doubtful")]


def test_a_notice_gets_worse_when_something_grave_joins(told: World) -> None:
    document = told.read(SEEN, "finance", 2025, b"one", faults=["title"], level="warning")
    told.check(SEEN)
    assert told.open() == ["doubtful|finance|2025"]
    assert deliveries(told) == []
    figures = {"requests.received.total": 22}
    told.reread(
        later(SEEN, days=1), document, "finance", 2025, figures, faults=["section three"], finding_kind="form",
        version="2",
    )  # fmt: skip
    told.check(later(SEEN, days=1))
    assert deliveries(told) == [("worsened", "warning", "usual", "doubtful")]
    (incident,) = told.db.query("SELECT severity FROM incidents WHERE resolved_at IS NULL")
    assert incident["severity"] == "warning"


@pytest.mark.parametrize("kind", ["unsure"])
def test_our_own_doubt_is_nobodys_fault(told: World, kind: str) -> None:
    told.read(SEEN, "finance", 2025, b"one", faults=["section three"], finding_kind=kind)  # type: ignore[arg-type]  # a literal
    told.check(SEEN)
    assert told.open() == []


def test_those_of_past_seasons_are_for_whoever_asks(told: World) -> None:
    told.read(SEEN, "finance", 2024, b"one", faults=["section three"], finding_kind="form")
    told.check(SEEN)
    assert told.open() == ["doubtful|finance|2024"]
    assert deliveries(told) == []


@pytest.mark.parametrize("kept", [True, False])
def test_a_rule_that_is_stated_anew_tells_nothing_anew(told: World, kept: bool) -> None:
    document = told.read(SEEN, "finance", 2025, b"one", faults=["section three"])
    told.check(SEEN)
    if not kept:  # as incidents were stored before
        told.db.execute("UPDATE incidents SET detail = json_remove(detail, '$.stated')")
    told.db.execute("UPDATE findings SET version = 9, fingerprint = 'another', claim = 'another'")
    told.check(later(SEEN, days=1))
    assert [kind for kind, *_ in deliveries(told)] == ["opened"]
    figures = {"requests.received.total": 22}
    told.reread(
        later(SEEN, days=2), document, "finance", 2025, figures, faults=["section three", "more"], version="2"
    )  # fmt: skip
    told.check(later(SEEN, days=2))
    assert [kind for kind, *_ in deliveries(told)] == ["opened", "worsened"]
