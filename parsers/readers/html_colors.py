"""Colours of text and of the ground under it, as far as it matters whether one can be told from the other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from parsers.readers.html_sheets import Declared

Color = tuple[int, int, int]
# "picture": something is drawn there, and nobody knows its colour.
Ground = Color | Literal["picture"]
# "clear": text that is transparent.
Ink = Color | Literal["clear"]
BLACK: Color = (0, 0, 0)
WHITE: Color = (255, 255, 255)
# Of 255 in the channel that differs most: pale grey on white is still seen on paper, #f0f0f0 is not.
TOO_NEAR = 44
_NAMED: dict[str, Color] = {
    "white": WHITE,
    "snow": (255, 250, 250),
    "ivory": (255, 255, 240),
    "ghostwhite": (248, 248, 255),
    "floralwhite": (255, 250, 240),
    "whitesmoke": (245, 245, 245),
    "mintcream": (245, 255, 250),
    "azure": (240, 255, 255),
    "aliceblue": (240, 248, 255),
    "seashell": (255, 245, 238),
    "honeydew": (240, 255, 240),
    "black": BLACK,
    "windowtext": BLACK,
    "red": (255, 0, 0),
    "blue": (0, 0, 255),
    "green": (0, 128, 0),
    "gray": (128, 128, 128),
    "silver": (192, 192, 192),
    "yellow": (255, 255, 0),
    "lightgrey": (211, 211, 211),
    "lightgray": (211, 211, 211),
}
_HEX = re.compile(r"#([0-9a-f]{3,8})\b", re.IGNORECASE)
_NUMBERS = re.compile(r"(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})%?")
_FUNCTION = re.compile(r"(rgba?|hsla?)\(([^()]{1,60})\)")
_WORD = re.compile(r"[a-z]+")
_CLEAR_BELOW = 0.1
_SHORT_HEX = (3, 4)


def color_of(declared: Declared, attributes: dict[str, str], tag: str) -> Ink | None:
    """The colour of the text that an element sets; "clear" for text that is transparent; None where it sets none."""
    written = declared.get("-webkit-text-fill-color") or declared.get("color")
    if not written and tag in {"font", "body"}:
        written = attributes.get("color") or attributes.get("text")
    return _color(written) if written else None


def ground_of(sure: Declared, maybe: Declared, attributes: dict[str, str]) -> Ground | None:
    """The colour of the ground that an element lays; None where it lays none that can be seen."""
    written = maybe.get("background-image", "") + maybe.get("background", "")
    if "url(" in written or "gradient(" in written or "background" in attributes:
        return "picture"
    lays = ("background-color", "background")
    if any(maybe.get(name) != sure.get(name) for name in lays):
        return "picture"
    color = _color(sure.get("background-color") or sure.get("background") or attributes.get("bgcolor") or "")
    return None if color == "clear" else color


def _color(written: str) -> Ink | None:
    text = written.strip().lower()
    if match := _HEX.search(text):
        return _of_hex(match[1])
    if match := _FUNCTION.search(text):
        return _of_numbers(match[1], _NUMBERS.findall(match[2]))
    for match in _WORD.finditer(text[:200]):
        if match[0] in _NAMED:
            return _NAMED[match[0]]
        if match[0] == "transparent":
            return "clear"
    return None


def _of_hex(digits: str) -> Ink | None:
    long = "".join(2 * digit for digit in digits) if len(digits) in _SHORT_HEX else digits
    if len(long) not in {6, 8}:
        return None
    if len(long) == len("rrggbbaa") and int(long[6:], 16) < _CLEAR_BELOW * 255:
        return "clear"
    return int(long[:2], 16), int(long[2:4], 16), int(long[4:6], 16)


def _of_numbers(function: str, written: list[str]) -> Ink | None:
    numbers = [float(one.rstrip("%")) * (2.55 if one.endswith("%") else 1) for one in written]
    if len(numbers) < len("rgb"):
        return None
    if len(numbers) > len("rgb") and numbers[3] / (255 if written[3].endswith("%") else 1) < _CLEAR_BELOW:
        return "clear"
    if function.startswith("hsl"):
        light = min(255, round(numbers[2]))
        return light, light, light
    red, green, blue = (min(255, round(number)) for number in numbers[:3])
    return red, green, blue


def too_near(ink: Ink, ground: Ground) -> bool:
    """Whether text of this colour can hardly be told from its ground."""
    if ink == "clear":
        return True
    if ground == "picture":
        return False
    return max(abs(one - other) for one, other in zip(ink, ground, strict=True)) < TOO_NEAR
