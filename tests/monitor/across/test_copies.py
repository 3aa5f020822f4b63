"""Copies of one report that print different figures, and one report twice on a list."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from monitor.across.copies import DOUBTS, contested
from monitor.across.judging import judge
from monitor.across.model import AcrossFacts, CopyPair, Entries, Printed

if TYPE_CHECKING:
    from monitor.across.model import Doubt

KEY = "requests.received.total"
PAGE, FILE = "http://x.gov.cn/a.html", "http://x.gov.cn/a.pdf"


def pair(*figures: tuple[str, Printed, Printed], named: bool = True) -> CopyPair:
    return CopyPair(7, PAGE, FILE, tuple((key, f"label of {key}", one, other) for key, one, other in figures), named)  # fmt: skip


def copies(*pairs: CopyPair) -> AcrossFacts:
    return AcrossFacts({}, {}, copies=pairs)


def twice(*entries: tuple[str, str, str | None, str | None]) -> AcrossFacts:
    return AcrossFacts({}, {}, entries=(Entries(7, "list", entries),))


def number(value: int, text: str = "", unit: str | None = None) -> Printed:
    return Printed(value, text or str(value), unit)


def test_a_difference_names_both_addresses_and_both_numbers() -> None:
    (found,) = judge(copies(pair((KEY, number(22), number(23)))))
    assert (found.rule, found.kind, found.level, found.left, found.right) == ("copies differ", "copies", "warning", 22, 23)  # fmt: skip
    for message in (found.message, found.message_zh):
        assert PAGE in message
        assert FILE in message
        assert "22" in message
        assert "23" in message


def test_a_message_that_is_cut_still_has_both_addresses_and_a_number() -> None:
    page, file = (
        f"http://www.example-city.gov.cn/zwgk/zfxxgk/nb/202601/{name}" for name in ("t1_23.html", "P02.pdf")
    )
    (found,) = judge(copies(replace(pair(*((f"k{n}", number(n), number(n + 1)) for n in range(8))), url=page, other_url=file)))  # fmt: skip
    for message in (found.message, found.message_zh):
        assert all(word in message[:220] for word in (page, file, "label of k0"))


def test_copies_that_agree_are_no_finding() -> None:
    assert not judge(copies(pair((KEY, number(22), number(22, "２２")))))


def test_one_amount_in_two_units_is_one_amount() -> None:
    yuan = Printed(130_000, "130000元", "元")
    wan = Printed(Decimal("13.0"), "13.0万元", "万元")
    assert not judge(copies(pair(("disclosure.fees.amount", yuan, wan))))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("12.3456", "12.35", True),
        ("12.3456", "12.34", True),
        ("12.3456", "12", True),
        ("12.50", "12.5", True),
        ("0.004", "0", True),
        ("12.3456", "12.43", False),
        ("12.35", "12.3", True),
        ("12.3", "12.4", False),
        ("12.36", "12.3456", False),
        ("13", "12.3456", False),
        ("123456", "12.3456", False),
    ],
)
def test_an_amount_with_fewer_decimals_is_the_same_amount(one: str, other: str, *, same: bool) -> None:
    figures = [Printed(Decimal(text), text, "万元") for text in (one, other)]
    for left, right in (figures, figures[::-1]):
        assert bool(judge(copies(pair(("disclosure.fees.amount", left, right))))) is not same


def test_an_amount_in_yuan_is_the_rounded_one_in_ten_thousands() -> None:
    yuan = Printed(123_456, "123456元", "元")
    assert not judge(copies(pair(("disclosure.fees.amount", yuan, Printed(Decimal("12.35"), "12.35", "万元")))))  # fmt: skip
    assert judge(copies(pair(("disclosure.fees.amount", yuan, Printed(Decimal("12.53"), "12.53", "万元")))))  # fmt: skip


@pytest.mark.parametrize("doubt", ["untitled", "corrected", "scope"])
def test_copies_that_may_rightly_differ_are_an_information_with_the_reason(doubt: Doubt) -> None:
    (found,) = judge(copies(replace(pair((KEY, number(22), number(23))), doubt=doubt)))
    assert found.level == "info"
    assert found.message.endswith(DOUBTS[doubt][0])
    assert found.message_zh.endswith(DOUBTS[doubt][1])


def test_many_differences_are_counted() -> None:
    (found,) = judge(copies(pair(*((f"k{n}", number(n), number(n + 1)) for n in range(8)))))
    assert "and 5 more" in found.message
    assert len(found.keys) == 8


def test_copies_that_name_two_publishers_are_an_information() -> None:
    (found,) = judge(copies(pair((KEY, number(22), number(23)), named=False)))
    assert found.level == "info"


def test_what_copies_do_not_agree_on_is_contested() -> None:
    assert contested([pair((KEY, number(1), number(2)), ("k", number(1), number(1)))]) == {7: frozenset({KEY})}  # fmt: skip


def test_two_entries_with_different_content_in_one_format_are_told() -> None:
    (found,) = judge(twice((PAGE, "2023年报", "text/html", "a"), ("http://x.gov.cn/b.html", "2023年报", "text/html", "b")))  # fmt: skip
    assert (found.rule, found.level) == ("listed twice", "info")
    assert "2 entries" in found.message


def test_html_and_pdf_are_copies_and_no_finding() -> None:
    assert not judge(twice((PAGE, "t", "text/html", "a"), (FILE, "t", "application/pdf", "b")))


def test_the_same_bytes_twice_are_copies_and_no_finding() -> None:
    assert not judge(twice((PAGE, "t", "text/html", "a"), ("http://x.gov.cn/b.html", "t", "text/html", "a")))


def test_one_page_under_two_hosts_is_one_page() -> None:
    assert not judge(twice((PAGE, "t", "text/html", "a"), ("https://www.x.gov.cn/a.html", "t", "text/html", "b")))  # fmt: skip


def test_an_entry_that_was_not_read_proves_nothing() -> None:
    assert not judge(twice((PAGE, "t", "text/html", "a"), ("http://x.gov.cn/b.html", "t", None, None)))


def test_hostile_titles_are_made_harmless() -> None:
    (found,) = judge(twice((PAGE, "@all\u202e<b>", "text/html", "a"), ("http://x.gov.cn/b.html", "x" * 500, "text/html", "b")))  # fmt: skip
    assert "@all" not in found.message
    assert "\u202e" not in found.message
    assert len(found.message) < 400
