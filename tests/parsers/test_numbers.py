from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.numbers import MAX_DIGITS, read_number

ZERO_TO_NINE = str.maketrans("0123456789,.-+", "０１２３４５６７８９，．－＋")


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("0", 0, None),
        (" 12\n", 12, None),
        ("1,234", 1234, None),
        ("１，２３４", 1234, None),
        ("1 234", 1234, None),
        ("+1036", 1036, None),
        ("-18", -18, None),
        ("－18", -18, None),
        ("—18", -18, None),
        ("251000元", 251000, "元"),
        ("73802895.90元", Decimal("73802895.90"), "元"),
        ("1.5万元", Decimal("1.5"), "万元"),
        ("3 件", 3, "件"),
        ("22\n（其中修订 16 件）", 22, None),
        ("22(其中修订16件)", 22, None),
        ("0（无）", 0, None),
        ("128356.6505", Decimal("128356.6505"), None),
    ],
)
def test_a_number_is_read_with_its_unit(text: str, value: int | Decimal, unit: str | None) -> None:
    number = read_number(text)
    assert (number.state, number.value, number.unit) == ("number", value, unit)
    assert type(number.value) is type(value)


@pytest.mark.parametrize("text", ["", " ", "\u00a0", "\u3000\n", "\u200b"])
def test_nothing_printed_is_blank(text: str) -> None:
    assert read_number(text).state == "blank"


@pytest.mark.parametrize("text", ["/", "-", "—", "——", "－", "无", " 无 ", "\\", "见附件"])
def test_a_sign_for_nothing_is_no_number(text: str) -> None:
    assert read_number(text).state == "not_number"


@pytest.mark.parametrize(
    "text",
    [
        "1 2",
        "12\n34",
        "00",
        "012",
        "1,23",
        "12,34",
        "22①",
        "5²",
        "½",
        "22^1",
        "~12~13",
        "约22",
        "十二",
        "1.2.3",
        "(18)",
        "5%",
        "3万",
        "1/2",
    ],
)
def test_digits_that_could_mean_two_things_are_unsure(text: str) -> None:
    assert read_number(text).state == "unsure"


def test_digits_on_two_lines_are_one_number_only_where_they_are_printed_in_one_cell() -> None:
    assert read_number("1282\n93", digits_may_be_apart=True).value == 128293
    assert read_number("1282\n93").state == "unsure"


@given(st.text())
def test_reading_never_raises_and_a_value_needs_a_number(text: str) -> None:
    number = read_number(text)
    assert (number.value is None) == (number.state != "number")


@given(
    st.integers(-(10**MAX_DIGITS) + 1, 10**MAX_DIGITS - 1),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["", "件", "元", "（注）"]),
)
def test_an_integer_in_any_dress_comes_back(value: int, grouped: bool, wide: bool, after: str) -> None:
    text = f"{value:,}" if grouped else str(value)
    number = read_number((text.translate(ZERO_TO_NINE) if wide else text) + after)
    assert number.value == value


@given(st.decimals(min_value=0, max_value=10**9, places=4))
def test_a_decimal_keeps_its_digits(value: Decimal) -> None:
    assert str(read_number(str(value)).value) == str(value)


@given(st.integers(10**MAX_DIGITS, 10**40))
def test_a_number_too_long_to_be_kept_exactly_is_unsure(value: int) -> None:
    assert read_number(str(value)).state == "unsure"
