"""What a page's own style sheets say of its elements: as much of CSS as decides what is shown. All of it is linear.

Sheets of other files are not fetched: a class that only they describe is unknown here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from parsers.model import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.etree import _Element

PROPERTIES = frozenset(
    re.split(
        " +",
        "display visibility opacity font font-size color -webkit-text-fill-color -webkit-text-security background"
        " background-color background-image text-decoration text-decoration-line vertical-align position left top"
        " right bottom text-indent margin-left margin-top width height max-width max-height overflow overflow-x"
        " overflow-y clip clip-path transform scale rotate translate float order unicode-bidi content filter"
        " content-visibility zoom line-height mask -webkit-mask mask-image -webkit-mask-image flex-direction flex-flow",
    )
)
# More than this is left unread of a sheet; a selector that holds more parts is cut, and then it is no longer certain.
MAX_SHEET = 2_000_000
MAX_RULES = 20_000
MAX_PARTS = 6
# How many parts of selectors may be compared with ancestors on one page.
MAX_COMPARED = 3_000_000
# Where these stand in a selector, it says what happens under a mouse or in a form, not what is shown at first.
_LATER = re.compile(
    r":(?:hover|focus|active|visited|target|checked|disabled|invalid|selection|placeholder|first-letter|first-line"
    r"|-webkit|-moz|-ms)"
)
_BESIDE = re.compile(r"::?(?:before|after)$")
_NAMES = re.compile(r"([.#]?)(-?[\w-]+)")
# `[...]`, `:not(...)`, `:nth-child(...)`: which elements they mean is not worked out.
_INTRICATE = re.compile(r"\[[^\]]*\]?|::?[\w-]+(?:\([^)]*\)?)?|&")
_TOKENS = re.compile(r"[>+~]|[^\s>+~]+")
_GROUPS = ("@supports", "@layer", "@container", "@scope", "@document", "@-moz-document")

_ESCAPED = re.compile(r"\\([0-9a-fA-F]{1,6})\s?|\\(.)")
_VARIABLE = re.compile(r"var\(\s*(--[\w-]{1,99})\s*(?:,([^()]{0,99}))?\)")
_LAST_CHARACTER = 0x10FFFF

Declared = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Part:
    """One element of a selector: its tag ("" for any) and its classes and id (".name", "#name")."""

    tag: str
    names: frozenset[str]


_ANY = _Part("", frozenset())


@dataclass(frozen=True, slots=True)
class Rule:
    """A selector with what it declares. `joints[n]` stands before `parts[n + 1]`: ">" or "" for any descendant.

    `beside`: it speaks of ::before or ::after. `certain`: everything in the selector was understood.
    """

    parts: tuple[_Part, ...]
    joints: tuple[str, ...]
    weight: tuple[int, int, int, int]
    declared: Declared
    beside: bool
    certain: bool


@dataclass(slots=True)
class Sheets:
    """The rules of a page by the tag, class or id that they end with."""

    rules: dict[str, list[Rule]] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    variables: Declared = field(default_factory=dict)
    count: int = 0
    compared: int = 0

    def rules_for(self, tag: str, names: Iterable[str]) -> list[Rule]:
        """The rules that may speak of an element with this tag and these names, the weakest first."""
        here = frozenset(names)
        found = [rule for key in ("", tag, *here) for rule in self.rules.get(key, ())]
        self.compare(len(found))
        fitting = [r for r in found if r.parts[-1].tag in {"", tag} and r.parts[-1].names <= here]
        return sorted(fitting, key=lambda rule: rule.weight)

    def resolved(self, declared: Declared) -> Declared:
        """Declarations with the values of variables in the place of their names, where the page gives them."""
        if not any("var(" in value for value in declared.values()):
            return declared
        return {name: _VARIABLE.sub(self._value, value) for name, value in declared.items()}

    def _value(self, match: re.Match[str]) -> str:
        return self.variables.get(match[1], match[2] or match[0])

    def compare(self, times: int) -> None:
        """Count comparisons; too many are refused."""
        self.compared += times
        if self.compared > MAX_COMPARED:
            raise Unreadable("too_large", "the page's style sheets are too intricate to follow")

    def fits(self, rule: Rule, element: _Element) -> bool:
        """Whether the elements around this one are those that the rule asks for."""
        return self._fits(rule, element, len(rule.parts) - 1)

    def _fits(self, rule: Rule, element: _Element, last: int) -> bool:
        if last == 0:
            return True
        part = rule.parts[last - 1]
        above = element.getparent()
        while above is not None:
            self.compare(1)
            if _is(above, part) and self._fits(rule, above, last - 1):
                return True
            if rule.joints[last - 1] == ">":
                return False
            above = above.getparent()
        return False


def _is(element: _Element, part: _Part) -> bool:
    if part.tag and element.tag != part.tag:
        return False
    return not part.names or part.names <= frozenset(names_of(element.get("class"), element.get("id")))


def names_of(classes: str | None, identifier: str | None) -> list[str]:
    """The classes and the id of an element as selectors name them."""
    names = [f".{name}" for name in classes.split()] if classes else []
    if identifier:
        names.append(f"#{identifier}")
    return names


def sheets(root: _Element) -> Sheets:
    """All rules of the page's own sheets that say anything of what is shown."""
    found = Sheets()
    for sheet in root.iter("style"):
        media = (sheet.get("media") or "").lower()
        if media and not _applies(f"@media {media}"):
            continue
        for selectors, block in _blocks("".join(sheet.itertext())[:MAX_SHEET]):
            if "--" in block:
                found.variables |= _variables(block)
            if declared := declarations(block):
                for selector in selectors.split(","):
                    _add(selector.strip(), declared, found)
    return found


def _add(selector: str, declared: Declared, found: Sheets) -> None:
    found.known.update(mark + name for mark, name in _NAMES.findall(selector) if mark)
    rule = _rule(selector, declared, found.count)
    if rule is None or found.count >= MAX_RULES:
        return
    found.count += 1
    last = rule.parts[-1]
    key = min(last.names, default=last.tag)  # "#" comes before ".": an id says most
    found.rules.setdefault(key, []).append(rule)


def _blocks(sheet: str) -> Iterator[tuple[str, str]]:
    """Selectors with their declarations, also inside those groups that count on a screen."""
    around: list[tuple[str, bool]] = [("", True)]
    prelude = ""
    for piece in re.split("([{}])", _without_comments(sheet)):
        if piece == "{":
            above, counts = around[-1]
            if prelude.startswith("@"):
                around.append(("", counts and _applies(prelude)))
            else:
                around.append((_nested(prelude) if above else prelude, counts))
        elif piece == "}":
            if len(around) > 1:
                around.pop()
        else:
            own, counts = around[-1]
            if own and counts:
                yield own, piece
            prelude = piece.rpartition(";")[2].strip()


def _nested(selectors: str) -> str:
    """The selectors of a rule inside a rule: they may mean what they say, and nobody works out where."""
    return ",".join(f":nested {selector}" for selector in selectors.replace("&", " ").split(","))


def _variables(block: str) -> Declared:
    pairs = (one.partition(":") for one in block.split(";") if "--" in one)
    return {name.strip(): value.strip().lower() for name, _, value in pairs if name.strip().startswith("--")}


def _without_comments(sheet: str) -> str:
    first, *others = sheet.replace("<!--", " ").replace("-->", " ").split("/*")
    return " ".join([first, *(other.partition("*/")[2] for other in others)])


def _applies(prelude: str) -> bool:
    """Whether a group of rules counts on a desk's screen."""
    if prelude.startswith("@media"):
        small = "max-width" in prelude or "max-device-width" in prelude
        return not small and ("print" not in prelude or "screen" in prelude or "not print" in prelude)
    return prelude.startswith(_GROUPS)


def declarations(block: str) -> Declared:
    """What a block or a style attribute declares of the properties that decide what is shown."""
    if "/*" in block:
        block = _without_comments(block)
    found: Declared = {}
    for one in block.split(";"):
        name, colon, value = one.partition(":")
        if "\\" in name:
            name = _ESCAPED.sub(_unescaped, name)
        name = name.strip().lower()
        if colon and name in PROPERTIES:
            if "\\" in value and name != "content":
                value = _ESCAPED.sub(_unescaped, value)
            value = value.strip().lower()
            if "!important" not in found.get(name, "") or "!important" in value:
                found[name] = value
    return found


def _unescaped(match: re.Match[str]) -> str:
    code = int(match[1], 16) if match[1] else 0
    return chr(code) if 0 < code <= _LAST_CHARACTER else match[2] or ""


def together(blocks: Iterable[Declared]) -> Declared:
    """Several declarations, each stronger than those before it but for what is important."""
    found: Declared = {}
    for block in blocks:
        for name, value in block.items():
            if "!important" not in found.get(name, "") or "!important" in value:
                found[name] = value
    return found


def _rule(selector: str, declared: Declared, number: int) -> Rule | None:
    """A selector as a rule; None where it does not say what is shown at first."""
    plain, beside = _BESIDE.subn("", selector)
    if _LATER.search(plain) or (beside and "content" not in declared):
        return None
    bare, intricate = _INTRICATE.subn("", plain)
    parts: list[_Part] = []
    joints: list[str] = []
    joint = ""
    for word in _TOKENS.findall(bare):
        if word == ">":
            joint = ">"
        elif word in {"+", "~"}:  # what stands before it is not looked at
            parts, joints, intricate = [], [], 1
        else:
            joints += [joint] if parts else []
            parts.append(_part(word))
            joint = ""
    parts = parts or [_ANY]
    cut = max(0, len(parts) - MAX_PARTS)
    certain = not intricate and not cut
    weight = _weight(parts, number)
    return Rule(tuple(parts[cut:]), tuple(joints[cut:]), weight, declared, bool(beside), certain)


def _part(compound: str) -> _Part:
    names = _NAMES.findall(compound)
    tag = next((name.lower() for mark, name in names if not mark), "")
    return _Part(tag, frozenset(mark + name for mark, name in names if mark))


def _weight(parts: list[_Part], number: int) -> tuple[int, int, int, int]:
    names = [name for part in parts for name in part.names]
    ids = sum(name.startswith("#") for name in names)
    return ids, len(names) - ids, sum(bool(part.tag) for part in parts), number
