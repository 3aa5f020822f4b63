"""What was told of a report's faults and is wrong in part is taken back in part: the rest stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.channels import Channel
from monitor.outbox import events_of
from monitor.wording import sentence
from store.reviews import Decision, save_decisions

if TYPE_CHECKING:
    from monitor.wording import Told
    from tests.monitor.conftest import Webhook
    from tests.monitor.world import World

FIRST, SEEN, NEXT, LAST = (f"2026-02-0{day}T01:00:00Z" for day in (1, 3, 4, 5))
FIGURES = {"requests.received.total": 22}


@pytest.fixture
def told(world: World, webhook: Webhook) -> World:
    """The desk was told that two sums of finance's report do not hold; the other channel hears of nothing before."""
    world.channels = [
        webhook.channel(id="desk", kinds=["invalid", "corrected"]),
        Channel(id="late", url_env="LATE", kinds=("corrected",)),
    ]
    world.watch("finance")
    world.good(FIRST, ("finance", 2024))
    world.check(FIRST)
    crawl = world.good(SEEN, ("finance", 2024), ("finance", 2025))
    world.read(SEEN, "finance", 2025, b"<html>1", FIGURES, faults=("甲", "乙"), crawl=crawl)
    world.check(SEEN)
    world.notify(SEEN)
    assert world.open() == ["invalid|finance|2025"]
    return world


def dismiss(world: World, fault: str, note: str = "counted once") -> None:
    (found,) = world.db.query("SELECT * FROM judged_findings WHERE message LIKE ?", (f"{fault}%",))
    save_decisions(world.db, [Decision(
        fingerprint=found["fingerprint"], decision="dismissed", publisher="finance", year=2025, rule=found["rule"],
        version=found["version"], claim=found["claim"], message=found["message"], message_zh=found["message_zh"],
        document=found["sha256"], note=note, by="A. Reader", at=NEXT,
    )])  # fmt: skip


def taken_back(world: World) -> list[Told]:
    rows = world.db.query(
        "SELECT d.id, d.channel FROM deliveries d JOIN events e ON e.id = d.event WHERE e.kind = 'corrected' ORDER BY e.id"
    )
    found = list(rows)
    assert {row["channel"] for row in found} <= {"desk"}
    return events_of(world.db, [row["id"] for row in found])


def documents(world: World) -> int:
    return int(world.db.execute("SELECT max(id) FROM documents").fetchone()[0])


def test_a_dismissed_part_is_taken_back_once_and_the_rest_stands(told: World, webhook: Webhook) -> None:
    dismiss(told, "甲")
    for _ in range(2):
        told.check(NEXT)
    (event,) = taken_back(told)
    assert told.open() == ["invalid|finance|2025"]
    english = sentence(event, "en")
    assert "A part of that was wrong: 甲 does not hold" in english
    assert "A. Reader looked at it and dismissed it: counted once" in english
    assert "stands (1)" in english
    assert "其中一部分有误：甲不相符" in sentence(event, "zh")
    told.notify(NEXT)
    assert "counted once" in webhook.texts[-1]
    dismiss(told, "乙", "it is right, too")
    told.check(LAST)
    assert told.open() == []
    whole = taken_back(told)[-1]
    assert "it is right, too" in sentence(whole, "en")
    assert len(taken_back(told)) == 2


def test_a_part_that_is_read_right_at_last_was_our_mistake(told: World) -> None:
    told.reread(NEXT, documents(told), "finance", 2025, FIGURES, faults=("乙",), version="2")
    told.check(NEXT)
    (event,) = taken_back(told)
    assert (
        "A part of that was wrong: 甲 does not hold. The same document, read again, has no such fault."
        in sentence(event, "en")
    )


def test_a_part_that_the_publisher_mended_was_no_mistake(told: World) -> None:
    crawl = told.good(NEXT, ("finance", 2024), ("finance", 2025))
    told.read(NEXT, "finance", 2025, b"<html>2", FIGURES, faults=("乙",), crawl=crawl)
    told.check(NEXT)
    assert told.open() == ["invalid|finance|2025"]
    assert taken_back(told) == []


def test_of_what_is_dismissed_and_mended_at_once_only_the_dismissed_is_taken_back(told: World) -> None:
    dismiss(told, "甲")
    crawl = told.good(NEXT, ("finance", 2024), ("finance", 2025))
    told.read(NEXT, "finance", 2025, b"<html>2", FIGURES, faults=("丙",), crawl=crawl)
    told.check(NEXT)
    (event,) = taken_back(told)
    english = sentence(event, "en")
    assert "甲 does not hold" in english
    assert "乙" not in english


def test_a_dismissal_counts_when_the_document_was_replaced_before_the_check(told: World) -> None:
    dismiss(told, "甲")
    dismiss(told, "乙")
    crawl = told.good(NEXT, ("finance", 2024), ("finance", 2025))
    told.read(NEXT, "finance", 2025, b"<html>2", FIGURES, crawl=crawl)
    told.check(NEXT)
    assert told.open() == []
    (event,) = taken_back(told)
    assert event.detail["reason"] == "dismissed"


def test_another_rule_about_the_same_bytes_calls_nothing_misread(told: World) -> None:
    told.reread(NEXT, documents(told), "finance", 2025, FIGURES, faults=("丁", "乙"), version="2")
    told.check(NEXT)
    assert taken_back(told) == []
