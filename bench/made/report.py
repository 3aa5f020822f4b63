"""One report to be printed: its figures, how each is printed, its tables and its text."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from bench.made.figures import random_figures
from bench.made.form import tables
from bench.made.words import PLACES, paragraphs

if TYPE_CHECKING:
    from random import Random

    from bench.made.figures import Edition, Number
    from bench.made.form import Table

BLANKS = {"blank": "", "dash": "-", "long dash": "—", "slash": "/", "none": "无"}
FULL_WIDTH = {ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789,.+-"}
TITLES = (
    "一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况", "五、存在的主要问题及改进情况", "六、其他需要报告的事项",
)  # fmt: skip
FIRST_YEAR_2021, LAST_YEAR = 2021, 2025


@dataclass(frozen=True, slots=True)
class Manner:
    """How a publisher writes: which form, which numbers, what stands for a zero.

    `zero` is a key of BLANKS, "0", or "some blank" (half of the zeros); `digits` is "plain", "thousands" or
    "full width"; `lines` is the number of paragraphs in section 一.
    """

    edition: Edition = "2021"
    zero: str = "0"
    digits: str = "plain"
    large: bool = False
    huge: bool = False
    sparse: float = 0.5
    lines: int = 20
    stacked: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A made report. `figures` are the true values, None where the cell is printed without a number."""

    publisher: str
    year: int
    edition: Edition
    figures: dict[str, Number | None]
    tables: tuple[Table, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def title(self) -> str:
        """As printed at the top."""
        return f"{self.publisher}{self.year}年政府信息公开工作年度报告"

    def expected(self, style: str) -> dict[str, object]:
        """What `<name>.expected.json` says of it."""
        return {
            "publisher": self.publisher,
            "year": self.year,
            "edition": "2019" if self.edition == "2019" else "2021",
            "style": style,
            "figures": self.figures,
            "printed_errors": [],
        }


def make_report(chance: Random, manner: Manner) -> Report:
    """A report of one publisher, all chosen by `chance`."""
    old = manner.edition == "2019"
    year = chance.choice((2019, 2020)) if old else chance.randint(FIRST_YEAR_2021, LAST_YEAR)
    numbers = random_figures(chance, manner.edition, large=manner.large or manner.huge, sparse=manner.sparse)
    if manner.huge:
        numbers = {
            key: number if key.startswith("disclosure") else number * 1_000 for key, number in numbers.items()
        }
    printed = {key: _printed(key, number, manner, chance) for key, number in numbers.items()}
    figures = {key: None if printed[key] in BLANKS.values() else number for key, number in numbers.items()}
    return Report(
        chance.choice(PLACES),
        year,
        manner.edition,
        figures,
        tables(manner.edition, printed, chance, stacked=manner.stacked),
        tuple(paragraphs(chance, manner.lines, year)),
        tuple(paragraphs(chance, 4, year)),
    )


def _printed(key: str, number: Number, manner: Manner, chance: Random) -> str:
    if number == 0 and manner.zero in BLANKS:
        return BLANKS[manner.zero]
    if number == 0 and manner.zero == "some blank" and chance.random() < 1 / 2:
        return ""
    sign = "+" if key.endswith(".change") and number > 0 and manner.large else ""
    if manner.digits == "plain":
        return f"{sign}{number:f}" if isinstance(number, Decimal) else f"{sign}{number}"
    text = f"{sign}{number:,}"
    return text.translate(FULL_WIDTH) if manner.digits == "full width" else text
