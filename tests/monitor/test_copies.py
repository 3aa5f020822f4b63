"""A copy of a report elsewhere is a revision only where it is proved to be new and says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.monitor.world import World

FIGURES, OTHERS = {"requests.received.total": 22}, {"requests.received.total": 23}
START, OWN, LATER = "2026-01-10T01:00:00Z", "2026-01-20T01:00:00Z", "2026-01-25T01:00:00Z"


@pytest.fixture
def two(world: World) -> World:
    """A publisher on two lists; its report was read on the first."""
    world.watch("finance", source="list")
    world.watch("police", source="city")
    world.publishers[0] = world.publishers[0].__class__(
        "finance", "周口市finance局", "department", "henan", sources=("list", "city")
    )
    world.save("2025-11-01T00:00:00Z")
    world.good(START, ("finance", 2024))
    world.check(START)
    world.good(OWN, ("finance", 2024), ("finance", 2025))
    world.read(OWN, "finance", 2025, b"own", FIGURES)
    world.check(OWN)
    return world


def copy(world: World, figures: dict[str, int], *, text: str = "文字") -> None:
    world.good(LATER, ("finance", 2024), ("finance", 2025), source="city")
    world.read(LATER, "finance", 2025, b"copy", figures, text=text, source="city")
    world.check(LATER)


def revised(world: World) -> list[tuple[str | None, str | None]]:
    rows = world.db.query(
        "SELECT suppressed, detail ->> 'copy_of' AS copy FROM events WHERE kind = 'revised'"
    )
    return [(row["suppressed"], row["copy"]) for row in rows]


def test_a_copy_that_was_not_there_before_and_says_otherwise_is_told(two: World) -> None:
    two.good(START, ("finance", 2024), source="city")
    copy(two, OTHERS)
    assert revised(two) == [(None, "http://list.example.gov.cn/nb/finance-2025.html")]


def test_a_copy_with_the_same_figures_is_silent(two: World) -> None:
    two.good(START, ("finance", 2024), source="city")
    copy(two, FIGURES, text="另一个模板")
    assert [why for why, _ in revised(two)] == ["another copy"]


def test_a_copy_on_a_list_that_was_never_read_before_proves_no_change(two: World) -> None:
    copy(two, OTHERS)
    assert revised(two) == []


def test_a_copy_is_weighed_once(two: World) -> None:
    two.good(START, ("finance", 2024), source="city")
    copy(two, OTHERS)
    before = list(two.db.query("SELECT * FROM events"))
    two.check(LATER)
    assert list(two.db.query("SELECT * FROM events")) == before


def test_a_copy_read_by_other_readers_says_nothing(two: World) -> None:
    two.good(START, ("finance", 2024), source="city")
    two.good(LATER, ("finance", 2024), ("finance", 2025), source="city")
    document = two.read(LATER, "finance", 2025, b"copy", OTHERS, source="city")
    two.reread(LATER, document, "finance", 2025, OTHERS, version="2")
    two.check(LATER)
    assert revised(two) == []


def test_the_last_section_of_a_page_counts_only_in_its_own_sentences(two: World) -> None:
    for day, text in (
        (21, "无其他事项。\n浏览次数：12"),
        (22, "无其他事项。\n浏览次数：99\n新闻：市政府开会，部署工作\n您是第9位访客。"),
        (23, "收取费用100元。\n浏览次数：99"),
    ):
        at = f"2026-01-{day}T01:00:00Z"
        two.read(at, "finance", 2025, text.encode(), FIGURES, text=text)
        two.check(at)
    assert [why for why, _ in revised(two)][-2:] == ["cosmetic", None]
