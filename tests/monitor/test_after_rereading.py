"""What people hear of reading the archive again: nothing while it is a trial, and then only what is news."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from store.parsed import Outcome, in_force
from store.rereadings import begin, finish, left_to_read, promote, roll_back, save_trial

if TYPE_CHECKING:
    from parsers.model import Parsed
    from tests.monitor.conftest import Webhook
    from tests.monitor.world import World

START, READ, CHECKED, PROMOTED = (f"2026-01-{day}T01:00:00Z" for day in (10, 20, 22, 24))
RECEIVED = "requests.received.total"


@pytest.fixture
def told(world: World, webhook: Webhook) -> World:
    """Who wants to hear everything hears of a department whose reports for 2020 and 2025 were read in time."""
    world.channels = (webhook.channel(),)
    world.watch("finance")
    world.good(START, ("finance", 2024))
    world.check(START)
    world.good(READ, ("finance", 2024), ("finance", 2025), ("finance", 2020))
    return world


def invalid(world: World) -> list[tuple[str, int, str | None]]:
    rows = world.db.query(
        "SELECT e.kind, e.year, e.suppressed FROM events e JOIN incidents i ON i.id = e.incident"
        " WHERE i.kind = 'invalid' ORDER BY e.id"
    )
    return [(row["kind"], row["year"], row["suppressed"]) for row in rows]


def tried(world: World, *outcomes: tuple[int, Parsed]) -> None:
    """A trial by a new version of the readers that makes this of these documents."""
    trial = begin(world.db, "2", "", [document for document, _ in outcomes], CHECKED)
    for document in left_to_read(world.db, trial):
        save_trial(world.db, trial, document.id, Outcome((dict(outcomes)[document.id],)))
    finish(world.db, trial, {})


def parsed(world: World, document: int) -> Parsed:
    stands = in_force(world.db, document)
    assert stands is not None
    return stands.outcome.reports[0]


def test_a_sum_that_a_better_reader_sees_is_told_after_promotion_and_in_its_season_alone(told: World) -> None:
    documents = [told.read(READ, "finance", year, f"{year}".encode()) for year in (2020, 2025)]
    wrong = told.read(READ, "finance", 2024, b"wrong", faults=["total"])
    told.check(READ)
    before = invalid(told)
    faults = parsed(told, wrong).findings
    tried(told, *((one, replace(parsed(told, one), findings=faults)) for one in documents))
    told.check(CHECKED)
    assert invalid(told) == before
    promote(told.db, PROMOTED)
    told.check(PROMOTED)
    assert sorted(invalid(told)[len(before) :]) == [("opened", 2020, "backfill"), ("opened", 2025, None)]


def test_a_claim_that_proves_misread_is_taken_back_after_promotion(told: World, webhook: Webhook) -> None:
    document = told.read(READ, "finance", 2025, b"A", faults=["total"])
    told.check(READ)
    told.notify(READ)
    assert invalid(told) == [("opened", 2025, None)]
    tried(told, (document, replace(parsed(told, document), findings=())))
    told.check(CHECKED)
    told.notify(CHECKED)
    assert invalid(told) == [("opened", 2025, None)]
    promote(told.db, PROMOTED)
    told.check(PROMOTED)
    told.notify(PROMOTED)
    assert invalid(told)[1:] == [("corrected", 2025, None)]
    assert "the same document, read again, has no such fault. The mistake was ours." in webhook.texts[-1]


def test_figures_that_a_better_reader_reads_otherwise_are_no_revision(told: World) -> None:
    document = told.read(READ, "finance", 2025, b"A")
    told.check(READ)
    old = parsed(told, document)
    tried(told, (document, replace(old, figures=(replace(old.figures[0], value=99, text="99"),))))
    promote(told.db, PROMOTED)
    told.check(PROMOTED)
    roll_back(told.db, PROMOTED)
    told.check(PROMOTED)
    assert told.db.execute("SELECT count(*) FROM events WHERE kind = 'revised'").fetchone() == (0,)
