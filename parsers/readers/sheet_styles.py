"""How the cells of a workbook (.xlsx) look: which formats print the number itself, and which may print another thing.

Source: ECMA-376 part 1, 18.8 (styles), 18.8.30 (number formats and the numbers of the built-in ones).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from parsers.readers.sheet_layout import Written, number_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.etree import _Element

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# The built-in formats that print a number as it is. General (0) and text (49) show what decimals there are.
_BUILT_IN = {
    "0": "General", "1": "0", "2": "0.00", "3": "#,##0", "4": "#,##0.00", "37": "#,##0;(0)", "38": "#,##0;(0)",
    "39": "#,##0.00;(0)", "40": "#,##0.00;(0)", "41": '_ * #,##0_ ;-0;"-"', "42": '_ * #,##0_ ;-0;"-"',
    "43": '_ * #,##0.00_ ;-0;"-"', "44": '_ * #,##0.00_ ;-0;"-"', "49": "@",
}  # fmt: skip
# A custom format that prints the number and, around it, room, a sign of money or words at most: 0  #,##0.00  0_
# 0"件"  General  _ * #,##0_
_PLAIN = re.compile(
    r"(?:\[[^\]$]*(?:Red|Black|Blue|红色|黑色|蓝色)\]|\[\$-[\w,]*\])?"
    r"(?:_.|\* |\"?[¥￥$]\"?|\[\$[¥￥$]-?\w*\])*"
    r"(?P<number>General|G/通用格式|@|#?,?#*0(?:\.(?P<places>[0#]+))?)(?:_.|\* |\\[ )件条项个宗起次份人家部元]|\"[^\"%0-9]*\")*",
    re.IGNORECASE,
)
_WHITE = 0xE8
_Kind = TypeVar("_Kind")


@dataclass(frozen=True, slots=True)
class Look:
    """What a format does to a cell: which of the signs (1, 0, -1) it prints as they are, and with how many decimals.

    `places` is None where it shows all decimals; `mark` stands for raised or struck; `unseen`: white, or too small;
    `edge`: a border on some side.
    """

    signs: frozenset[int] = frozenset({-1, 0, 1})
    places: int | None = None
    mark: str = ""
    unseen: bool = False
    edge: bool = False


def looks(root: _Element | None) -> tuple[Look, ...]:
    """The look of each cell format (cellXfs), by its number."""
    if root is None:
        return ()
    formats = {
        node.get("numFmtId", ""): node.get("formatCode", "")
        for node in root.iterfind(f"{S}numFmts/{S}numFmt")
    }
    fonts = [_font(node) for node in root.iterfind(f"{S}fonts/{S}font")]
    filled = [_is_filled(node) for node in root.iterfind(f"{S}fills/{S}fill")]
    bordered = [
        any(side.get("style", "none") != "none" for side in node)
        for node in root.iterfind(f"{S}borders/{S}border")
    ]
    found = []
    for xf in root.iterfind(f"{S}cellXfs/{S}xf"):
        mark, faint = _at(fonts, xf.get("fontId")) or ("", False)
        signs, places = shown_as_it_is(xf.get("numFmtId", "0"), formats)
        unseen = faint and not _at(filled, xf.get("fillId"))
        found.append(Look(signs, places, mark, unseen, bool(_at(bordered, xf.get("borderId")))))
    return tuple(found)


def changed_looks(root: _Element | None) -> tuple[bool, ...]:
    """Of each format that a condition may apply (dxfs): whether it may hide or change what is printed."""
    if root is None:
        return ()
    return tuple(
        any(_font(font) != ("", False) for font in node.iterfind(f"{S}font"))
        or node.find(f"{S}numFmt") is not None
        for node in root.iterfind(f"{S}dxfs/{S}dxf")
    )


def run_mark(properties: _Element | None) -> tuple[str, bool]:
    """The mark before a run of rich text, and whether it may be invisible."""
    return ("", False) if properties is None else _font(properties)


def _at(known: Sequence[_Kind], number: str | None) -> _Kind | None:
    return known[int(number)] if number and number.isdigit() and int(number) < len(known) else None


def _font(node: _Element) -> tuple[str, bool]:
    strike, raised = node.find(f"{S}strike"), node.find(f"{S}vertAlign")
    mark = "~" if strike is not None and strike.get("val", "1") not in {"0", "false"} else ""
    if raised is not None and raised.get("val") != "baseline":
        mark = "^"
    size = node.find(f"{S}sz")
    tiny = size is not None and _float(size.get("val")) <= 2  # noqa: PLR2004 - points
    return mark, tiny or _is_white(node.find(f"{S}color"))


def _float(written: str | None) -> float:
    try:
        return float(written or "")
    except ValueError:
        return 0.0


def _is_white(colour: _Element | None) -> bool:
    """White or nearly: by its digits, as the theme's background (0), or by its old number (1, 9)."""
    if colour is None:
        return False
    digits = colour.get("rgb", "")[-6:]
    if re.fullmatch("[0-9A-Fa-f]{6}", digits):
        return all(int(digits[i : i + 2], 16) >= _WHITE for i in (0, 2, 4))
    return colour.get("theme") == "0" or colour.get("indexed") in {"1", "9"}


def _is_filled(node: _Element) -> bool:
    """Whether a fill has a colour of its own, on which white can be read."""
    pattern = node.find(f"{S}patternFill")
    if pattern is None:
        return node.find(f"{S}gradientFill") is not None
    return pattern.get("patternType", "none") not in {"none", "gray125"} and not _is_white(
        pattern.find(f"{S}fgColor")
    )


def shown_as_it_is(number: str, formats: dict[str, str]) -> tuple[frozenset[int], int | None]:
    """Which signs a format prints as they are, and its decimals: a format has parts for positive; negative; zero."""
    parts = formats.get(number, _BUILT_IN.get(number, "")).split(";")
    positive = _PLAIN.fullmatch(parts[0])
    if positive is None:
        return frozenset(), None
    signs = {1}
    if len(parts) == 1:
        signs |= {0, -1}
    elif len(parts) == 2 or _PLAIN.fullmatch(parts[2]):  # noqa: PLR2004 - parts
        signs.add(0)
    every = positive["number"] in {"@"} or positive["number"].lower().startswith("g")
    return frozenset(signs), None if every else len(positive["places"] or "")


def shown_number(value: float | str, look: Look) -> Written:
    """A number as its cell shows it; doubtful where its format may print another thing. Raises ValueError, OverflowError."""
    written, number = number_text(value), float(value)
    decimals = len(written.text.partition(".")[2])
    sign = (number > 0) - (number < 0)
    as_it_is = sign in look.signs and (look.places is None or decimals <= look.places)
    return Written(written.text, written.ink or not as_it_is)
