"""How late and by which proof, how it stands by the law's own date, and since when nobody can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.store.world import PAGE, TITLE

if TYPE_CHECKING:
    from tests.store.world import World

EARLY = "2025-01-20"  # a local date; the law's own is 31 January
PROOFS = ("days_late", "days_late_by_page", "days_late_by_visit", "backdated")


def dated(day: str) -> tuple[str, str, str]:
    return PAGE, TITLE, day


@pytest.mark.parametrize(
    ("published", "seen", "lacked", "expected"),
    [
        ("2025-02-10", "2025-02-12", (), (10, 10, None, 0)),
        (None, "2025-02-12", ("2025-02-05",), (5, None, 5, 0)),
        ("2025-02-10", "2025-02-12", ("2025-02-05",), (10, 10, 5, 0)),
        ("2025-02-10", "2025-02-25", ("2025-02-20",), (10, 10, 20, 0)),
        ("2025-01-30", "2025-02-12", ("2025-02-05",), (5, None, 5, 1)),  # backdated: both dates are there
        ("2025-01-31", "2025-02-01", (), (None, None, None, 0)),
    ],
)
def test_each_proof_says_how_late(
    world: World, published: str | None, seen: str, lacked: tuple[str, ...], expected: tuple[int | None, ...]
) -> None:
    for day in ("2025-01-10", *lacked):
        world.visit(day)
    world.visit(seen, (PAGE, TITLE, published))
    row = world.judge("2025-03-01")
    assert tuple(row[name] for name in PROOFS) == expected


@pytest.mark.parametrize(
    ("seen", "days"),
    [("2025-01-31T15:59:59Z", None), ("2025-01-31T16:00:00Z", 1)],
)
def test_midnight_in_shanghai_divides_in_time_from_late(world: World, seen: str, days: int | None) -> None:
    world.visit("2025-01-10")
    world.visit(seen, dated("2025-02-01"))
    row = world.judge("2025-03-01")
    # A page seen before midnight cannot have been put there after it.
    assert (row["status"], row["days_late"]) == (("on time", None) if days is None else ("late", days))


def local(world: World, due: str = EARLY) -> None:
    world.owe(due=due)
    world.db.execute("UPDATE reports SET due_basis = 'local', statutory_due = '2025-01-31'")


@pytest.mark.parametrize(
    ("lacked", "published", "seen", "status", "by_law", "days"),
    [
        ((), None, "2025-01-15", "on time", "in time", None),
        (("2025-01-25",), None, "2025-01-28", "late", "in time", None),
        (("2025-01-25",), None, "2025-01-31T15:59:59Z", "late", "in time", None),
        ((), "2025-01-25", "2025-02-20", "late", "in time by its own date", None),
        ((), "2025-02-05", "2025-02-20", "late", "late", 5),
        (("2025-02-03",), None, "2025-02-20", "late", "late", 3),
        (("2025-01-25",), None, "2025-02-20", "late", "timing unproved", None),
    ],
)
def test_a_report_late_by_a_local_date_is_not_called_late_by_law(
    world: World,
    lacked: tuple[str, ...],
    published: str | None,
    seen: str,
    status: str,
    by_law: str,
    days: int | None,
) -> None:
    local(world)
    for day in ("2025-01-10", *lacked):
        world.visit(day)
    world.visit(seen, (PAGE, TITLE, published))
    row = world.judge("2025-03-01")
    assert (row["status"], row["by_law"], row["days_late_by_law"]) == (status, by_law, days)


@pytest.mark.parametrize(
    ("visits", "judged", "by_law"),
    [
        (("2025-01-10", "2025-01-25"), "2025-01-28", "not due"),
        (("2025-01-10", "2025-01-25"), "2025-02-20", "timing unproved"),
        (("2025-01-10", "2025-01-25", "2025-02-05"), "2025-02-20", "missing"),
    ],
)
def test_a_report_missing_by_a_local_date_is_missing_by_law_only_after_its_date(
    world: World, visits: tuple[str, ...], judged: str, by_law: str
) -> None:
    local(world)
    for day in visits:
        world.visit(day)
    row = world.judge(judged)
    assert (row["status"], row["by_law"]) == ("missing", by_law)


def test_where_the_law_decides_there_is_no_second_verdict(world: World) -> None:
    world.db.execute("UPDATE reports SET statutory_due = due")
    world.visit("2025-02-12", dated("2025-02-10"))
    row = world.judge("2025-03-01")
    assert (row["status"], row["by_law"], row["days_late_by_law"]) == ("late", None, None)


def test_not_seen_since_the_due_date_is_unknown_since_then(world: World) -> None:
    world.visit("2025-01-20")
    row = world.judge("2025-02-10")
    assert (row["why"], row["unknown_since"]) == ("not_seen_since_due", "2025-01-31T16:00:00Z")


def test_a_title_that_may_be_it_makes_it_unknown_since_it_came_up(world: World) -> None:
    world.visit("2025-02-03")
    world.visit("2025-02-09", (PAGE, "周口市旧财政局2024年政府信息公开工作年度报告", None))
    row = world.judge("2025-02-10")
    assert (row["why"], row["unknown_since"]) == ("unmatched_titles", "2025-02-09T04:00:00Z")


def test_a_list_that_cannot_be_read_makes_it_unknown_since_the_year_was_over(world: World) -> None:
    world.visit("2025-01-10", blind="captcha")
    row = world.judge("2025-01-20")
    assert (row["why"], row["unknown_since"]) == ("never_seen_well", "2024-12-31T16:00:00Z")


def test_a_new_list_that_cannot_be_read_makes_it_unknown_since_it_is_watched(world: World) -> None:
    world.source("list", "https://www.zhoukou.gov.cn/new/", day="2025-02-04")
    row = world.judge("2025-02-10")
    assert (row["why"], row["unknown_since"]) == ("never_seen_well", "2025-02-04T04:00:00Z")


def test_without_a_list_it_is_unknown_since_the_year_was_over(empty: World) -> None:
    empty.watch(sources=())
    empty.owe()
    assert empty.judge("2025-02-10")["unknown_since"] == "2024-12-31T16:00:00Z"


def test_what_is_known_is_not_unknown_since_anything(world: World) -> None:
    world.visit("2025-01-20", TITLE)
    assert world.judge("2025-02-10")["unknown_since"] is None


def test_what_was_seen_before_is_unknown_since_the_due_date(world: World) -> None:
    world.visit("2025-01-10")
    world.visit("2025-02-03")
    world.db.execute("UPDATE reports SET ever_seen_at = '2025-01-05T00:00:00Z'")
    row = world.judge("2025-02-10")
    assert (row["why"], row["unknown_since"]) == ("was_seen_before", "2025-01-31T16:00:00Z")
