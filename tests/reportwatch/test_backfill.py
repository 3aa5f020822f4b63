"""A backfill: years of old reports at once, and nobody is bothered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reportwatch.exits import CommandError
from reportwatch.portal.form import MadeReport
from reportwatch.portal.sinks import Webhook
from reportwatch.scope import years_in
from tests.reportwatch.world import World, made_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

START, FILLED, NEXT = "2026-02-10T02:00:00Z", "2026-02-11T02:00:00Z", "2026-02-12T02:00:00Z"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """One publisher that is watched; then reports of many years, the newest among them, are put on its list."""
    with made_world(tmp_path) as world:
        column = world.watch("补录局")
        world.site.publish(column, MadeReport("补录局", 2023), "2024-01-15", since="0000")
        world.visit(START)
        for year in (2018, 2019, 2021, 2022, 2024, 2025):
            world.site.publish(
                column, MadeReport("补录局", year), f"{year + 1}-01-15", since="2026-02-10T12:00:00Z"
            )
        yield world


def crawl(world: World, *words: str, now: str = FILLED) -> None:
    world.portal.turn_to(now)
    done = world.command("crawl", *words, now=now)
    assert done.exit_code == 0, done.output
    for step in ("parse", "check"):
        assert world.command(step, now=now).exit_code == 0


def kept(world: World) -> list[int]:
    return sorted(row["year"] for row in world.rows("SELECT year FROM readings WHERE year IS NOT NULL"))


def appeared(world: World) -> dict[int, str | None]:
    return {
        row["year"]: row["suppressed"]
        for row in world.rows("SELECT year, suppressed FROM events WHERE kind = 'appeared'")
    }


def test_only_the_years_that_are_named_are_fetched_and_the_rest_comes_later(world: World) -> None:
    crawl(world, "--years", "2019-2022", "--no-alerts")
    assert kept(world) == [2019, 2021, 2022, 2023]
    assert [row["command"] for row in world.rows("SELECT command FROM runs ORDER BY id")] == [
        "run",
        "backfill",
    ]
    crawl(world, now=NEXT)
    assert kept(world) == [2018, 2019, 2021, 2022, 2023, 2024, 2025]


def test_what_a_backfill_brings_is_recorded_and_told_to_nobody(world: World) -> None:
    crawl(world, "--no-alerts")
    assert appeared(world)[2025] == "backfill"
    assert not world.rows("SELECT 1 FROM events WHERE kind = 'appeared' AND suppressed IS NULL")
    assert world.status("补录局") == "late" or world.status("补录局").startswith("on time")


def test_the_same_without_it_is_told(world: World) -> None:
    crawl(world)
    assert appeared(world)[2025] is None


def test_what_a_backfill_of_other_years_saw_in_passing_is_still_news(world: World) -> None:
    crawl(world, "--years", "2019-2022", "--no-alerts")
    assert 2025 not in kept(world)
    assert appeared(world)[2025] is None  # its entry is on the list


def test_who_was_told_that_it_is_missing_hears_that_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with made_world(tmp_path) as world, Webhook() as webhook:
        monkeypatch.setenv("DESK", f"json://127.0.0.1:{webhook.port}/hook")
        (world.folder / "channels.toml").write_text(
            '[[channel]]\nid = "desk"\nurl_env = "DESK"\n', encoding="utf-8"
        )
        column = world.watch("缺失局")
        world.site.publish(column, MadeReport("缺失局", 2023), "2024-01-15", since="0000")
        world.visit("2026-01-22T02:00:00Z")
        world.visit("2026-02-10T02:00:00Z")
        world.site.publish(column, MadeReport("缺失局", 2025), "2026-02-11", since="2026-02-11T00:00:00Z")
        crawl(world, "--no-alerts")
        assert appeared(world)[2025] is None


def test_it_goes_on_where_it_was_broken_off(world: World) -> None:
    crawl(world, "--years", "2019", "--no-alerts")
    before = {row["url"] for row in world.rows("SELECT url FROM documents")}
    asked = len(world.portal.sites[0].requests)
    crawl(world, "--years", "2019", "--no-alerts", now=FILLED)
    again = [request for request in world.portal.sites[0].requests[asked:] if "/t2020" in str(request)]
    assert not again
    assert {row["url"] for row in world.rows("SELECT url FROM documents")} == before


@pytest.mark.parametrize(
    ("text", "years"),
    [("2023", {2023}), ("2019-2021", {2019, 2020, 2021}), ("2019, 2023-2024", {2019, 2023, 2024})],
)
def test_years_are_read(text: str, years: set[int]) -> None:
    assert years_in(text) == years


@pytest.mark.parametrize("text", ["", "23", "2025-2019", "2019-", "all", "2019;2020"])
def test_what_are_no_years_is_refused(text: str) -> None:
    with pytest.raises(CommandError, match="are no years"):
        years_in(text)
