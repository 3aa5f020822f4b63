"""Text that we did not write, made harmless before it goes into a message. Pure.

Publishers' names and titles come from web pages: they must not hide text, call everybody in a chat, or become links
and markup. Full-width twins of the risky signs look the same to a reader and mean nothing to a program.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, urlsplit

_TWINS = str.maketrans("@<>[]`*#|", "＠＜＞［］｀＊＃｜")
_SPACE = re.compile(r"\s+")
_SCHEME = re.compile(r"(?i)\b([a-z]{2,12}):(?=//|\\\\)")
_HIDDEN = {"Cc", "Cf", "Co", "Cs"}  # control, format (bidi, zero width), private use, surrogate
_LINE_ENDS = {"Zl", "Zp"}


def clean(text: object, limit: int = 80) -> str:
    """One line of plain text: no control, bidi or zero-width characters, no mention, markup or link."""
    visible = "".join(" " if sign in "\t\r\n" else sign for sign in str(text) if _is_visible(sign))
    line = _SPACE.sub(" ", visible).strip()
    line = _SCHEME.sub(r"\1：", line).translate(_TWINS)
    return line if len(line) <= limit else line[: limit - 1] + "…"


def readable(text: str, limit: int = 2000) -> str:
    """One line for a terminal: nothing that hides or turns text, or moves the cursor; addresses and signs stay."""
    line = "".join(" " if unicodedata.category(sign) in _HIDDEN | _LINE_ENDS else sign for sign in text)
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _is_visible(sign: str) -> bool:
    return sign in "\t\r\n" or unicodedata.category(sign) not in _HIDDEN


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
