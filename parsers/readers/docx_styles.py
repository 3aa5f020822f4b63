"""What the styles of a Word document do to ink: hide it, raise it, strike it, number it, paint it white.

Source: ECMA-376 part 1, 17.3.2 (run properties), 17.7 (styles: defaults, then table, paragraph, character, direct).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from parsers.readers.package import parse_xml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
VAL = f"{W}val"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
Properties = dict[str, str]
# What can make ink other than it looks in the XML. A part without any of these needs no look at its runs.
_FONTS = (b"ingdings", b"ebdings")
_TELLING_NAMES = (
    "vanish", "specVanish", "strike", "dstrike", "vertAlign", "position", "rtl", "numPr", "highlight", "del", "moveFrom",
    "framePr", "rStyle",
)  # fmt: skip
_TELLING_TAGS = (*(W + name for name in _TELLING_NAMES), f"{_W14}textFill")
_TELLING_WORDS = (*(f":{name}".encode() for name in _TELLING_NAMES), b":textFill", *_FONTS)
# A document says the same of nearly all its runs: each different saying is looked at once.
_SAYINGS = (
    (rb":color [^>]*", rb"[\"'][B-Fb-f].[B-Fb-f].[B-Fb-f].[\"']|[\"'](?:background|light|bg|lt)"),
    (rb":shd [^>]*", rb"[\"'](?:solid|pct)|[fF]ill=[\"'](?!auto|[B-Fb-f].[B-Fb-f].[B-Fb-f].[\"'])"),
    (rb":sz [^>]*", rb"[\"']\d[\"']"),
    (rb":w [^>]*", rb"[\"']\d\d?[\"']"),
    (rb":ind [^>]*", rb"[\"']-\d{4}"),
)
_TELLING = tuple((re.compile(saying), re.compile(telling)) for saying, telling in _SAYINGS)
OFF = frozenset({"0", "false", "off", "none"})
_SYMBOLS = re.compile("(?:web|wing)dings", re.IGNORECASE)
_TINY = 4  # half-points
_NARROW = 20  # per cent of a letter's width
_CLEAR = frozenset({"noFill", "alpha"})
_CLOSE = 0x30  # of 256 steps in each colour
_NAMED = {
    "black": "000000", "darkBlue": "000080", "darkGray": "808080", "darkRed": "800000", "white": "FFFFFF",
    "lightGray": "C0C0C0", "yellow": "FFFF00", "blue": "0000FF", "red": "FF0000", "green": "00FF00",
    "darkGreen": "008000", "darkCyan": "008080", "darkMagenta": "800080", "darkYellow": "808000",
    "cyan": "00FFFF", "magenta": "FF00FF",
}  # fmt: skip
_THEME = {"background1": "FFFFFF", "light1": "FFFFFF", "bg1": "FFFFFF", "lt1": "FFFFFF", "text1": "000000"}
_HEX = re.compile("[0-9A-Fa-f]{6}")
_STYLE_ID = re.compile(rb"\bw:styleId=\"([^\"]*)\"")
_BASED_ON = re.compile(rb"<w:basedOn w:val=\"([^\"]*)\"")
_DEFAULTS = re.compile(rb"<w:docDefaults\b.*?</w:docDefaults>", re.DOTALL)
_DEFAULT_STYLE = re.compile(rb"\bw:default=\"(?:1|true|on)\"")
_INTRICATE = re.compile(rb"<!--|<!\[CDATA\[")
_MAX_CHAIN = 12
_FOR_ALL = frozenset({"hidden", "struck", "struck twice", "raised"})


def tells(written: bytes) -> bool:
    """Whether XML (of the usual prefix w:) says anything that may make ink other than it looks."""
    return any(word in written for word in _TELLING_WORDS) or any(
        telling.search(said) for saying, telling in _TELLING for said in set(saying.findall(written))
    )


def tells_anywhere(root: _Element, written: bytes) -> bool:
    """The same for a whole document, as a tree and as bytes: names that it never uses cost the tree no time at all."""
    if next(root.iter(*_TELLING_TAGS), None) is not None or any(font in written for font in _FONTS):
        return True
    return any(telling.search(said) for saying, telling in _TELLING for said in set(saying.findall(written)))


def properties(parent: _Element | None) -> Properties:
    """What an rPr or pPr says of ink, in words of our own; absent words are not said."""
    found: Properties = {}
    for child in parent if parent is not None else ():
        if word := _WORDS.get(child.tag):
            name, meaning = word
            found[name] = meaning(child.get(VAL) or "", child)
    return found


def _toggle(value: str, _: _Element) -> str:
    return "" if value in OFF else "1"


def _raised(value: str, _: _Element) -> str:
    return "" if value == "baseline" else "1"


def _shifted(value: str, _: _Element) -> str:
    return "1" if value.strip("+-0.pt") else ""


def _is_tiny(value: str, _: _Element) -> str:
    return "1" if value.isdigit() and int(value) <= _TINY else ""


def _is_narrow(value: str, _: _Element) -> str:
    return "1" if value.isdigit() and int(value) <= _NARROW else ""


def _is_away(_: str, indent: _Element) -> str:
    """Whether a paragraph begins left of any page."""
    return "1" if any(re.fullmatch(r"-(?:[2-9]\d{3}|\d{5,})", str(by)) for by in indent.values()) else ""


def _is_clear(_: str, fill: _Element) -> str:
    """Whether letters are filled with nothing, with something transparent, or with the colour of the paper."""
    words = [(str(one.tag).rpartition("}")[2], str(one.get(f"{_W14}val", ""))) for one in fill.iter()]
    return "1" if any(word in _CLEAR or _is_light(said) for word, said in words) else ""


def _is_light(colour: str) -> bool:
    if _HEX.fullmatch(colour):
        return all(int(colour[i : i + 2], 16) > 255 - _CLOSE for i in (0, 2, 4))
    return colour in {"bg1", "lt1"}


def _symbols(_: str, fonts: _Element) -> str:
    return "1" if any(_SYMBOLS.search(str(font)) for font in fonts.values()) else ""


def _numbered(_: str, numbering: _Element) -> str:
    number = numbering.find(f"{W}numId")
    return "" if number is not None and number.get(VAL) == "0" else "1"


def _colour(value: str, theme: str | None) -> str:
    return value.upper() if _HEX.fullmatch(value) else _THEME.get(theme or "", "")


def fill_of(shading: _Element) -> str:
    """The colour that a w:shd paints, as six hexadecimal digits; empty where it paints none."""
    pattern = shading.get(VAL) or ""
    if pattern == "solid" or (pattern.startswith("pct") and pattern[3:].isdigit() and int(pattern[3:]) >= 50):  # noqa: PLR2004 - more than half
        return _colour(shading.get(f"{W}color") or "", shading.get(f"{W}themeColor")) or "000000"
    return _colour(shading.get(f"{W}fill") or "", shading.get(f"{W}themeFill"))


def is_unseen(said: Properties, behind: Iterable[str]) -> bool:
    """Whether ink is there but a reader may not see it: too small, or in the colour of what is behind it."""
    if any(said.get(word) for word in ("tiny", "narrow", "away", "clear")):
        return True
    colour = said.get("colour")
    if not colour:
        return False
    grounds = (said.get("marker"), said.get("fill"), *behind)
    ground = next((one for one in grounds if one), "FFFFFF")
    return all(abs(int(colour[i : i + 2], 16) - int(ground[i : i + 2], 16)) < _CLOSE for i in (0, 2, 4))


_WORDS: dict[object, tuple[str, Callable[[str, _Element], str]]] = {
    f"{W}vanish": ("hidden", _toggle),
    f"{W}specVanish": ("hidden", _toggle),
    f"{W}strike": ("struck", _toggle),
    f"{W}dstrike": ("struck twice", _toggle),
    f"{W}rtl": ("backwards", _toggle),
    f"{W}vertAlign": ("raised", _raised),
    f"{W}position": ("shifted", _shifted),
    f"{W}sz": ("tiny", _is_tiny),
    f"{W}w": ("narrow", _is_narrow),
    f"{W}ind": ("away", _is_away),
    f"{_W14}textFill": ("clear", _is_clear),
    f"{W}rFonts": ("symbols", _symbols),
    f"{W}color": ("colour", lambda value, child: _colour(value, child.get(f"{W}themeColor"))),
    f"{W}highlight": ("marker", lambda value, _: _NAMED.get(value, "")),
    f"{W}shd": ("fill", lambda _, shading: fill_of(shading)),
    f"{W}numPr": ("numbered", _numbered),
}


class Styles:
    """The styles of a document. Only those that are used are looked at: a template carries hundreds."""

    def __init__(self, written: bytes) -> None:
        self.known: dict[str, Properties] = {}
        self.chunks: dict[str, bytes] = {}
        self.trees: dict[str, _Element] = {}
        self.default = ""
        self.always: Properties = {}  # what the document says of every run
        head = written[:4096]
        if b"<w:styles" in head and b'xmlns="' not in head and not _INTRICATE.search(written):
            self._cut(written)
        elif written:
            self._parse(written)

    def _cut(self, written: bytes) -> None:
        """The styles as bytes, each to be parsed when it is met: parsing all takes longer than the document."""
        for chunk in written.split(b"</w:style>"):
            begin = chunk.find(b"<w:style ")
            start = chunk[begin : chunk.find(b">", begin)]
            named = _STYLE_ID.search(start)
            if begin < 0 or named is None:
                continue
            name = named[1].decode("utf-8", "replace")
            self.chunks[name] = chunk[begin:]
            if b'"paragraph"' in start and _DEFAULT_STYLE.search(start):
                self.default = name
        whole = _DEFAULTS.search(written)
        if whole and tells(whole[0]):
            self.always = properties(_tree(whole[0]).find(f".//{W}rPr"))

    def _parse(self, written: bytes) -> None:
        root = parse_xml(written, "styles.xml")
        for style in root.iter(f"{W}style"):
            name = style.get(f"{W}styleId", "")
            self.trees[name] = style
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in {"1", "true", "on"}:
                self.default = name
        self.always = properties(root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"))

    def of(self, name: str, depth: int = 0) -> Properties:
        """What a style says, with what it is based on."""
        if name not in self.known:
            self.known[name] = {}  # a style that is based on itself says nothing more
            self.known[name] = self._of(name, depth)
        return self.known[name]

    def _of(self, name: str, depth: int) -> Properties:
        if depth > _MAX_CHAIN:
            return {}
        chunk = self.chunks.get(name)
        if chunk is not None and not tells(chunk):
            based_on = _BASED_ON.search(chunk)
            return self.of(based_on[1].decode("utf-8", "replace"), depth + 1) if based_on else {}
        style = self.trees.get(name) if chunk is None else _tree(chunk + b"</w:style>")[0]
        if style is None:
            return {}
        based = style.find(f"{W}basedOn")
        before = self.of(based.get(VAL, ""), depth + 1) if based is not None else {}
        own = {**before, **properties(style.find(f"{W}pPr")), **properties(style.find(f"{W}rPr"))}
        for part in style.iterfind(
            f"{W}tblStylePr/{W}rPr"
        ):  # of a table's first row, last column and the like
            own |= {word: said for word, said in properties(part).items() if word in _FOR_ALL and said}
        return own


def _tree(chunk: bytes) -> _Element:
    """A piece of styles.xml as a tree; the prefixes that it may use are given to it."""
    prefixes = set(re.findall(rb"[<\s]/?([A-Za-z]\w*):", chunk)) - {b"w", b"xml", b"xmlns"}
    spaces = b" ".join(b'xmlns:%s="urn:%s"' % (prefix, prefix) for prefix in sorted(prefixes))
    return parse_xml(b'<w:x xmlns:w="%s" %s>%s</w:x>' % (W[1:-1].encode(), spaces, chunk), "styles.xml")
