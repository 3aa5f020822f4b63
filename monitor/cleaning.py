"""Text that we did not write, made harmless before it goes into a message. Pure.

Publishers' names and titles come from web pages: they must not hide text, call everybody in a chat, or become links
and markup. Full-width twins of the risky signs look the same to a reader and mean nothing to a program.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, urlsplit

_TWINS = str.maketrans("@<>[]`*#|~\\", "＠＜＞［］｀＊＃｜～＼")
_SPACE = re.compile(r"\s+")
_SCHEME = re.compile(r"(?i)\b([a-z][a-z0-9+.-]{1,11}):(?=//|\\\\|[^\s\d])")
# What programs make a link of without being asked: a name with a dot and two letters behind it. Numbers are none.
_NAME_DOT = re.compile(r"(?<=[^\W_])\.(?=[^\W\d_]{2})")
_EMPHASIS = re.compile(r"_(?=\S)|(?<=\S)_")
# Names of files and settings in our own sentences; neither is a link, and within a word no underscore is markup.
_OUR_FILE = re.compile(r"(?<=[\w-])．(?=(?:toml|ya?ml|conf|cfg|txt)\b)")
_OUR_CHANNEL = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}(:[0-9a-f]{6})?")
_OUR_NAME = re.compile(r"[A-Za-z0-9]+(?:＿[A-Za-z0-9]+)+")
_MARKS = re.compile(r"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{2})[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")  # fmt: skip
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d{1,5})?")
_HIDDEN = {
    "Cc",
    "Cf",
    "Co",
    "Cs",
    "Cn",
}  # control, format (bidi, zero width), private use, surrogate, no sign
_LINE_ENDS = {"Zl", "Zp"}
_BLANKS = frozenset(
    "\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5"
)  # letters by their category, and nothing to see
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")  # fmt: skip


def clean(text: object, limit: int = 80) -> str:
    """One line of plain text: no control, bidi or zero-width characters, no mention, markup or link."""
    visible = str(text)
    if not visible.isprintable() or not _BLANKS.isdisjoint(visible):
        visible = "".join(" " if sign in "\t\r\n" else sign for sign in visible if _is_visible(sign))
    line = _SPACE.sub(" ", _MARKS.sub(r"\1", visible)).strip()
    line = _NAME_DOT.sub("．", _SCHEME.sub(r"\1：", line)).translate(_TWINS)
    line = _EMPHASIS.sub("＿", line)
    return line if len(line) <= limit else line[: limit - 1] + "…"


def clean_own(text: object, limit: int = 80) -> str:
    """A sentence of ours about files and settings, whose names stay as people have to type them; the rest as `clean`."""
    if _OUR_CHANNEL.fullmatch(str(text)):
        return str(text)
    line = _OUR_FILE.sub(".", clean(text, limit))
    return _OUR_NAME.sub(lambda name: name[0].replace("＿", "_"), line)


def clean_host(text: object, limit: int = 80) -> str:
    """The name of a host as it is, if it is one; of anything else what `clean` leaves."""
    name = str(text)
    return name if _HOST.fullmatch(name) and len(name) <= limit else clean(name, limit)


def cell(value: str | int | None) -> str | int:
    """A text or number for a table: a spreadsheet would execute a text that starts like a formula. Numbers stay."""
    if isinstance(value, int):
        return value
    text = value or ""
    return f"'{text}" if text.startswith(_FORMULA) else text


def readable(text: str, limit: int = 2000) -> str:
    """One line for a terminal: nothing that hides or turns text, or moves the cursor; addresses and signs stay."""
    line = "".join(" " if unicodedata.category(sign) in _HIDDEN | _LINE_ENDS else sign for sign in text)
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _is_visible(sign: str) -> bool:
    return sign in "\t\r\n" or (sign not in _BLANKS and unicodedata.category(sign) not in _HIDDEN)


def clean_url(text: object, limit: int = 300) -> str:
    """An http(s) address with everything odd in it percent-encoded; the empty text for anything else."""
    if not isinstance(text, str) or not text.isprintable():
        return ""
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        return ""
    address = quote(text.strip(), safe="/:?&=#%+,;~!$-._")
    return address if len(address) <= limit else ""
