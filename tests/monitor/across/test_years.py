"""Rules over two years: what they find, and every false alarm that is known of them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from monitor.across.judging import judge
from monitor.across.model import Printed
from tests.monitor.across.made import FEE, TOTAL_IN, TOTAL_OUT, account, body, facts, told, two_years

if TYPE_CHECKING:
    from monitor.across.model import AcrossFacts, Body

STOCK = "disclosure.normative_documents"
BREAK = two_years({TOTAL_OUT: 12}, {TOTAL_IN: 9})


def with_marks(found: AcrossFacts, before: set[str], now: set[str]) -> AcrossFacts:
    marks = {2022: frozenset(before), 2023: frozenset(now)}
    return replace(
        found, accounts={key: replace(one, marks=marks[one.year]) for key, one in found.accounts.items()}
    )


def stock(was: int, new: int, gone: int, now: int, year: int = 2023) -> AcrossFacts:
    return two_years(
        {f"{STOCK}.in_force": was},
        {f"{STOCK}.issued": new, f"{STOCK}.repealed": gone, f"{STOCK}.in_force": now},
        year,
    )


def test_requests_that_are_not_taken_over_are_told_with_both_numbers() -> None:
    (found,) = told(BREAK, "carried over")
    assert (found.level, found.kind, found.left, found.right, found.keys) == ("warning", "years", 12, 9, (TOTAL_IN,))  # fmt: skip
    assert "2022" in found.message
    assert "12 → 9" in found.message
    assert "12→9" in found.message_zh


def test_requests_that_are_taken_over_are_no_finding() -> None:
    assert not judge(two_years({TOTAL_OUT: 12}, {TOTAL_IN: 12}))


def test_every_column_is_compared_and_told_in_one_finding() -> None:
    out, into = "requests.carried_out.business", "requests.carried_in.business"
    (found,) = told(two_years({TOTAL_OUT: 5, out: 2}, {TOTAL_IN: 5, into: 3}), "carried over")
    assert found.keys == (into,)
    (found,) = told(two_years({TOTAL_OUT: 5, out: 2}, {TOTAL_IN: 6, into: 3}), "carried over")
    assert found.keys == (TOTAL_IN, into)


@pytest.mark.parametrize(("before", "now"), [({}, {TOTAL_IN: 9}), ({TOTAL_OUT: 9}, {}), ({}, {})])
def test_a_blank_or_unsure_figure_is_never_judged(before: dict[str, int], now: dict[str, int]) -> None:
    assert not judge(two_years({**before}, {**now}))


def test_a_figure_that_another_copy_prints_otherwise_is_not_relied_upon() -> None:
    accounts = {key: replace(one, contested=frozenset({TOTAL_OUT})) for key, one in BREAK.accounts.items()}
    assert not judge(replace(BREAK, accounts=accounts))


def test_a_year_between_is_no_year_before() -> None:
    owner = body()
    assert not judge(facts(account(owner, 2021, {TOTAL_OUT: 12}), account(owner, 2023, {TOTAL_IN: 9})))


def test_one_document_that_stands_for_two_years_is_not_held_against_itself() -> None:
    same = {key: replace(one, document="same") for key, one in BREAK.accounts.items()}
    assert not judge(replace(BREAK, accounts=same))


@pytest.mark.parametrize(
    "owner",
    [
        body(from_year=2023),
        body(to_year=2023),
        body(to_year=2022),
        body(successor="other"),
    ],
    ids=["began this year", "ended this year", "ended last year", "has a successor"],
)
def test_the_first_and_last_year_of_a_body_are_not_compared(owner: Body) -> None:
    assert not judge(two_years({TOTAL_OUT: 12}, {TOTAL_IN: 9}, owner=owner))


@pytest.mark.parametrize("ended", [2022, 2023, None])
def test_a_body_into_which_another_was_merged_is_not_compared(ended: int | None) -> None:
    merged = body("merged", to_year=ended, successor="bureau")
    assert not judge(replace(BREAK, bodies={**BREAK.bodies, merged.id: merged}))


def test_a_merger_of_long_ago_changes_nothing() -> None:
    merged = body("merged", to_year=2019, successor="bureau")
    assert told(replace(BREAK, bodies={**BREAK.bodies, merged.id: merged}), "carried over")


def test_a_body_that_goes_on_for_years_is_compared() -> None:
    owner = body(from_year=2010, to_year=2030, successor="other")
    assert told(two_years({TOTAL_OUT: 12}, {TOTAL_IN: 9}, owner=owner), "carried over")


@pytest.mark.parametrize(
    ("before", "now"), [({"own"}, {"whole"}), ({"whole"}, {"own"}), ({"own", "whole"}, {"own"})]
)
def test_the_bodys_own_figures_are_not_held_against_those_of_many(before: set[str], now: set[str]) -> None:
    assert not judge(with_marks(BREAK, before, now))


@pytest.mark.parametrize("mark", ["restated", "reorganised", "own", "whole"])
def test_a_difference_that_the_report_explains_is_an_information(mark: str) -> None:
    (found,) = told(with_marks(BREAK, set(), {mark}), "carried over")
    assert found.level == "info"
    assert "itself" in found.message
    assert "报告本身" in found.message_zh


def test_a_scope_that_both_years_name_alike_explains_nothing() -> None:
    (found,) = told(with_marks(BREAK, {"whole"}, {"whole"}), "carried over")
    assert found.level == "warning"


def test_the_editions_of_2019_and_2021_have_the_same_rows_of_requests() -> None:
    assert told(two_years({TOTAL_OUT: 12}, {TOTAL_IN: 9}, 2021), "carried over")


def test_more_documents_in_force_than_can_be_are_a_warning() -> None:
    (found,) = told(stock(40, 3, 1, 45), "stock")
    assert (found.level, found.left, found.right) == ("warning", 42, 45)
    assert "40 + 3 − 1 = 42" in found.message


def test_fewer_documents_in_force_may_have_lapsed() -> None:
    (found,) = told(stock(40, 3, 1, 30), "stock")
    assert found.level == "info"


def test_a_yearly_review_of_documents_is_an_information() -> None:
    (found,) = told(with_marks(stock(40, 3, 1, 45), set(), {"cleaned"}), "stock")
    assert found.level == "info"


def test_a_stock_that_holds_is_no_finding() -> None:
    assert not judge(stock(40, 3, 1, 42))


def test_the_stock_is_not_compared_over_the_change_of_the_form() -> None:
    before: dict[str, int | Decimal] = {f"{STOCK}.public_total": 40, f"{STOCK}.made": 3}
    now: dict[str, int | Decimal] = {
        f"{STOCK}.issued": 3, f"{STOCK}.repealed": 1, f"{STOCK}.in_force": 90
    }  # fmt: skip
    assert not judge(two_years(before, now, 2021))


def test_a_great_change_is_an_information() -> None:
    (found,) = told(two_years({"requests.received.total": 20}, {"requests.received.total": 400}), "jump")
    assert (found.level, found.left, found.right) == ("info", 20, 400)


@pytest.mark.parametrize(("was", "now"), [(20, 100), (1, 40), (400, 90), (0, 50)])
def test_a_change_that_is_common_or_small_is_none(was: int, now: int) -> None:
    key = "requests.received.total"
    assert not judge(two_years({key: was}, {key: now}))


def test_a_fee_ten_thousand_times_last_years_is_a_slip_of_its_unit() -> None:
    (found,) = judge(two_years({FEE: Decimal("12.8")}, {FEE: 130_000}))
    assert (found.rule, found.level) == ("unit slip", "warning")
    assert "10,000 times" in found.message


def test_the_year_with_the_larger_fee_is_doubted_once() -> None:
    owner = body()
    years: list[tuple[int, int | Decimal]] = [(2021, 13), (2022, 128_000), (2023, 14)]
    found = judge(facts(*(account(owner, year, {FEE: fee}) for year, fee in years)))
    assert [(one.rule, one.report % 10_000) for one in found] == [("unit slip", 2022)]


def test_a_unit_that_the_cell_names_is_believed() -> None:
    found = two_years({FEE: 13}, {FEE: 130_000})
    units = {
        key: replace(one, figures={FEE: Printed(one.figures[FEE].value, "130000元", "元")}) if one.year == 2023 else one
        for key, one in found.accounts.items()
    }  # fmt: skip
    assert not judge(replace(found, accounts=units))


@pytest.mark.parametrize(("was", "now"), [(13, 1_300), (0, 130_000), (13, 13), (13, 1_300_000)])
def test_other_changes_of_a_fee_are_no_slip(was: int, now: int) -> None:
    assert not told(two_years({FEE: was}, {FEE: now}), "unit slip")


def test_the_same_facts_give_the_same_findings() -> None:
    assert judge(BREAK) == judge(BREAK)
    assert judge(BREAK)[0].claim != judge(two_years({TOTAL_OUT: 12}, {TOTAL_IN: 8}))[0].claim
