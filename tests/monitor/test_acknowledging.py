"""Taking incidents on: found by id, number or name; what it stops, and what it never stops."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.acknowledging import IncidentNameError, NothingToTakeBackError, acknowledge, find_incidents
from monitor.channels import Channel
from monitor.ledger import SHORT_ID_SIGNS
from monitor.moments import later
from monitor.outbox import events_of
from monitor.standing import standing
from monitor.wording import sentence

if TYPE_CHECKING:
    from monitor.acknowledging import Action
    from tests.monitor.world import World

FIRST = "2026-01-10T01:00:00Z"
OPENED = "2026-02-05T01:00:00Z"


@pytest.fixture
def told(world: World) -> World:
    """Two reports are missing since 5 February."""
    world.channels = [Channel(id="desk", url_env="DESK")]
    world.watch("finance", "police")
    look(world, FIRST)
    look(world, OPENED)
    assert world.open() == ["missing|finance|2025", "missing|police|2025"]
    return world


def look(world: World, at: str, *more: tuple[str, int]) -> None:
    """A good visit without, or with `more`, reports of 2025; then a check."""
    world.good(at, ("finance", 2024), ("police", 2024), *more)
    world.check(at)


def say(world: World, action: Action, *words: str, at: str = OPENED, until: str | None = None) -> None:
    named = find_incidents(world.db, words)
    acknowledge(world.db, named, action, by="A. Reader", note="I wrote to them", now=at, until=until)


def reminders(world: World, publisher: str = "finance") -> list[str]:
    rows = world.db.query(
        "SELECT at FROM events WHERE kind = 'reminder' AND publisher = ? ORDER BY id", [publisher]
    )
    return [str(row["at"])[:10] for row in rows]


def days(world: World, count: int, *, since: int = 1) -> None:
    """A good visit and a check every day."""
    for number in range(since, since + count):
        look(world, later(OPENED, days=number))


def short_id(world: World, publisher: str = "finance") -> str:
    return next(one.short_id for one in standing(world.db) if one.publisher == publisher)


def test_by_the_id_of_a_message_by_number_and_by_name(told: World) -> None:
    key, number = (
        short_id(told),
        next(one.id for one in standing(told.db) if one.key == "missing|finance|2025"),
    )
    for words in (
        [f"#{key}"],
        [f"#{key.lower()}"],
        [str(number)],
        ["finance", "2025", "missing"],
        ["finance", "2025"],
    ):
        assert [one.key for one in find_incidents(told.db, words)] == ["missing|finance|2025"]
    assert [
        one.key for one in find_incidents(told.db, ["周口市finance局", "2025", "police", "2025", "missing"])
    ] == [
        "missing|finance|2025",
        "missing|police|2025",
    ]


def test_the_same_incident_named_twice_is_one(told: World) -> None:
    assert len(find_incidents(told.db, [f"#{short_id(told)}", "finance", "2025"])) == 1


def test_the_id_of_a_reminder_names_its_incident_too(told: World) -> None:
    days(told, 10)
    row = next(
        iter(told.db.query("SELECT short_id FROM events WHERE kind = 'reminder' AND publisher = 'finance'"))
    )
    assert [one.publisher for one in find_incidents(told.db, [f"#{row['short_id']}"])] == ["finance"]


def test_what_may_be_several_is_refused_with_all_it_may_be(told: World) -> None:
    at = later(OPENED, days=1)
    told.db.execute("UPDATE events SET short_id = 'AAAA' WHERE kind = 'opened'")
    with pytest.raises(IncidentNameError, match=r"AAAA.*周口市finance局 2025.*周口市police局 2025"):
        find_incidents(told.db, ["#AAAA"])
    told.good(at, ("finance", 2024), ("finance", 2023))
    told.read(at, "finance", 2025, b"one", faults=["row 1"])
    told.db.execute(
        "INSERT INTO incidents (key, kind, publisher, year, severity, opened_at, fingerprint)"
        " VALUES ('invalid|finance|2025', 'invalid', 'finance', 2025, 'warning', ?, '')", (at,)
    )  # fmt: skip
    with pytest.raises(IncidentNameError, match="finance 2025: may be any of these"):
        find_incidents(told.db, ["finance", "2025"])
    assert len(find_incidents(told.db, ["finance", "2025", "invalid"])) == 1


@pytest.mark.parametrize("word", ["#ZZZZ", "999", "nobody", "#", "周口市", "2025"])
def test_what_names_nothing_says_where_to_look(told: World, word: str) -> None:
    with pytest.raises(IncidentNameError, match="status --incidents"):
        find_incidents(told.db, [word])


def test_a_number_that_is_also_an_id_is_asked_back(told: World) -> None:
    assert all(sign in SHORT_ID_SIGNS for sign in "2222")
    told.db.execute(
        "INSERT INTO incidents (id, key, kind, publisher, year, severity, opened_at, fingerprint)"
        " VALUES (2222, 'invalid|police|2025', 'invalid', 'police', 2025, 'warning', ?, '')", (OPENED,)
    )  # fmt: skip
    told.db.execute("UPDATE events SET short_id = '2222' WHERE kind = 'opened' AND publisher = 'finance'")
    with pytest.raises(IncidentNameError, match="may be any of these"):
        find_incidents(told.db, ["2222"])
    assert [one.publisher for one in find_incidents(told.db, ["#2222"])] == ["finance"]


def test_an_incident_that_is_over_cannot_be_taken_on(told: World) -> None:
    key = short_id(told)
    look(told, "2026-02-07T01:00:00Z", ("finance", 2025))
    with pytest.raises(IncidentNameError, match="it is over since 2026-02-07 09:00"):
        find_incidents(told.db, [f"#{key}"])


def test_without_anybody_reminders_come_after_10_and_30_days_then_monthly(told: World) -> None:
    days(told, 95)
    assert reminders(told) == ["2026-02-15", "2026-03-07", "2026-04-06", "2026-05-06"]


def test_who_takes_it_on_is_not_reminded_and_others_are(told: World) -> None:
    say(told, "ack", "finance", "2025")
    days(told, 40)
    assert reminders(told) == []
    assert reminders(told, "police") == ["2026-02-15", "2026-03-07"]


def test_given_back_the_reminder_that_was_due_comes(told: World) -> None:
    say(told, "ack", "finance", "2025")
    days(told, 12)
    say(told, "unack", "finance", "2025", at="2026-02-17T02:00:00Z")
    days(told, 20, since=13)
    assert reminders(told) == ["2026-02-18", "2026-03-07"]


def test_a_snooze_ends_with_one_reminder_that_says_who_put_it_off(told: World) -> None:
    say(told, "snooze", "finance", "2025", until="2026-02-20")
    days(told, 14)
    assert reminders(told) == []
    days(told, 10, since=15)
    assert reminders(told) == ["2026-02-20"]
    (delivery,) = told.db.query(
        "SELECT d.id FROM deliveries d JOIN events e ON e.id = d.event WHERE e.kind = 'reminder' AND e.publisher = 'finance'"
    )
    (event,) = events_of(told.db, [delivery["id"]])
    assert "A. Reader had put it off until 20 February 2026 (I wrote to them)." in sentence(event, "en")
    assert "A. Reader曾将提醒推迟至 2026年2月20日（I wrote to them）" in sentence(event, "zh")


def test_a_snooze_ends_at_midnight_in_shanghai(told: World) -> None:
    say(told, "snooze", "finance", "2025", until="2026-02-20")
    look(told, "2026-02-19T15:59:59Z")
    assert reminders(told) == []
    look(told, "2026-02-19T16:00:00Z")
    assert reminders(told) == ["2026-02-19"]


def test_nothing_stops_the_end(told: World) -> None:
    say(told, "ack", "finance", "2025", "police", "2025")
    look(told, "2026-02-20T01:00:00Z", ("finance", 2025))
    rows = told.db.query(
        "SELECT d.channel FROM deliveries d JOIN events e ON e.id = d.event WHERE e.kind = 'appeared'"
    )
    assert [row["channel"] for row in rows] == ["desk"]


def test_it_lapses_when_it_gets_worse_and_says_so(told: World) -> None:
    at = "2026-02-06T01:00:00Z"
    look(told, at, ("finance", 2025))
    document = told.read(at, "finance", 2025, b"one", faults=["row 1"])
    told.check(at)
    say(told, "ack", "finance", "2025", "invalid", at=at)
    told.reread(
        at, document, "finance", 2025, {"requests.received.total": 22}, faults=["row 1", "row 2"], version="2"
    )
    told.check("2026-02-07T01:00:00Z")
    (delivery,) = told.db.query(
        "SELECT d.id FROM deliveries d JOIN events e ON e.id = d.event WHERE e.kind = 'worsened'"
    )
    (event,) = events_of(told.db, [delivery["id"]])
    assert "It had been taken on by A. Reader (2026-02-06 09:00: I wrote to them); that ends now" in sentence(
        event, "en"
    )
    assert "认领就此失效" in sentence(event, "zh")
    assert [one.answer for one in standing(told.db) if one.kind == "invalid"] == [None]
    said = [row["action"] for row in told.db.query("SELECT action FROM acknowledgements ORDER BY id")]
    assert said == ["ack", "lapsed"]
    told.check("2026-02-07T01:00:00Z")
    told.check("2026-02-17T01:00:00Z")
    assert len(list(told.db.query("SELECT 1 FROM acknowledgements"))) == 2
    assert "2026-02-17" in reminders(told)


def test_a_fault_that_comes_back_is_no_news(told: World) -> None:
    at = "2026-02-06T01:00:00Z"
    look(told, at, ("finance", 2025))
    document = told.read(at, "finance", 2025, b"one", faults=["row 1", "row 2"])
    told.check(at)
    for number, faults in enumerate((["row 1"], ["row 1", "row 2"], ["row 2"]), 2):
        told.reread(
            at, document, "finance", 2025, {"requests.received.total": 22}, faults=faults, version=str(number)
        )
        told.check(f"2026-02-0{number + 5}T01:00:00Z")
    assert "worsened" not in {kind for kind, *_ in told.told()}


def test_what_nobody_took_on_cannot_be_given_back_and_nothing_is_noted(told: World) -> None:
    say(told, "ack", "finance", "2025")
    with pytest.raises(NothingToTakeBackError, match="周口市police局 2025"):
        say(told, "unack", "finance", "2025", "police", "2025")
    assert [row["action"] for row in told.db.query("SELECT action FROM acknowledgements")] == ["ack"]
