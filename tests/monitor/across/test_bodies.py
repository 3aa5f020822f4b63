"""A government's figures against those of all the bodies below it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from monitor.across.judging import judge
from tests.monitor.across.made import account, body, facts, told

if TYPE_CHECKING:
    from monitor.across.model import Account, AcrossFacts

KEY = "requests.received.total"
CITY = body("city", "government", region="henan")
PARTS = tuple(body(name, parent="city") for name in ("tax", "land", "water"))


def city(total: int, *counts: int, owing: int = 3, **more: object) -> AcrossFacts:
    """A city and so many of its bodies with reports; the first `owing` bodies owe one."""
    below = [account(one, 2023, {KEY: count}) for one, count in zip(PARTS, counts, strict=False)]
    whole = account(CITY, 2023, {KEY: total}, **more)
    due = frozenset((one.id, 2023) for one in PARTS[:owing])
    return facts(whole, *below, bodies=PARTS, owing=due | {("city", 2023)})


def change(found: AcrossFacts, name: str, **fields: object) -> AcrossFacts:
    changed: Account = replace(found.accounts[name, 2023], **fields)  # type: ignore[arg-type]  # test data
    return replace(found, accounts={**found.accounts, (name, 2023): changed})


@pytest.mark.parametrize("total", [50, 70])
def test_a_sum_that_does_not_hold_is_an_information_that_names_the_bodies(total: int) -> None:
    (found,) = told(city(total, 10, 20, 30), "roll-up")
    assert (found.level, found.kind, found.left, found.right) == ("info", "bodies", 60, total)
    assert "all 3 bodies" in found.message
    for one in PARTS:
        assert one.name in found.message
        assert one.name in found.message_zh


def test_a_sum_that_holds_is_no_finding() -> None:
    assert not judge(city(60, 10, 20, 30))


def test_nothing_is_added_up_while_a_body_that_owes_has_no_reading() -> None:
    assert not judge(city(50, 10, 20))


def test_a_body_with_a_version_that_was_not_read_is_not_present() -> None:
    assert not judge(change(city(50, 10, 20, 30), "water", unread=True))


def test_a_government_with_a_version_that_was_not_read_is_not_judged() -> None:
    assert not judge(change(city(50, 10, 20, 30), "city", unread=True))


def test_an_unsure_figure_below_leaves_the_sum_unjudged() -> None:
    assert not judge(change(city(50, 10, 20, 30), "water", figures={}))


def test_a_body_that_owes_nothing_may_explain_a_larger_total_but_no_smaller_one() -> None:
    assert not judge(city(70, 10, 20, owing=2))
    (found,) = judge(city(25, 10, 20, owing=2))
    assert "all 2 bodies" in found.message


def test_a_body_that_owes_nothing_counts_where_it_published() -> None:
    assert not judge(city(60, 10, 20, 30, owing=2))


def test_a_government_that_reports_for_itself_alone_is_not_judged() -> None:
    assert not judge(city(5, 10, 20, 30, marks=frozenset({"own"})))


def test_a_body_that_was_not_there_that_year_is_not_waited_for() -> None:
    found = city(29, 10, 20, owing=2)
    gone = replace(PARTS[2], to_year=2020)
    (one,) = judge(replace(found, bodies={**found.bodies, gone.id: gone}))
    assert one.left == 30


def test_a_single_body_is_no_sum() -> None:
    found = city(5, 10, owing=1)
    assert not judge(replace(found, bodies={"city": CITY, "tax": PARTS[0]}))


@pytest.mark.parametrize(("total", "told"), [(29, 1), (31, 0)])
def test_a_body_that_nobody_watches_is_not_waited_for_and_explains_a_larger_total(total: int, told: int) -> None:  # fmt: skip
    found = city(total, 10, 20, owing=3)
    unwatched = replace(PARTS[2], watched=False)
    assert len(judge(replace(found, bodies={**found.bodies, unwatched.id: unwatched}))) == told
