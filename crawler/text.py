"""Bytes of a page to text: what the page is encoded in, whatever it says."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

# A page is asked for its text by each judge in turn: the last few are remembered.
META_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}?charset\s{0,20}=\s{0,20}(?:["']\s{0,20})?([\w-]{2,20})""", re.IGNORECASE
)
HEADER_CHARSET = re.compile(r"""charset\s{0,20}=\s{0,20}(?:["']\s{0,20})?([\w-]{2,20})""", re.IGNORECASE)
HEAD = 4096  # bytes in which browsers, too, look for the declaration
REPLACEMENT = "\ufffd"
SUSPECT = 0.005  # more unreadable characters than this, and the text cannot be trusted


@lru_cache(maxsize=4)
def decode(body: bytes, content_type: str = "") -> str:
    """The text of a page. Never raises: `suspect` says whether the result can be trusted.

    Valid UTF-8 is UTF-8: Chinese text in another encoding is not valid UTF-8 by accident. Then what the header
    and the page say, then GB 18030, of which GB 2312 and GBK are subsets.
    """
    marked = ("utf-16",) if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ()
    for charset in (*marked, "utf-8-sig", *_declared(body, content_type), "gb18030"):
        text = _strict(body, charset)
        if text is not None and (charset != "utf-16" or "<" in text[:HEAD]):  # noise may begin like a mark
            return text
    guesses = (body.decode(charset, "replace") for charset in ("utf-8", "gb18030"))
    return min(guesses, key=lambda text: text.count(REPLACEMENT))


def suspect(text: str) -> bool:
    """Whether so much of a text is unreadable that nothing should be concluded from it."""
    return text.count(REPLACEMENT) > SUSPECT * len(text)


def _declared(body: bytes, content_type: str) -> list[str]:
    header = HEADER_CHARSET.search(content_type)
    meta = META_CHARSET.search(body[:HEAD])
    names = [header.group(1)] if header else []
    names += [meta.group(1).decode("ascii", "replace")] if meta else []
    return ["gb18030" if name.lower() in {"gb2312", "gbk"} else name for name in names]


def _strict(body: bytes, charset: str) -> str | None:
    """The text if every byte fits; a character cut off by the end of the body is forgiven here, and seen elsewhere."""
    try:
        return codecs.getincrementaldecoder(charset)("strict").decode(body, final=False)
    except (UnicodeDecodeError, LookupError):
        return None


CODE = tuple(
    (re.compile(start, re.IGNORECASE), re.compile(end, re.IGNORECASE))
    for start, end in (("<!--", "-->"), ("<script", "</script"), ("<style", "</style"))
)


@lru_cache(maxsize=4)
def without_code(text: str) -> str:
    """Markup without scripts, styles and comments. Linear in the length of the text, whatever is left open."""
    for start, end in CODE:
        text = _without(text, start, end)
    return text


def _without(text: str, start: re.Pattern[str], end: re.Pattern[str]) -> str:
    kept, position = [], 0
    while begin := start.search(text, position):
        kept.append(text[position : begin.start()])
        close = end.search(text, begin.end())
        if not close:
            return "".join(kept)
        position = close.end()
    return "".join([*kept, text[position:]])


@lru_cache(maxsize=4)
def visible(markup: str) -> str:
    """What a person would read: no code, no tags, blanks joined."""
    bare = re.sub(r"<[^<>]{0,2000}>?", " ", without_code(markup))
    return " ".join(bare.replace("&nbsp;", " ").split())
