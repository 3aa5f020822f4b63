"""Reminders before a due date: once, only for what is awaited, and only to those who chose it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from monitor.calendar_file import OwnCalendar
from monitor.channels import Channel
from monitor.local_rules import save_own_calendar
from monitor.wording import Told, sentence

if TYPE_CHECKING:
    from tests.monitor.world import World

START = "2025-12-01T01:00:00Z"
SEEN = "2026-01-20T01:00:00Z"


@pytest.fixture
def watched(world: World) -> World:
    """Two departments of a province, one of a city, one township; all lists were read well, and the first look is over."""
    world.watch("finance", "police", at="2025-11-01T00:00:00Z")
    world.watch("city", region="henan/zhoukou", at="2025-11-01T00:00:00Z")
    world.watch("town", kind="township", at="2025-11-01T00:00:00Z")
    world.good(START, ("finance", 2024), ("police", 2024))
    world.check("2025-12-01T02:00:00Z")
    world.good(SEEN, ("finance", 2024), ("police", 2024))
    return world


def reminders(world: World) -> list[dict[str, Any]]:
    return [
        {**row, "detail": json.loads(row["detail"])}
        for row in world.db.query("SELECT * FROM events WHERE kind = 'due_soon' ORDER BY key")
    ]


def text(event: dict[str, Any], lang: Any) -> str:  # noqa: ANN401 - a literal type
    told = Told(
        1, event["key"], event["short_id"], "due_soon", "due_soon", event["severity"], event["at"], None, None,
        event["year"], event["detail"],
    )  # fmt: skip
    return sentence(told, lang)


def test_it_is_told_once_for_each_date_and_region_from_seven_days_before(watched: World) -> None:
    watched.check("2026-01-23T15:59:59Z")  # 23 January in Shanghai: eight days
    assert reminders(watched) == []
    watched.check("2026-01-23T16:00:00Z")
    assert [event["key"] for event in reminders(watched)] == [
        "due_soon|2026-01-31|henan",
        "due_soon|2026-01-31|henan/zhoukou",
    ]
    for day in (25, 28, 31):
        watched.check(f"2026-01-{day}T02:00:00Z")
    assert len(reminders(watched)) == 2


def test_it_names_the_awaited_the_date_and_the_rule_in_both_languages(watched: World) -> None:
    watched.check("2026-01-24T02:00:00Z")
    event = reminders(watched)[0]
    english, chinese = text(event, "en"), text(event, "zh")
    for words in (
        "7 days",
        "31 January 2026",
        "2025",
        "art. 49 §1",
        "2 reports",
        "周口市finance局",
        "周口市police局",
    ):
        assert words in english
    for words in (
        "7 天",
        "2026年1月31日",
        "2025",
        "第四十九条第一款",
        "2 份",
        "周口市finance局",
        "周口市police局",
    ):
        assert words in chinese


def test_what_is_due_by_inference_only_is_not_called_due_by_law(world: World) -> None:
    world.watch("finance", "police", at="2025-12-01T00:00:00Z")
    world.watch("tax", kind="vertical", at="2025-12-01T00:00:00Z")
    held = [("finance", 2024), ("police", 2024), ("tax", 2024)]
    world.good("2025-12-10T01:00:00Z", *held)
    world.check("2025-12-10T02:00:00Z")
    world.good("2026-01-24T01:00:00Z", *held)
    world.check("2026-01-24T02:00:00Z")
    (event,) = reminders(world)
    assert "3 reports" in text(event, "en")
    assert "art. 49 §1; by inference from" in text(event, "en")
    assert "第四十九条第一款；据《中华人民共和国政府信息公开条例》" in text(event, "zh")


def test_the_day_itself_is_today(watched: World) -> None:
    watched.check("2026-01-31T02:00:00Z")
    assert "Today" in text(reminders(watched)[0], "en")
    assert "今天" in text(reminders(watched)[0], "zh")


def test_after_the_date_nothing_is_soon(watched: World) -> None:
    watched.check("2026-01-31T16:00:00Z")
    assert reminders(watched) == []


def test_what_was_seen_is_not_awaited(watched: World) -> None:
    watched.good("2026-01-22T01:00:00Z", ("finance", 2025), ("police", 2024))
    watched.check("2026-01-24T02:00:00Z")
    (henan,) = [event for event in reminders(watched) if event["detail"]["region"] == "henan"]
    assert henan["detail"]["publishers"] == ["police"]
    assert "1 report (周口市police局)" in text(henan, "en")


def test_where_everything_is_there_nothing_is_told(watched: World) -> None:
    watched.good("2026-01-22T01:00:00Z", ("finance", 2025), ("police", 2025), ("city", 2025))
    watched.check("2026-01-24T02:00:00Z")
    assert reminders(watched) == []


def test_what_cannot_be_seen_is_not_called_awaited(world: World) -> None:
    world.watch("finance", at="2025-11-01T00:00:00Z")
    world.watch("dark", source="dark", at="2025-11-01T00:00:00Z")
    world.good(START, ("finance", 2024))
    world.blind(START, source="dark")
    world.check("2025-12-01T02:00:00Z")
    world.check("2026-01-24T02:00:00Z")
    assert [event["detail"]["publishers"] for event in reminders(world)] == [["finance"]]


def test_what_cannot_be_seen_any_more_is_not_called_awaited(world: World) -> None:
    world.watch("finance", at="2025-11-01T00:00:00Z")
    world.watch("dark", source="dark", at="2025-11-01T00:00:00Z")
    world.good(START, ("finance", 2024))
    world.good(START, ("dark", 2024), source="dark")
    world.check("2025-12-01T02:00:00Z")
    for day in (20, 21, 22):
        world.blind(f"2026-01-{day}T01:00:00Z", source="dark")
    world.check("2026-01-24T02:00:00Z")
    assert [event["detail"]["publishers"] for event in reminders(world)] == [["finance"]]


def test_the_first_look_is_told_as_a_summary_and_the_reminder_at_the_next(world: World) -> None:
    world.watch("finance", at="2025-11-01T00:00:00Z")
    world.good("2026-01-28T01:00:00Z", ("finance", 2024))
    world.check("2026-01-28T02:00:00Z")
    assert reminders(world) == []
    world.check("2026-01-29T02:00:00Z")
    assert [event["detail"]["days"] for event in reminders(world)] == [2]


def test_how_many_days_before_is_the_users(watched: World) -> None:
    save_own_calendar(watched.db, OwnCalendar(days={"remind_days_before": 2}))
    watched.check("2026-01-28T02:00:00Z")
    assert reminders(watched) == []
    watched.check("2026-01-29T02:00:00Z")
    assert len(reminders(watched)) == 2


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ({}, ["due_soon|2026-01-31|henan", "due_soon|2026-01-31|henan/zhoukou"]),
        ({"kinds": ["missing"]}, []),
        ({"regions": ["henan/zhoukou"]}, ["due_soon|2026-01-31|henan/zhoukou"]),
        ({"publishers": ["police"]}, ["due_soon|2026-01-31|henan"]),
        ({"levels": ["city"]}, ["due_soon|2026-01-31|henan/zhoukou"]),
    ],
)
def test_a_channel_chooses_by_kind_region_publisher_and_level(
    watched: World, choice: dict[str, Any], told: list[str]
) -> None:
    watched.channels = [Channel.model_validate({"id": "desk", "url_env": "X", **choice})]
    watched.check("2026-01-24T02:00:00Z")
    delivered = watched.db.execute(
        "SELECT e.key FROM deliveries d JOIN events e ON e.id = d.event WHERE e.kind = 'due_soon' ORDER BY e.key"
    ).fetchall()
    assert [row[0] for row in delivered] == told
