"""What waited is told as it stands on the day of the message: after a storm, a quiet week, a first look."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from monitor.acknowledging import IncidentNameError, find_incidents

if TYPE_CHECKING:
    from tests.monitor.conftest import Webhook
    from tests.monitor.world import World

START = "2026-01-10T01:00:00Z"
STORM = "2026-01-20T01:00:00Z"
AN_HOUR_LATER = "2026-01-20T03:00:00Z"
FIGURES = {"requests.received.total": 22}


def events(world: World, kind: str) -> list[dict[str, object]]:
    return list(
        world.db.query("SELECT * FROM events WHERE kind = ? AND suppressed IS NULL ORDER BY id", (kind,))
    )


def test_a_storm_is_told_one_by_one_as_each_stands_then(world: World, webhook: Webhook) -> None:
    names = [f"n{number:02}" for number in range(25)]
    world.watch(*names)
    world.channels = [webhook.channel()]
    world.good(START, *((name, 2024) for name in names))
    world.check(START)
    world.good(STORM, *((name, 2025) for name in names))
    documents = {name: world.read(STORM, name, 2025, name.encode(), faults=("A", "B")) for name in names}
    world.check(STORM)
    world.reread(AN_HOUR_LATER, documents["n00"], "n00", 2025, FIGURES, faults=("A",), version="2")
    world.reread(AN_HOUR_LATER, documents["n01"], "n01", 2025, FIGURES, faults=("A", "B", "C"), version="2")
    world.check(AN_HOUR_LATER)
    said = {row["publisher"]: json.loads(str(row["detail"]))["faults"] for row in events(world, "opened")}
    assert [english for english, _ in said["n00"]] == ["A does not hold"]
    assert len(said["n01"]) == 3
    assert not events(world, "corrected")  # the storm's message named no faults
    assert not events(world, "worsened")


def test_what_gets_worse_after_the_first_look_is_news(world: World) -> None:
    world.watch("finance")
    world.good(STORM, ("finance", 2024), ("finance", 2025))
    world.read(STORM, "finance", 2025, b"one", faults=("A",))
    world.check(STORM)
    assert not events(world, "opened")
    later = "2026-01-22T01:00:00Z"
    visit = world.good(later, ("finance", 2024), ("finance", 2025))
    world.read(later, "finance", 2025, b"two", faults=("A", "B"), crawl=visit)
    world.check(later)
    assert [row["publisher"] for row in events(world, "worsened")] == ["finance"]


@pytest.mark.parametrize(
    ("sent_at", "told"), [("2026-01-29T01:00:00Z", "In 2 days"), ("2026-01-31T01:00:00Z", "Today")]
)
def test_a_due_date_is_so_many_days_from_the_message(
    world: World, webhook: Webhook, sent_at: str, told: str
) -> None:
    due_soon_that_waits(world, webhook)
    world.notify(sent_at)
    assert f"DUE SOON: {told}" in webhook.texts[-1]


def test_a_due_date_that_is_over_is_not_soon(world: World, webhook: Webhook) -> None:
    due_soon_that_waits(world, webhook)
    world.notify("2026-02-02T01:00:00Z")
    assert not any("DUE SOON" in text for text in webhook.texts)
    assert world.db.execute("SELECT state FROM deliveries ORDER BY id DESC").fetchone()[0] == "suppressed"


def due_soon_that_waits(world: World, webhook: Webhook) -> None:
    world.watch("finance")
    world.channels = [webhook.channel()]
    world.good(START, ("finance", 2024))
    world.check(START)
    world.notify(START)
    at = "2026-01-26T01:00:00Z"
    world.good(at, ("finance", 2024))
    world.check(at)
    assert events(world, "due_soon")


def test_an_id_that_something_over_has_too_takes_nothing_on(world: World) -> None:
    world.watch("finance", "police")
    for at, *there in (
        (START, ("finance", 2024), ("police", 2024)),
        ("2026-02-05T01:00:00Z", ("finance", 2024), ("police", 2024)),
        ("2026-02-06T01:00:00Z", ("finance", 2025), ("police", 2024)),
    ):
        world.good(at, *there)
        world.check(at)
    world.db.execute("UPDATE events SET short_id = '7K2M' WHERE kind = 'opened'")
    with pytest.raises(IncidentNameError, match="give its number"):
        find_incidents(world.db, ["#7K2M"])
    (named,) = find_incidents(world.db, ["police", "2025"])
    assert find_incidents(world.db, [str(named.id)]) == (named,)


def test_a_fault_that_was_taken_back_before_the_digest_is_not_in_it(world: World, webhook: Webhook) -> None:
    world.watch("finance")
    world.channels = [webhook.channel(digest=9)]
    world.good(START, ("finance", 2024))
    world.check(START)
    at, later, digest = "2026-01-20T02:00:00Z", "2026-01-20T05:00:00Z", "2026-01-21T01:00:00Z"
    world.good(at, ("finance", 2025))
    document = world.read(at, "finance", 2025, b"one", faults=("A", "B"))
    world.check(at)
    world.reread(later, document, "finance", 2025, FIGURES, faults=("A",), version="2")
    world.check(later)
    assert events(world, "corrected")
    world.notify(digest)
    assert "A does not hold" in webhook.texts[-1]
    assert "B does not hold" not in webhook.texts[-1]
    assert "CORRECTED" not in webhook.texts[-1]


def test_what_came_and_was_taken_back_before_the_digest_is_not_in_it(world: World, webhook: Webhook) -> None:
    world.watch("finance")
    world.channels = [webhook.channel(digest=9)]
    world.good(START, ("finance", 2024))
    world.check(START)
    opened, worse, mended = "2026-01-20T02:00:00Z", "2026-01-21T02:00:00Z", "2026-01-21T05:00:00Z"
    world.good(opened, ("finance", 2025))
    document = world.read(opened, "finance", 2025, b"one", faults=("A",))
    world.check(opened)
    world.notify("2026-01-21T01:00:00Z")
    told = len(webhook.texts)
    world.reread(worse, document, "finance", 2025, FIGURES, faults=("A", "B", "C"), version="2")
    world.check(worse)
    world.reread(mended, document, "finance", 2025, FIGURES, faults=("A", "C"), version="3")
    world.check(mended)
    world.notify("2026-01-22T01:00:00Z")
    (text,) = webhook.texts[told:]
    assert "C does not hold" in text
    assert "B does not hold" not in text
