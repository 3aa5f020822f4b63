"""How an element is shown: not at all, unseen, faint, raised, struck, or as something that is not its text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from parsers.readers.html_colors import Ground, Ink, color_of, ground_of
from parsers.readers.html_sheets import Declared, Sheets, declarations, names_of, together

if TYPE_CHECKING:
    from lxml.etree import _Element

    from parsers.readers.html_sheets import Rule

Role = Literal["", "table", "tr", "td"]
# Why text is not seen though it has its place. An element inside may undo the first two.
TINY, INVISIBLE, FLAT = 1, 2, 4
# And why it is seen, but may be no figure: struck, hardly to be told from its ground, perhaps hidden or moved, in a
# block of tiny type that a sheet which is not known may enlarge.
STRUCK, FAINT, HINTED, SHRUNK = 8, 16, 32, 64
UNSEEN = TINY | INVISIBLE | FLAT

_ROLES: dict[str, Role] = {
    "table": "table",
    "inline-table": "table",
    "table-row": "tr",
    "table-cell": "td",
}
_OWN_ROLES = frozenset({"table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption", "body", "html"})
# Classes that frameworks hide by; where the page's own sheets know the class, they decide.
_HIDING = frozenset(
    {"hide", "hidden", "none", "d-none", "dn", "disnone", "display-none", "undis", "invisible", "sr-only"}
    | {"visually-hidden", "is-hidden", "layui-hide", "el-hidden"}
)
_PANES = frozenset({"tab-pane", "layui-tab-item"})
_OPEN = frozenset({"active", "in", "show", "current", "cur", "on", "selected", "layui-show"})
# Attributes by which a script puts text into an element.
_BOUND = re.compile(
    r"(?:v-(?:text|html|bind)|ng-(?:bind|repeat)|x-(?:text|html)|th:u?text|data-(?:bind|field|text)|:text|:inner)"
)
_FIRST_NUMBER = re.compile(r"(-?\d{0,9}(?:\.\d{0,9})?)(px|pt|em|rem|%|vw|in|cm|mm)?")
_PIXELS = {"pt": 1.33, "em": 16, "rem": 16, "%": 0.16, "vw": 10, "in": 96, "cm": 38, "mm": 3.8}
# The same for type, where what depends on the type around it is below 0.
_SIZES = {"px": 1, "pt": 4 / 3, "in": 96, "cm": 37.8, "mm": 3.78, "rem": 16, "em": -1, "%": -0.01}
_NAMED_SIZES = {
    "xx-small": "9px", "x-small": "10px", "small": "13px", "medium": "16px", "large": "18px", "smaller": "0.75em",
}  # fmt: skip
_FONT_SIZES = {"1": "10px", "2": "13px", "3": "16px", "4": "18px", "5": "24px", "-1": "13px", "-2": "10px"}
SMALLEST = 3  # pixels of type that a person can see
FAR = -400  # pixels to the left of or above its place
CLEAR = 0.1  # of opacity
_TINY_SHORTHAND = re.compile(r"(?:^|\s)0(?:px|pt|em|rem|%)?(?:/|\s)")
_RAISED_VALUE = re.compile(r"super|sub\b|text-top|text-bottom|-?[\d.]{0,9}[1-9]")
_NONZERO = re.compile(r"[1-9]")
_CLIPPED = re.compile(r"rect\(\s*[01]|inset\(\s*(?:[5-9]\d|100)%|circle\(\s*0|polygon\(0(?:px)?,?\s*0")
_STILL = re.compile(r"none|translate(?:3d|z)?\(\s*0|initial|inherit|unset")
_NO_CONTENT = re.compile(
    r"""(?:none|normal|initial|open-quote|close-quote)\b|(["'])(?:\s|\\(?:a0|200b|20|0)\s?)*\1"""
)
_SPAN = re.compile(r"\s*\+?(\d+)")


@dataclass(frozen=True, slots=True)
class Look:
    """What an element does to the text in it, and what it is in a table.

    `gone`: it takes no place. `unseen` and `seen`: reasons that it adds and that it ends. `mark`: the sign for text
    raised ("^") or struck ("~") beside other text; `turned`: it stands elsewhere or otherwise than it is written,
    even alone. `drawn`: it shows what is not its text. `maybe_gone`: a sheet that is not known may hide it.
    `size`: of its type in pixels; below 0, how many times that around it; 0 where it says none.
    `chained`: rules that depend on the elements around. `rows`, `columns`: its spans as written, 0 as browsers do.
    `hides`: it may not be shown at all; `special`: it changes how the text in it is seen; `doubts`: more than by
    its colours; `quiet`: it does nothing at all, unless by its tag.
    """

    gone: bool = False
    maybe_gone: bool = False
    unseen: int = 0
    seen: int = 0
    mark: str = ""
    turned: bool = False
    drawn: bool = False
    ink: Ink | None = None
    ground: Ground | None = None
    role: Role = ""
    rows: int = 1
    columns: int = 1
    size: float = 0.0
    chained: tuple[Rule, ...] = ()
    names: tuple[str, ...] = ()

    hides: bool = False
    special: bool = False
    doubts: bool = False
    quiet: bool = True


_PLAIN = Look()
# Without other properties these change nothing that is seen.
_HARMLESS = frozenset({"width", "height", "max-width", "max-height"})
_IDLE = frozenset(
    re.split(
        " +", "width height align valign border cellspacing cellpadding nowrap href target title src alt lang"
    )
)
_TELLING = frozenset({"hidden", "color", "text", "bgcolor", "background", "open", "size"})


@dataclass(slots=True)
class Looks:
    """The looks of a page's elements, worked out once for each tag with its attributes."""

    sheets: Sheets
    known: dict[tuple[object, ...], Look] = field(default_factory=dict)

    def of(self, element: _Element, tag: str) -> Look:
        """How this element is shown, as far as the page itself says."""
        written = element.items()
        key = (tag, *written)
        look = self.known.get(key)
        if look is None:
            look = self.known[key] = self._look(tag, dict(written), None)
        if look.chained and any(self.sheets.fits(rule, element) for rule in look.chained):
            return self._look(tag, dict(written), element)
        return look

    def _look(self, tag: str, attributes: dict[str, str], element: _Element | None) -> Look:
        if not self.sheets.rules and attributes.keys() <= _IDLE and tag != "dialog":
            return _PLAIN
        names = names_of(attributes.get("class"), attributes.get("id"))
        rules = self.sheets.rules_for(tag, names) if self.sheets.rules else []
        own = self.sheets.resolved(declarations(attributes["style"])) if "style" in attributes else {}
        maybe_gone = bool(names) and self._may_hide(names, attributes)
        look = Look(
            rows=_span(attributes.get("rowspan")),
            columns=_span(attributes.get("colspan")),
            names=tuple(names),
            quiet=not names,
        )
        if not (rules or maybe_gone) and own.keys() <= _HARMLESS and not _tells(tag, attributes):
            return look
        fitting = [rule for rule in rules if self._fits(rule, element)]
        certain = [rule.declared for rule in fitting if rule.certain and not rule.beside]
        possible = [rule.declared for rule in fitting if not rule.beside]
        sure = self.sheets.resolved(together([*certain, own])) if certain else own
        maybe = self.sheets.resolved(together([*possible, own])) if len(possible) > len(certain) else sure
        beside = any(rule.beside and _prints(rule.declared) for rule in fitting)
        look = replace(
            _judged(tag, attributes, sure, maybe, look),
            chained=tuple(rule for rule in rules if len(rule.parts) > 1) if element is None else (),
        )
        gone = _is_gone(tag, sure, attributes)
        unknown = any("var(" in maybe.get(name, "") for name in ("display", "visibility", "opacity"))
        maybe_gone = not gone and (maybe_gone or unknown or _is_gone(tag, maybe, attributes))
        return _summed(replace(look, gone=gone, maybe_gone=maybe_gone, drawn=look.drawn or beside))

    def _fits(self, rule: Rule, element: _Element | None) -> bool:
        return len(rule.parts) == 1 or (element is not None and self.sheets.fits(rule, element))

    def _may_hide(self, names: list[str], attributes: dict[str, str]) -> bool:
        """Whether it has a class that frameworks hide by, and that no sheet of the page describes."""
        classes = {name[1:] for name in names if name.startswith(".") and name not in self.sheets.known}
        if "display" in attributes.get("style", ""):
            return False
        return bool(classes & _HIDING) or bool(classes & _PANES and not classes & _OPEN)


def _tells(tag: str, attributes: dict[str, str]) -> bool:
    """Whether attributes other than styles say how it is shown."""
    return tag == "dialog" or not _TELLING.isdisjoint(attributes) or any(map(_BOUND.match, attributes))


def _judged(tag: str, attributes: dict[str, str], sure: Declared, maybe: Declared, look: Look) -> Look:
    display = sure.get("display", "").partition("!")[0].strip()
    return replace(
        look,
        unseen=_unseen(maybe) | (_unseen(sure) if sure is not maybe else 0),
        seen=_seen(sure),
        mark=_mark(maybe) or _mark(sure),
        size=_size(maybe, attributes if tag == "font" else {}),
        turned=_turned(tag, maybe),
        drawn=_drawn(tag, maybe) or any(map(_BOUND.match, attributes)),
        ink=color_of(sure, attributes, tag),
        ground=ground_of(sure, maybe, attributes),
        role=_ROLES.get(display, "") if tag not in _OWN_ROLES else "",
    )


def _summed(look: Look) -> Look:
    hides = look.gone or look.maybe_gone or bool(look.unseen & (FLAT | INVISIBLE))
    shades = look.ink is not None or look.ground is not None
    doubts = bool(look.unseen or look.mark or look.turned or look.maybe_gone)
    special = doubts or shades or bool(look.seen or look.size)
    quiet = not (special or look.drawn or look.names or look.role)
    return replace(look, hides=hides, special=special, doubts=doubts, quiet=quiet)


def _is_gone(tag: str, declared: Declared, attributes: dict[str, str]) -> bool:
    display = declared.get("display", "")
    if "var(" in display:
        return False
    if tag == "dialog" and "open" not in attributes and not display:
        return True
    return display.startswith("none") or ("hidden" in attributes and not display)


def _pixels(value: str) -> float | None:
    """The first length of a value in pixels; None where it is no number."""
    match = _FIRST_NUMBER.match(value)
    try:
        return float(match[1]) * _PIXELS.get(match[2] or "px", 1) if match else None
    except ValueError:
        return None


def _size(declared: Declared, attributes: dict[str, str]) -> float:
    """The size of type as `Look` has it."""
    value = declared.get("font-size", "")
    if not value:
        value = _FONT_SIZES.get(attributes.get("size", "").strip(), "")
    value = _NAMED_SIZES.get(value.partition("!")[0].strip(), value)
    match = _FIRST_NUMBER.match(value)
    if match is None or match[2] not in _SIZES:
        return 0.0
    return float(match[1]) * _SIZES[match[2]] if match[1].strip("-.") else 0.0


def _unseen(declared: Declared) -> int:
    if not declared:
        return 0
    reasons = 0
    size = _pixels(declared.get("font-size", ""))
    if (size is not None and size < SMALLEST) or _TINY_SHORTHAND.search(declared.get("font", "")):
        reasons |= TINY
    if declared.get("visibility", "").startswith(("hidden", "collapse")):
        reasons |= INVISIBLE
    return reasons | (FLAT if _is_flat(declared) else 0)


def _is_flat(declared: Declared) -> bool:
    """Whether it is clear, cut away, of no width or height, or far off the page."""
    opacity = _pixels(declared.get("opacity", ""))
    if opacity is not None and opacity < CLEAR and "%" not in declared["opacity"]:
        return True
    if _pixels(declared.get("zoom", "")) == 0:
        return True
    shifts = (
        _pixels(declared.get(name, ""))
        for name in ("text-indent", "margin-left", "margin-top", "left", "top")
    )
    if any(shift is not None and shift <= FAR for shift in shifts):
        return True
    if _CLIPPED.search(declared.get("clip", "") + declared.get("clip-path", "")):
        return True
    if declared.get("-webkit-text-security", "none") != "none" or "opacity(0" in declared.get("filter", ""):
        return True
    return declared.get("content-visibility", "").startswith("hidden") or _has_no_size(declared)


def _has_no_size(declared: Declared) -> bool:
    cut = any(
        "hidden" in declared.get(name, "") or "clip" in declared.get(name, "")
        for name in ("overflow", "overflow-x", "overflow-y")
    )
    if not cut:
        return False
    if _pixels(declared.get("line-height", "")) == 0:
        return True
    sizes = (_pixels(declared.get(name, "")) for name in ("width", "height", "max-width", "max-height"))
    return any(size is not None and size <= 1 for size in sizes)


def _seen(declared: Declared) -> int:
    reasons = 0
    size = _pixels(declared.get("font-size", ""))
    if size is not None and size >= SMALLEST:
        reasons |= TINY | SHRUNK
    if declared.get("visibility", "").startswith("visible"):
        reasons |= INVISIBLE
    return reasons


def _mark(declared: Declared) -> str:
    if "line-through" in declared.get("text-decoration", "") + declared.get("text-decoration-line", ""):
        return "~"
    if _RAISED_VALUE.search(declared.get("vertical-align", "")):
        return "^"
    moved = any(_NONZERO.search(declared.get(name, "")) for name in ("left", "top", "right", "bottom"))
    if declared.get("position", "").startswith("relative") and moved:
        return "^"
    beside = declared.get("float", "none").startswith(("left", "right")) or _NONZERO.search(
        declared.get("order", "")
    )
    return "^" if beside else ""


def _turned(tag: str, declared: Declared) -> bool:
    """Whether text in it stands elsewhere, mirrored or in another order, so that alone it is no figure either."""
    if "override" in declared.get("unicode-bidi", "") or any(map(_is_masked, declared.items())):
        return True
    if "reverse" in declared.get("flex-direction", "") + declared.get("flex-flow", ""):
        return True
    if declared.get("position", "").startswith(("absolute", "fixed")):
        return tag not in _OWN_ROLES
    return any(
        declared.get(name) and not _STILL.match(declared[name]) for name in ("transform", "scale", "rotate")
    )


def _is_masked(declaration: tuple[str, str]) -> bool:
    name, value = declaration
    return "mask" in name and ("(" in value or "#" in value)


def _drawn(tag: str, declared: Declared) -> bool:
    """Whether it shows a picture or other words than its own. A table's or a cell's ground is no figure."""
    if "content" in declared and _prints(declared):
        return True
    pictured = "url(" in declared.get("background", "") + declared.get("background-image", "")
    return pictured and tag not in _OWN_ROLES


def _prints(declared: Declared) -> bool:
    """Whether `content` puts anything there to be seen."""
    if not _NO_CONTENT.fullmatch(declared["content"].partition("!")[0].strip()):
        return not (
            _unseen(declared)
            or declared.get("display", "").startswith("none")
            or _pixels(declared.get("height", "")) == 0
        )
    return False


def _span(written: str | None) -> int:
    """As browsers read it: leading digits, anything else is 1."""
    if written is None:
        return 1
    match = _SPAN.match(written)
    return int(match[1][:6]) if match else 1
